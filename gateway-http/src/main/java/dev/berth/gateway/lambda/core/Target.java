package dev.berth.gateway.lambda.core;

import dev.berth.gateway.core.ApiError;
import dev.berth.gateway.core.ApiException;
import dev.berth.gateway.core.RequestFields;
import dev.berth.schemas.BusyPolicy;
import dev.berth.schemas.FunctionSpec;
import dev.berth.schemas.Invocation;
import dev.berth.schemas.Limits;
import dev.berth.schemas.PinPolicy;
import dev.berth.schemas.RoutingRule;
import dev.berth.schemas.routing.RoutingValues;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Where a caller wants an invocation to run, as far as it says: by headers, and on Berth's own resources by fields of the body
 * too.
 *
 * @param sameContainerAs an invocation's id; not together with a container
 * @param header the request's headers by name, or null; a function's rule may ask for one
 */
public record Target(
        Optional<String> routingValue,
        BusyPolicy busy,
        PinPolicy pin,
        Optional<String> sameContainerAs,
        Optional<String> containerId,
        UnaryOperator<String> header) {

    /** The fields of a body that say the same as the headers do. */
    public static final List<String> FIELDS = List.of("key", "busy", "pin", "sameContainerAs", "container");

    private static final int MAX_ID_CHARS = 256;

    public Target {
        if (sameContainerAs.isPresent() && containerId.isPresent()) {
            throw refuse("The invocation is to run where invocation " + sameContainerAs.get()
                    + " ran (X-Berth-Same-Container-As) and in container " + containerId.get()
                    + " (X-Berth-Container). Give one of the two.");
        }
    }

    /**
     * Reads headers.
     *
     * @param header the value of a header by its name in any case, or null
     * @throws ApiException if one has a value that it cannot have, or two contradict each other
     */
    public static Target of(UnaryOperator<String> header) {
        return of(name -> Optional.empty(), header);
    }

    /**
     * Reads fields and headers; what both give must be the same.
     *
     * @throws ApiException if one has a value that it cannot have, or two contradict each other
     */
    public static Target of(RequestFields fields, UnaryOperator<String> header) {
        return of(fields::text, header);
    }

    private interface Texts {
        Optional<String> text(String name);
    }

    private static Target of(Texts fields, UnaryOperator<String> header) {
        Texts headers = name -> Optional.ofNullable(header.apply(name)).map(Target::utf8);
        return new Target(
                same("key", fields.text("key"), "X-Berth-Key", headers.text("X-Berth-Key"))
                        .map(key -> agreed(key, headers.text("X-Amz-Tenant-Id")))
                        .or(() -> headers.text("X-Amz-Tenant-Id"))
                        .map(Target::checkedValue),
                same(
                                "busy",
                                fields.text("busy").map(Target::busy),
                                "X-Berth-Busy",
                                headers.text("X-Berth-Busy").map(Target::busy))
                        .orElse(BusyPolicy.AUTO),
                same(
                                "pin",
                                fields.text("pin").map(Target::pin),
                                "X-Berth-Pin",
                                headers.text("X-Berth-Pin").map(Target::pin))
                        .orElse(PinPolicy.PREFER),
                same(
                                "sameContainerAs",
                                fields.text("sameContainerAs"),
                                "X-Berth-Same-Container-As",
                                headers.text("X-Berth-Same-Container-As"))
                        .map(id -> checkedId("X-Berth-Same-Container-As", id)),
                same("container", fields.text("container"), "X-Berth-Container", headers.text("X-Berth-Container"))
                        .map(id -> checkedId("X-Berth-Container", id)),
                header);
    }

    /**
     * Puts it on an invocation whose payload is set. Without a routing value of the caller's, the function's rule derives one
     * here, which saves the router from moving the record; the header that the rule names goes along, as the router and a replay
     * must find what was found here.
     */
    public void on(Invocation invocation, FunctionSpec spec) {
        invocation.setBusyPolicy(busy);
        invocation.setPinPolicy(pin);
        invocation.setSameContainerAs(sameContainerAs.orElse(null));
        invocation.setContainerId(containerId.orElse(null));
        invocation.setRoutingValue(routingValue.orElse(null));
        RoutingRule rule = spec.getRouting();
        if (routingValue.isEmpty() && rule != null) {
            carryHeaders(invocation, rule);
            // Over HTTP there is no record key: the record that will have one is Berth's own.
            RoutingValues.derive(rule, invocation, null).ifPresent(invocation::setRoutingValue);
        }
    }

    private static String checkedValue(String value) {
        if (value.isEmpty()) {
            throw refuse("The routing value is empty. Give one, or leave it out to run anywhere.");
        }
        if (value.length() > Limits.ROUTING_VALUE_CHARS) {
            throw refuse("The routing value has " + value.length() + " characters; at most "
                    + Limits.ROUTING_VALUE_CHARS + " fit. Give a hash of it.");
        }
        return value;
    }

    private void carryHeaders(Invocation invocation, RoutingRule rule) {
        String name = rule.getExpression();
        List<String> read = switch (rule.getSource()) {
            case HEADER -> List.of(name);
            case ATTRIBUTE -> List.of("ce-" + name, "ce_" + name);
            case NONE, TENANT, JSON_POINTER, RECORD_KEY -> List.of();
        };
        Map<String, String> headers = new HashMap<>(invocation.getHeaders());
        for (String each : read) {
            String value = header.apply(each);
            if (value != null) {
                headers.putIfAbsent(each.toLowerCase(Locale.ROOT), utf8(value));
            }
        }
        invocation.setHeaders(headers);
    }

    private static BusyPolicy busy(String given) {
        return switch (given.toLowerCase(Locale.ROOT)) {
            case "auto" -> BusyPolicy.AUTO;
            case "wait" -> BusyPolicy.WAIT;
            case "spill" -> BusyPolicy.SPILL;
            case "fail" -> BusyPolicy.FAIL;
            default -> throw refuse("The busy policy (X-Berth-Busy) must be auto, wait, spill or fail.");
        };
    }

    private static PinPolicy pin(String given) {
        return switch (given.toLowerCase(Locale.ROOT)) {
            case "prefer" -> PinPolicy.PREFER;
            case "require" -> PinPolicy.REQUIRE;
            default -> throw refuse("The pin policy (X-Berth-Pin) must be prefer or require.");
        };
    }

    private static String checkedId(String header, String id) {
        if (id.isEmpty() || id.length() > MAX_ID_CHARS) {
            throw refuse(header + " must be an id of 1 to " + MAX_ID_CHARS + " characters, as an answer gave it.");
        }
        return id;
    }

    private static <T> Optional<T> same(String field, Optional<T> inBody, String name, Optional<T> inHeader) {
        if (inBody.isPresent() && inHeader.isPresent() && !inBody.equals(inHeader)) {
            throw refuse("The field " + field + " and the header " + name
                    + " differ. Give one of them, or the same in both.");
        }
        return inBody.or(() -> inHeader);
    }

    private static String agreed(String key, Optional<String> lambdas) {
        if (lambdas.isPresent() && !lambdas.get().equals(key)) {
            throw refuse(
                    "X-Berth-Key and X-Amz-Tenant-Id give different routing values. Give one of them, or the same in both.");
        }
        return key;
    }

    /** HTTP hands over bytes as Latin-1; a key must be the same text here as in a Kafka record. */
    private static String utf8(String header) {
        if (header.chars().allMatch(c -> c < 0x80)) {
            return header;
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(header.getBytes(StandardCharsets.ISO_8859_1)))
                    .toString();
        } catch (CharacterCodingException notUtf8) {
            return header;
        }
    }

    private static ApiException refuse(String message) {
        return ApiError.invalidParameter(message).exception();
    }
}

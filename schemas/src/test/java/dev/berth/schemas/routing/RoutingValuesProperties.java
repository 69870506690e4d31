package dev.berth.schemas.routing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.schemas.Invocation;
import dev.berth.schemas.Limits;
import dev.berth.schemas.RoutingRule;
import dev.berth.schemas.RoutingSource;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;

/** What is equal lands together, however it is written; and no request makes deriving fail. */
@Tag("core")
@Tag("R5")
class RoutingValuesProperties {
    @Property(tries = 500)
    void equalDocumentsGiveOneValueHoweverTheyAreWritten(@ForAll long seed) {
        Random random = new Random(seed);
        Object value = value(random, 0);
        String once = written(value, new Random(random.nextLong()));
        String again = written(value, new Random(random.nextLong()));

        Optional<String> derived = derive("/v", ("{\"v\":" + once + "}").getBytes(UTF_8));

        assertThat(derive("/v", ("{\"w\":[" + again + "],\n \"v\" : " + again + " }").getBytes(UTF_8)))
                .as("%s and %s", once, again)
                .isEqualTo(derived);
        assertThat(derived.isPresent()).isEqualTo(value != null && !value.equals(""));
        derived.ifPresent(text -> assertThat(text).hasSizeLessThanOrEqualTo(Limits.ROUTING_VALUE_CHARS));
    }

    @Property(tries = 500)
    void differentNumbersGiveDifferentValues(@ForAll BigDecimal one, @ForAll BigDecimal other) {
        boolean equal = one.compareTo(other) == 0;
        assertThat(derive("", one.toString().getBytes(UTF_8))
                        .equals(derive("", other.toString().getBytes(UTF_8))))
                .isEqualTo(equal);
    }

    @Property(tries = 2_000)
    void arbitraryBytesNeverFail(@ForAll byte[] payload, @ForAll byte[] key, @ForAll String pointer) {
        derive(pointer, payload);
        derive("/" + pointer, payload);
        derive("", payload);
        Invocation invocation = invocation(new byte[0]);
        for (RoutingSource source : RoutingSource.values()) {
            RoutingValues.derive(new RoutingRule(source, pointer), invocation, key)
                    .ifPresent(text -> assertThat(text.length()).isLessThanOrEqualTo(Limits.ROUTING_VALUE_CHARS));
        }
    }

    @Property(tries = 1_000)
    void aBrokenDocumentNeverFails(@ForAll long seed) {
        Random random = new Random(seed);
        byte[] payload = written(value(random, 0), random).getBytes(UTF_8);
        if (payload.length == 0) {
            return;
        }
        for (int i = 0; i < 3; i++) {
            payload[random.nextInt(payload.length)] = (byte) random.nextInt();
        }
        derive("/a/0", payload);
        derive("", payload);
    }

    @Property(tries = 500)
    void whatIsDerivedSurvivesATopic(@ForAll String text) {
        assertThat(derive("", written(text, new Random(0)).getBytes(UTF_8)).stream())
                .allSatisfy(value ->
                        assertThat(new String(value.getBytes(UTF_8), UTF_8)).isEqualTo(value));
    }

    private static Optional<String> derive(String pointer, byte[] payload) {
        return RoutingValues.derive(new RoutingRule(RoutingSource.JSON_POINTER, pointer), invocation(payload), null);
    }

    private static Invocation invocation(byte[] payload) {
        return Invocation.newBuilder()
                .setId("i")
                .setFunction("f")
                .setPayload(ByteBuffer.wrap(payload))
                .build();
    }

    private static Object value(Random random, int depth) {
        return switch (random.nextInt(depth > 3 ? 5 : 7)) {
            case 0 -> null;
            case 1 -> random.nextBoolean();
            case 2 -> BigDecimal.valueOf(random.nextInt(1_000_000) - 500_000, random.nextInt(20) - 10);
            case 3, 4 -> text(random);
            case 5 -> {
                List<Object> elements = new ArrayList<>();
                for (int i = random.nextInt(4); i > 0; i--) {
                    elements.add(value(random, depth + 1));
                }
                yield elements;
            }
            default -> {
                Map<String, Object> members = new LinkedHashMap<>();
                for (int i = random.nextInt(5); i > 0; i--) {
                    members.put(text(random), value(random, depth + 1));
                }
                yield members;
            }
        };
    }

    private static String text(Random random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(6); i > 0; i--) {
            text.append("ab/~\"\\\n\u0001é\u4e2d".charAt(random.nextInt(10)));
        }
        return text.toString();
    }

    /** A document in one of the many ways to write it. */
    private static String written(Object value, Random how) {
        String space = " ".repeat(how.nextInt(2));
        if (value instanceof Map<?, ?> members) {
            List<Map.Entry<?, ?>> entries = new ArrayList<>(members.entrySet());
            Collections.shuffle(entries, how);
            List<String> parts = entries.stream()
                    .map(entry -> written(entry.getKey(), how) + space + ":" + space + written(entry.getValue(), how))
                    .toList();
            return "{" + space + String.join("," + space, parts) + "}";
        }
        if (value instanceof List<?> elements) {
            return "[" + space
                    + String.join(
                            space + ",",
                            elements.stream().map(e -> written(e, how)).toList()) + "]";
        }
        if (value instanceof BigDecimal number) {
            return switch (how.nextInt(4)) {
                case 0 -> number.toPlainString();
                case 1 ->
                    number.setScale(Math.max(number.scale(), 0) + how.nextInt(4))
                            .toPlainString();
                case 2 -> number.unscaledValue() + "e" + -number.scale();
                default -> number.unscaledValue() + ".0E" + -number.scale();
            };
        }
        if (value instanceof String text) {
            StringBuilder out = new StringBuilder("\"");
            for (int i = 0; i < text.length(); i++) {
                char c = text.charAt(i);
                boolean must = c < ' ' || c == '"' || c == '\\' || Character.isSurrogate(c);
                out.append(must || how.nextInt(3) == 0 ? String.format("\\u%04x", (int) c) : String.valueOf(c));
            }
            return out.append('"').toString();
        }
        return String.valueOf(value);
    }
}

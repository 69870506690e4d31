package dev.berth.gateway.auth;

import dev.berth.gateway.auth.core.Authorizer;
import dev.berth.gateway.auth.core.Caller;
import dev.berth.gateway.auth.core.Key;
import dev.berth.gateway.auth.core.Refusals;
import dev.berth.gateway.auth.core.Resource;
import dev.berth.gateway.auth.core.SigV4;
import dev.berth.gateway.auth.core.SigV4Claim;
import dev.berth.gateway.auth.core.WireRequest;
import dev.berth.gateway.core.ApiException;
import dev.berth.gateway.http.Answers;
import dev.berth.gateway.http.BodyReader;
import dev.berth.gateway.http.CallerIdentity;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * Stands before each operation when the gateway runs with keys. A request is let through with
 *
 * <ul>
 *   <li>a signature of AWS Signature Version 4, in its header or in its query (presigned), for the service {@value #SERVICE} and any
 *       region;
 *   <li>an API key: {@code Authorization: Bearer berth_...};
 *   <li>either kind of key as user and password of Basic authorization, which is what Kafka's clients send to a schema registry
 *       ({@code basic.auth.user.info=ID:SECRET}).
 * </ul>
 *
 * <p>Which paths want a key: all operations of Lambda's API and of Berth's own resources. {@code /health} and {@code /openapi.json}
 * want none, and {@code /metrics} none from this machine and is for no other. The schema registry wants one from other machines, and none from this one, where Kafka itself is open too; a proxy on
 * this machine makes all the world this machine, so it must not pass the registry's paths on.
 *
 * <p>What comes behind sees the caller's tenant in the header {@link CallerIdentity#TENANT_HEADER}: the gate writes it there. Event
 * loop only.
 */
public final class Gate {
    /** Of the signature's scope. */
    public static final String SERVICE = "lambda";

    private static final String BEARER = "Bearer ";
    private static final String BASIC = "Basic ";
    private static final byte[] NOTHING = {};

    private final KeyRing ring;
    private final BodyReader bodies;
    private final Authorizer authorizer;
    private final Clock clock;

    public Gate(KeyRing ring, BodyReader bodies, Authorizer authorizer, Clock clock) {
        this.ring = ring;
        this.bodies = bodies;
        this.authorizer = authorizer;
        this.clock = clock;
    }

    /** What is wrong with the keys. */
    public Optional<String> problem() {
        return ring.problem();
    }

    /**
     * Lets a request through, or answers it.
     *
     * @param bodyBytes the operation's limit: a body without a hash among the headers is read before its signature can be checked
     * @param through told if it is let through; at once unless the body had to be read
     */
    public void admit(RoutingContext ctx, String operation, int bodyBytes, Runnable through) {
        guarded(ctx, () -> {
            HttpServerRequest request = ctx.request();
            WireRequest wire = wire(request);
            if (!SigV4Claim.isIn(wire)) {
                let(ctx, operation, bySecret(request), through);
                return;
            }
            SigV4Claim claim = SigV4Claim.of(wire);
            SigV4.requireFresh(claim, clock.instant(), SERVICE);
            Key.Access key = ring.keys()
                    .access(claim.keyId())
                    .orElseThrow(() -> Refusals.unknownKey("").exception());
            Caller caller = new Caller(key.id(), key.tenant());
            ctx.addEndHandler(end -> bodies.forget(request));
            if (claim.payloadHash() != null) {
                SigV4.requireSigned(claim, wire, key.secret(), claim.payloadHash());
                bodies.check(request, body -> SigV4.requireBody(claim, body));
                let(ctx, operation, caller, through);
            } else if (!hasBody(request)) {
                SigV4.requireSigned(claim, wire, key.secret(), SigV4.sha256(NOTHING));
                let(ctx, operation, caller, through);
            } else {
                bodies.readAhead(request, bodyBytes, operation)
                        .onSuccess(body -> guarded(ctx, () -> {
                            SigV4.requireSigned(claim, wire, key.secret(), SigV4.sha256(body));
                            let(ctx, operation, caller, through);
                        }))
                        .onFailure(cause -> Answers.failure(ctx.response(), cause));
            }
        });
    }

    /** Lets requests for the schema registry through: from this machine, or with a key. */
    public void admitToRegistry(RoutingContext ctx) {
        HttpServerRequest request = ctx.request();
        if (fromHere(request.remoteAddress(), request.localAddress())) {
            ctx.next();
        } else {
            guarded(ctx, () -> {
                bySecret(request);
                ctx.next();
            });
        }
    }

    /** Lets requests from this machine through and no others, for what tells of all tenants. */
    public void admitFromHere(RoutingContext ctx) {
        HttpServerRequest request = ctx.request();
        if (fromHere(request.remoteAddress(), request.localAddress())) {
            ctx.next();
        } else {
            guarded(ctx, () -> {
                throw Refusals.denied(request.path() + " tells of all tenants, and only to callers on its own machine")
                        .exception();
            });
        }
    }

    private void let(RoutingContext ctx, String operation, Caller caller, Runnable through) {
        HttpServerRequest request = ctx.request();
        List<String> named = new ArrayList<>(request.headers().getAll(CallerIdentity.TENANT_HEADER));
        named.addAll(request.params().getAll(CallerIdentity.TENANT_PARAMETER));
        String foreign = named.stream()
                .filter(tenant -> !tenant.equals(caller.tenant()))
                .findFirst()
                .orElse(caller.tenant());
        authorizer
                .decide(caller, operation, new Resource(foreign, request.path()))
                .denied()
                .ifPresent(reason -> {
                    throw Refusals.denied(reason).exception();
                });
        if (named.isEmpty()) {
            request.headers().set(CallerIdentity.TENANT_HEADER, caller.tenant());
        }
        ctx.put(Caller.class.getName(), caller);
        through.run();
    }

    /** Who has let himself be known by this gate; empty if there is none before the gateway. */
    public static Optional<Caller> caller(RoutingContext ctx) {
        return Optional.ofNullable(ctx.get(Caller.class.getName()));
    }

    private Caller bySecret(HttpServerRequest request) {
        String authorization = request.getHeader("Authorization");
        if (authorization == null) {
            throw Refusals.missing().exception();
        }
        Supplier<ApiException> unknown = () -> Refusals.unknownKey("").exception();
        Key key;
        if (authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
            key = ring.keys()
                    .ofToken(authorization.substring(BEARER.length()).strip())
                    .orElseThrow(unknown);
        } else if (authorization.regionMatches(true, 0, BASIC, 0, BASIC.length())) {
            String[] pair = decoded(authorization.substring(BASIC.length()).strip(), unknown)
                    .split(":", 2);
            key = pair.length == 2 ? ring.keys().ofSecret(pair[0], pair[1]).orElseThrow(unknown) : null;
        } else {
            key = null;
        }
        if (key == null) {
            throw Refusals.missing().exception();
        }
        return new Caller(key.id(), key.tenant());
    }

    private static String decoded(String base64, Supplier<ApiException> otherwise) {
        try {
            return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw otherwise.get();
        }
    }

    private void guarded(RoutingContext ctx, Runnable work) {
        try {
            work.run();
        } catch (ApiException refused) {
            if (Answers.open(ctx.response())) {
                // By it, SDKs set their clock right and sign again.
                ctx.response()
                        .putHeader(
                                "Date",
                                DateTimeFormatter.RFC_1123_DATE_TIME.format(
                                        clock.instant().atOffset(ZoneOffset.UTC)));
            }
            if (hasBody(ctx.request())) {
                bodies.dropRest(ctx.request());
            }
            Answers.error(ctx.response(), refused.error());
        } catch (RuntimeException e) {
            Answers.failure(ctx.response(), e);
        }
    }

    private static boolean hasBody(HttpServerRequest request) {
        String length = request.getHeader("Content-Length");
        return request.getHeader("Transfer-Encoding") != null
                || (length != null && !length.strip().equals("0"));
    }

    private static boolean fromHere(SocketAddress remote, SocketAddress local) {
        String address = remote == null ? null : remote.hostAddress();
        return address != null
                && (address.startsWith("127.")
                        || address.equals("::1")
                        || address.equals("0:0:0:0:0:0:0:1")
                        || (local != null && address.equals(local.hostAddress())));
    }

    private static WireRequest wire(HttpServerRequest request) {
        String uri = request.uri();
        int question = uri.indexOf('?');
        Map<String, List<String>> headers = new TreeMap<>();
        request.headers()
                .forEach((name, value) -> headers.computeIfAbsent(
                                name.toLowerCase(Locale.ROOT), first -> new ArrayList<>())
                        .add(value));
        return new WireRequest(
                request.method().name(),
                question < 0 ? uri : uri.substring(0, question),
                question < 0 ? "" : uri.substring(question + 1),
                headers);
    }
}

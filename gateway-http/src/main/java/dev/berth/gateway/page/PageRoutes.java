package dev.berth.gateway.page;

import dev.berth.gateway.core.ApiError;
import dev.berth.gateway.http.Answers;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code /ui/}: the page, from the class path. Event loop; each file is read once, on a worker. */
public final class PageRoutes {
    private static final String ROOT = "/ui/";
    // Neither a step upwards nor anything that is not the page's can be named so.
    private static final Pattern NAME = Pattern.compile("(?:[a-z][a-z0-9-]*/)?[a-z][a-z0-9-]*\\.(html|css|js|svg)");
    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "svg", "image/svg+xml");
    /** Its own files and its own gateway; no script, style or frame from anywhere else, and none written into the page. */
    private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
            + "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private final Vertx vertx;
    private final Map<String, PageFile> files = new ConcurrentHashMap<>();

    private record PageFile(String type, String tag, Buffer content) {}

    public PageRoutes(Vertx vertx) {
        this.vertx = vertx;
    }

    /** Enters the paths of the page. */
    public void mount(Router router) {
        router.get("/").handler(ctx -> redirect(ctx.response()));
        router.get(ROOT + "*").handler(this::file);
        router.head(ROOT + "*").handler(this::file);
    }

    private static void redirect(HttpServerResponse response) {
        if (Answers.open(response)) {
            response.setStatusCode(302).putHeader(HttpHeaders.LOCATION, ROOT).end();
        }
    }

    private void file(RoutingContext ctx) {
        // The router takes the folder without its slash for the same; the names in the page are not.
        if (!ctx.request().path().startsWith(ROOT)) {
            redirect(ctx.response());
            return;
        }
        String asked = ctx.request().path().substring(ROOT.length());
        String name = asked.isEmpty() ? "index.html" : asked;
        Matcher form = NAME.matcher(name);
        if (!form.matches()) {
            nothing(ctx);
            return;
        }
        PageFile known = files.get(name);
        if (known != null) {
            send(ctx, known);
            return;
        }
        String type = TYPES.get(form.group(1));
        vertx.executeBlocking(() -> read(name, type), false)
                .onSuccess(found -> found.ifPresentOrElse(
                        file -> {
                            files.put(name, file);
                            send(ctx, file);
                        },
                        () -> nothing(ctx)))
                .onFailure(cause -> Answers.failure(ctx.response(), cause));
    }

    private static void send(RoutingContext ctx, PageFile file) {
        HttpServerResponse response = ctx.response();
        if (!Answers.open(response)) {
            return;
        }
        // The tag is asked for each time: a gateway that was renewed has another page, and the files must be of one.
        response.putHeader(HttpHeaders.ETAG, file.tag())
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-cache")
                .putHeader("Content-Security-Policy", POLICY)
                .putHeader("X-Content-Type-Options", "nosniff")
                .putHeader("Referrer-Policy", "no-referrer")
                .putHeader("Cross-Origin-Opener-Policy", "same-origin")
                .putHeader("Cross-Origin-Resource-Policy", "same-origin");
        if (file.tag().equals(ctx.request().getHeader(HttpHeaders.IF_NONE_MATCH))) {
            response.setStatusCode(304).end();
            return;
        }
        response.putHeader(HttpHeaders.CONTENT_TYPE, file.type());
        if (ctx.request().method().equals(HttpMethod.HEAD)) {
            response.putHeader(
                            HttpHeaders.CONTENT_LENGTH,
                            Integer.toString(file.content().length()))
                    .end();
        } else {
            response.end(file.content());
        }
    }

    private static void nothing(RoutingContext ctx) {
        Answers.error(
                ctx.response(),
                new ApiError(404, "UnknownOperationException", "The page has no such file. It begins at /ui/."));
    }

    private static Optional<PageFile> read(String name, String type) throws IOException {
        try (InputStream in = PageRoutes.class.getResourceAsStream(name)) {
            if (in == null) {
                return Optional.empty();
            }
            byte[] bytes = in.readAllBytes();
            return Optional.of(new PageFile(type, '"' + hash(bytes) + '"', Buffer.buffer(bytes)));
        }
    }

    private static String hash(byte[] bytes) {
        try {
            byte[] whole = MessageDigest.getInstance("SHA-256").digest(bytes);
            return HexFormat.of().formatHex(whole, 0, 12);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }
}

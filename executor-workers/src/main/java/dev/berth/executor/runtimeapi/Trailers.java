package dev.berth.executor.runtimeapi;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.LastHttpContent;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.impl.ConnectionBase;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * What follows the last chunk of a request. A runtime that streams its response has sent its headers when its function fails, so
 * it says so there (AWS, "Lambda response streaming: custom runtimes").
 *
 * <p>Vert.x reads trailers of a client's responses, but none of a server's requests; so they are taken from Netty, on which it
 * stands, in this one class. Event loop only.
 */
final class Trailers extends ChannelInboundHandlerAdapter {
    private static final String NAME = "berth-trailers";

    private HttpHeaders last = EmptyHttpHeaders.INSTANCE;

    private Trailers() {}

    /** Keeps the trailers of a connection that has just been made. */
    static void keep(HttpConnection connection) {
        ChannelHandlerContext vertx = ((ConnectionBase) connection).channelHandlerContext();
        vertx.pipeline().addBefore(vertx.name(), NAME, new Trailers());
    }

    /**
     * The error that followed the body of a request whose end has come.
     *
     * @return null if there was none
     */
    static RuntimeError error(HttpServerRequest request) {
        HttpHeaders trailers = ((Trailers) ((ConnectionBase) request.connection())
                        .channelHandlerContext()
                        .pipeline()
                        .get(NAME))
                .last;
        String errorType = trailers.get("Lambda-Runtime-Function-Error-Type");
        String body = trailers.get("Lambda-Runtime-Function-Error-Body");
        if (errorType == null && body == null) {
            return null;
        }
        return RuntimeError.of(errorType, body == null ? new byte[] {'{', '}'} : decoded(body));
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof LastHttpContent end) {
            last = end.trailingHeaders();
        }
        context.fireChannelRead(message);
    }

    /** It ought to be base64, as no header may hold line ends. */
    private static byte[] decoded(String body) {
        try {
            return Base64.getDecoder().decode(body);
        } catch (IllegalArgumentException e) {
            return body.getBytes(StandardCharsets.UTF_8);
        }
    }
}

package dev.berth.executor.runtimeapi;

import dev.berth.schemas.Limits;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.util.function.Consumer;

/** The body of a request, held up to the limit of a payload and only counted beyond it. */
final class BodyCollector {
    private Buffer held = Buffer.buffer();
    private long size;

    private BodyCollector() {}

    /** Reads a request's body to its end; not called back if the connection breaks before it. */
    static void read(HttpServerRequest request, Consumer<BodyCollector> whenComplete) {
        BodyCollector body = new BodyCollector();
        request.handler(body::add);
        request.endHandler(nothing -> whenComplete.accept(body));
    }

    boolean tooLarge() {
        return size > Limits.SYNC_PAYLOAD_BYTES;
    }

    long size() {
        return size;
    }

    /** The whole body; nothing of one that is too large. */
    byte[] bytes() {
        return tooLarge() ? new byte[0] : held.getBytes();
    }

    private void add(Buffer part) {
        size += part.length();
        if (tooLarge()) {
            held = Buffer.buffer();
        } else {
            held.appendBuffer(part);
        }
    }
}

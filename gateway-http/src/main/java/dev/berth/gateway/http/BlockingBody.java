package dev.berth.gateway.http;

import io.vertx.core.Context;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The body of a response, written by a worker that waits until its client has taken what was written: a slow client holds up its
 * worker, and not the memory.
 */
public final class BlockingBody extends OutputStream {
    private static final int CHUNK_BYTES = 64 * 1024;
    private static final int SLOWEST_S = 60;

    private final Context context;
    private final HttpServerResponse response;
    private Buffer chunk = Buffer.buffer(CHUNK_BYTES);

    /** @param context of the response, which is chunked */
    public BlockingBody(Context context, HttpServerResponse response) {
        this.context = context;
        this.response = response;
    }

    @Override
    public void write(int b) throws IOException {
        chunk.appendByte((byte) b);
        flushIfFull();
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
        chunk.appendBytes(bytes, from, length);
        flushIfFull();
    }

    private void flushIfFull() throws IOException {
        if (chunk.length() >= CHUNK_BYTES) {
            send(false);
        }
    }

    /** Sends what there is. */
    @Override
    public void flush() throws IOException {
        if (chunk.length() > 0) {
            send(false);
        }
    }

    /** Sends the rest and ends the response. */
    @Override
    public void close() throws IOException {
        send(true);
    }

    private void send(boolean last) throws IOException {
        Buffer full = chunk;
        chunk = Buffer.buffer(CHUNK_BYTES);
        Promise<Void> written = Promise.promise();
        context.runOnContext(now -> {
            if (response.ended() || response.closed()) {
                written.fail("The client has gone");
            } else {
                (last ? response.end(full) : response.write(full)).onComplete(written);
            }
        });
        try {
            written.future().toCompletionStage().toCompletableFuture().get(SLOWEST_S, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("Interrupted while a client read");
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException("The client reads no more: " + e, e);
        }
    }
}

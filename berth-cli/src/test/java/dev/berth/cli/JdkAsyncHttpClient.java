package dev.berth.cli;

import java.io.ByteArrayOutputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.http.async.AsyncExecuteRequest;
import software.amazon.awssdk.http.async.SdkAsyncHttpClient;
import software.amazon.awssdk.http.async.SdkAsyncHttpResponseHandler;
import software.amazon.awssdk.utils.async.SimplePublisher;

/** The JDK's HTTP client as one of AWS's SDK: its own would bring another Netty beside Vert.x's into the class path. */
final class JdkAsyncHttpClient implements SdkAsyncHttpClient {
    /** Set by the JDK's client itself. */
    private static final Set<String> RESTRICTED = Set.of("host", "content-length", "expect", "connection", "upgrade");

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @Override
    public CompletableFuture<Void> execute(AsyncExecuteRequest request) {
        CompletableFuture<byte[]> body = new CompletableFuture<>();
        request.requestContentPublisher().subscribe(new Collecting(body));
        return body.thenCompose(bytes -> send(request, bytes)).whenComplete((done, failure) -> {
            if (failure != null) {
                request.responseHandler().onError(failure);
            }
        });
    }

    private CompletableFuture<Void> send(AsyncExecuteRequest request, byte[] body) {
        HttpRequest.Builder http = HttpRequest.newBuilder(request.request().getUri())
                .method(request.request().method().name(), HttpRequest.BodyPublishers.ofByteArray(body));
        request.request().forEachHeader((name, values) -> {
            if (!RESTRICTED.contains(name.toLowerCase(Locale.ROOT))) {
                values.forEach(value -> http.header(name, value));
            }
        });
        return client.sendAsync(http.build(), HttpResponse.BodyHandlers.ofPublisher())
                .thenCompose(response -> handOver(response, request.responseHandler()));
    }

    private static CompletableFuture<Void> handOver(
            HttpResponse<Flow.Publisher<List<ByteBuffer>>> response, SdkAsyncHttpResponseHandler handler) {
        handler.onHeaders(SdkHttpResponse.builder()
                .statusCode(response.statusCode())
                .headers(response.headers().map())
                .build());
        SimplePublisher<ByteBuffer> stream = new SimplePublisher<>();
        CompletableFuture<Void> read = new CompletableFuture<>();
        handler.onStream(stream);
        response.body().subscribe(new Flow.Subscriber<>() {
            private Flow.Subscription subscription;

            @Override
            public void onSubscribe(Flow.Subscription given) {
                subscription = given;
                given.request(1);
            }

            @Override
            public void onNext(List<ByteBuffer> buffers) {
                buffers.forEach(stream::send);
                subscription.request(1);
            }

            @Override
            public void onError(Throwable failure) {
                stream.error(failure);
                read.completeExceptionally(failure);
            }

            @Override
            public void onComplete() {
                stream.complete();
                read.complete(null);
            }
        });
        return read;
    }

    @Override
    public void close() {
        // The JDK's client ends with the last reference to it.
    }

    private record Collecting(CompletableFuture<byte[]> done, ByteArrayOutputStream bytes)
            implements Subscriber<ByteBuffer> {
        Collecting(CompletableFuture<byte[]> done) {
            this(done, new ByteArrayOutputStream());
        }

        @Override
        public void onSubscribe(Subscription subscription) {
            subscription.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(ByteBuffer buffer) {
            byte[] chunk = new byte[buffer.remaining()];
            buffer.get(chunk);
            bytes.writeBytes(chunk);
        }

        @Override
        public void onError(Throwable failure) {
            done.completeExceptionally(failure);
        }

        @Override
        public void onComplete() {
            done.complete(bytes.toByteArray());
        }
    }
}

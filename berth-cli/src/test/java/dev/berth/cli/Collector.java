package dev.berth.cli;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;

/** Takes OTLP over HTTP as a collector does, and keeps the spans. Reads as much of the protocol's buffers as it needs. */
final class Collector implements AutoCloseable {
    private static final int VARINT = 0;
    private static final int FIXED_64 = 1;
    private static final int BYTES = 2;
    private static final int FIXED_32 = 5;

    /** @param parent empty for none */
    record Span(String trace, String id, String parent, String name, long fromNs, long toNs) {}

    private final HttpServer server;
    private final List<Span> spans = new CopyOnWriteArrayList<>();

    Collector() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/v1/traces", exchange -> {
            try (exchange) {
                spans(ByteBuffer.wrap(exchange.getRequestBody().readAllBytes()));
                exchange.getResponseHeaders().set("Content-Type", "application/x-protobuf");
                exchange.sendResponseHeaders(200, -1);
            }
        });
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    List<Span> ofTrace(String trace) {
        return spans.stream().filter(span -> span.trace().equals(trace)).toList();
    }

    List<Span> all() {
        return List.copyOf(spans);
    }

    @Override
    public void close() {
        server.stop(0);
    }

    /** ExportTraceServiceRequest.resource_spans.scope_spans.spans: fields 1, 2 and 2. */
    private void spans(ByteBuffer request) {
        fields(request, (field, resource) -> {
            if (field == 1) {
                fields((ByteBuffer) resource, (inner, scope) -> {
                    if (inner == 2) {
                        fields((ByteBuffer) scope, (innermost, span) -> {
                            if (innermost == 2) {
                                spans.add(span((ByteBuffer) span));
                            }
                        });
                    }
                });
            }
        });
    }

    private static Span span(ByteBuffer message) {
        Object[] values = new Object[17];
        fields(message, (field, value) -> {
            if (field < values.length) {
                values[field] = value;
            }
        });
        return new Span(
                hex(values[1]),
                hex(values[2]),
                hex(values[4]),
                StandardCharsets.UTF_8.decode((ByteBuffer) values[5]).toString(),
                (Long) values[7],
                (Long) values[8]);
    }

    private static String hex(Object bytes) {
        if (bytes == null) {
            return "";
        }
        byte[] copy = new byte[((ByteBuffer) bytes).remaining()];
        ((ByteBuffer) bytes).get(copy);
        return HexFormat.of().formatHex(copy);
    }

    private static void fields(ByteBuffer message, BiConsumer<Integer, Object> told) {
        ByteBuffer left = message.slice().order(ByteOrder.LITTLE_ENDIAN);
        while (left.hasRemaining()) {
            long key = varint(left);
            int field = (int) (key >>> 3);
            switch ((int) (key & 7)) {
                case VARINT -> told.accept(field, varint(left));
                case FIXED_64 -> told.accept(field, left.getLong());
                case FIXED_32 -> told.accept(field, left.getInt());
                case BYTES -> {
                    int length = (int) varint(left);
                    told.accept(field, left.slice(left.position(), length));
                    left.position(left.position() + length);
                }
                default -> throw new IllegalArgumentException("no such kind of field: " + key);
            }
        }
    }

    private static long varint(ByteBuffer left) {
        long value = 0;
        for (int shift = 0; ; shift += 7) {
            byte next = left.get();
            value |= (long) (next & 0x7f) << shift;
            if (next >= 0) {
                return value;
            }
        }
    }
}

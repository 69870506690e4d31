package dev.berth.bench.invoke;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/**
 * Lambda's Invoke over HTTP/1.1, each client on one connection that it keeps. Speaks HTTP by hand: a client library would take
 * more of the two cores than the gateway that is measured.
 */
public final class OverHttp implements Way {
    private static final int TIMEOUT_MS = 30_000;
    private static final int BUFFER_BYTES = 16 * 1024;

    private final URI gateway;
    private final String function;
    private final byte[] payload;

    /** @param gateway such as {@code http://127.0.0.1:8080} */
    public OverHttp(URI gateway, String function, byte[] payload) {
        this.gateway = gateway;
        this.function = function;
        this.payload = payload;
    }

    @Override
    public String name() {
        return OVER_HTTP;
    }

    @Override
    public Client client(int number) throws IOException {
        return new Connection(number);
    }

    @Override
    public void close() {
        // Each client has its connection.
    }

    private final class Connection implements Client {
        private final Socket socket;
        private final InputStream in;
        private final OutputStream out;
        private final byte[] request;
        private final byte[] buffer = new byte[BUFFER_BYTES];

        Connection(int number) throws IOException {
            socket = new Socket(gateway.getHost(), gateway.getPort());
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(TIMEOUT_MS);
            in = socket.getInputStream();
            out = socket.getOutputStream();
            String head = "POST /2015-03-31/functions/" + function + "/invocations HTTP/1.1\r\nHost: "
                    + gateway.getAuthority() + "\r\nContent-Type: application/json\r\nContent-Length: "
                    + payload.length + "\r\nX-Berth-Key: " + StraightToKafka.key(number) + "\r\n\r\n";
            byte[] bytes = head.getBytes(StandardCharsets.US_ASCII);
            request = new byte[bytes.length + payload.length];
            System.arraycopy(bytes, 0, request, 0, bytes.length);
            System.arraycopy(payload, 0, request, bytes.length, payload.length);
        }

        @Override
        public void call() throws IOException {
            out.write(request);
            int read = 0;
            int headEnd = -1;
            while (headEnd < 0) {
                read += more(read);
                headEnd = headEnd(read);
            }
            String head = new String(buffer, 0, headEnd, StandardCharsets.ISO_8859_1);
            if (!head.startsWith("HTTP/1.1 200 ") || head.contains("\r\nX-Amz-Function-Error:")) {
                throw new IOException("Not what was due: " + new String(buffer, 0, read, StandardCharsets.UTF_8));
            }
            int end = headEnd + length(head);
            while (read < end) {
                read += more(read);
            }
        }

        private int more(int read) throws IOException {
            int bytes = in.read(buffer, read, buffer.length - read);
            if (bytes <= 0) {
                throw new EOFException(
                        "The gateway closed the connection, or answered with more than " + BUFFER_BYTES + " bytes");
            }
            return bytes;
        }

        private int headEnd(int read) {
            for (int i = 3; i < read; i++) {
                if (buffer[i] == '\n' && buffer[i - 1] == '\r' && buffer[i - 2] == '\n' && buffer[i - 3] == '\r') {
                    return i + 1;
                }
            }
            return -1;
        }

        private static int length(String head) throws IOException {
            String name = "\r\ncontent-length: ";
            for (int at = 0; at + name.length() < head.length(); at++) {
                if (head.regionMatches(true, at, name, 0, name.length())) {
                    int from = at + name.length();
                    return Integer.parseInt(
                            head.substring(from, head.indexOf('\r', from)).strip());
                }
            }
            throw new IOException("No Content-Length: " + head);
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}

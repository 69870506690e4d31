package dev.berth.bench;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** The least that can hand out work by a long poll: one thread, one connection, sockets, and no thought about anything. */
final class BareLongPoll implements AutoCloseable {
    private static final byte[] WORK = ("HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-Request-Id: 1\r\n"
                    + "Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}")
            .getBytes(StandardCharsets.US_ASCII);
    private static final byte[] TAKEN =
            "HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] HEAD_END = "\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final ServerSocket server;
    private Socket socket;
    private InputStream in;
    private OutputStream out;

    BareLongPoll(String host) throws IOException {
        server = new ServerSocket(0, 5, InetAddress.getByName(host));
    }

    int port() {
        return server.getLocalPort();
    }

    /** Waits for the one who will poll, and for its first request. */
    void connect() throws IOException {
        socket = server.accept();
        socket.setTcpNoDelay(true);
        in = new BufferedInputStream(socket.getInputStream());
        out = socket.getOutputStream();
        request(0);
    }

    /** Hands out work and takes in the answer to it. @return how long that took, in nanoseconds */
    long roundTripNs() throws IOException {
        long began = System.nanoTime();
        out.write(WORK);
        request(4);
        long took = System.nanoTime() - began;
        out.write(TAKEN);
        request(0);
        return took;
    }

    private void request(int bodyBytes) throws IOException {
        int matched = 0;
        while (matched < HEAD_END.length) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("The handler of the baseline went away");
            }
            matched = next == HEAD_END[matched] ? matched + 1 : next == HEAD_END[0] ? 1 : 0;
        }
        in.readNBytes(bodyBytes);
    }

    @Override
    public void close() throws IOException {
        if (socket != null) {
            socket.close();
        }
        server.close();
    }
}

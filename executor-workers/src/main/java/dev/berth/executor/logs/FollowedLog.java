package dev.berth.executor.logs;

import dev.berth.executor.container.ContainerLog;
import dev.berth.executor.container.ContainerLog.Part;
import dev.berth.executor.pool.AttemptId;
import dev.berth.schemas.LogChunk;
import dev.berth.schemas.Micros;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The log of one container, as far as it has been shipped. The shipper's thread, but for what it hears of losses. */
final class FollowedLog {
    private static final Logger log = LoggerFactory.getLogger(FollowedLog.class);
    // What waits in the file for a broker that is out of reach; the oldest goes first.
    private static final long MOST_WAITING_BYTES = 1024 * 1024;
    private static final int MOST_WAITING_PARTS = 10_000;

    private final LogSource source;
    private final ContainerLog file;
    private final ByteBudget budget;
    private final LongAdder unsent;
    private final Deque<Part> waiting = new ArrayDeque<>();
    private final AtomicLong dropped = new AtomicLong();
    private long shippedTo;
    private long sequence;

    /** @param unsent counts what the broker did not get, of all logs */
    FollowedLog(LogSource source, ContainerLog file, ByteBudget budget, LongAdder unsent) {
        this.source = source;
        this.file = file;
        this.budget = budget;
        this.unsent = unsent;
    }

    ContainerLog file() {
        return file;
    }

    /** Whether something is known to be there to ship, without a look at the file. */
    boolean isBusy() {
        return !waiting.isEmpty() || file.isBusy();
    }

    /**
     * Ships what was printed. What the writer refuses is offered again the next time, as long as it is not much.
     *
     * @return whether all of it is on its way, but for a line that has not ended
     */
    boolean ship(ChunkWriter writer, byte[] buffer, long nowMs) {
        // The code can cut its own log short.
        shippedTo = Math.min(shippedTo, file.size());
        Part growing = null;
        for (Part part : file.take()) {
            if (part.whole()) {
                waiting.add(part);
            } else {
                growing = part;
            }
        }
        while (!waiting.isEmpty()) {
            if (!ship(waiting.peek(), writer, buffer, nowMs)) {
                dropIfMuch(growing == null ? waiting.peekLast().to() : growing.to());
                return false;
            }
            waiting.remove();
        }
        if (growing != null && !ship(growing, writer, buffer, nowMs)) {
            dropIfMuch(growing.to());
            return false;
        }
        startAnew();
        return growing != null || dropped.get() == 0 || offer(null, new byte[0], 0, writer);
    }

    /** Counts as unsent what still waits; the container has ended, and nobody will ask. */
    void giveUp() {
        waiting.forEach(part -> unsent.add(part.to() - Math.max(part.from(), shippedTo)));
        waiting.clear();
    }

    /** Bytes were accepted by the writer and did not arrive. Any thread. */
    private void lost(long bytes) {
        dropped.addAndGet(bytes);
        unsent.add(bytes);
    }

    private boolean ship(Part part, ChunkWriter writer, byte[] buffer, long nowMs) {
        long from = Math.max(part.from(), shippedTo);
        while (from < part.to()) {
            if (budget.left(nowMs) <= 0) {
                from = drop(from, part.to());
                break;
            }
            int length = (int) Math.min(buffer.length, part.to() - from);
            if (!read(buffer, from, length)) {
                from = drop(from, part.to());
                break;
            }
            boolean end = part.whole() && from + length == part.to();
            int cut = Cuts.length(buffer, length, end, length == buffer.length);
            if (cut == 0) {
                break;
            }
            if (!offer(part.printer(), buffer, cut, writer)) {
                shippedTo = from;
                return false;
            }
            budget.take(cut);
            from += cut;
        }
        shippedTo = Math.max(shippedTo, from);
        // Told with the invocation that printed it, even if nothing follows.
        return !part.whole() || dropped.get() == 0 || offer(part.printer(), new byte[0], 0, writer);
    }

    private boolean read(byte[] buffer, long from, int length) {
        try {
            return file.read(ByteBuffer.wrap(buffer, 0, length), from) == length;
        } catch (IOException e) {
            log.warn(
                    "A part of a log cannot be read and is dropped container={} from={} cause={}",
                    source.containerId(),
                    from,
                    e.toString());
            return false;
        }
    }

    private boolean offer(Object printer, byte[] bytes, int length, ChunkWriter writer) {
        AttemptId attempt = (AttemptId) printer;
        long untold = dropped.get();
        LogChunk chunk = LogChunk.newBuilder()
                .setTenant(source.tenant())
                .setFunction(source.function())
                .setFunctionVersion(source.version())
                .setRevision(source.revision())
                .setInstanceId(source.instanceId())
                .setContainerId(source.containerId())
                .setInvocationId(attempt == null ? null : attempt.invocationId())
                .setAttempt(attempt == null ? 0 : attempt.attempt())
                .setSequence(sequence)
                .setAtUs(Micros.now())
                .setPrinted(ByteBuffer.wrap(bytes, 0, length))
                .setDroppedBytes(untold)
                .build();
        if (!writer.offer(chunk, this::lost)) {
            return false;
        }
        sequence++;
        dropped.addAndGet(-untold);
        return true;
    }

    /**
     * The file is the buffer while the broker is away, but not without bound. What was sent or let go lies in it too, before what waits,
     * if there was no moment to start it anew.
     */
    private void dropIfMuch(long end) {
        if (end - shippedTo > MOST_WAITING_BYTES
                || end > ContainerLog.MOST_UNQUIET_BYTES
                || waiting.size() > MOST_WAITING_PARTS) {
            waiting.clear();
            unsent.add(end - shippedTo);
            shippedTo = drop(shippedTo, end);
            startAnew();
        }
    }

    private void startAnew() {
        if (file.anew(shippedTo)) {
            shippedTo = 0;
        }
    }

    private long drop(long from, long to) {
        dropped.addAndGet(Math.max(0, to - from));
        return to;
    }
}

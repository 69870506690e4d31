package dev.berth.gateway.logs;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.gateway.core.Json;
import dev.berth.gateway.jobs.JobView;
import dev.berth.gateway.logs.core.LogLines;
import dev.berth.gateway.logs.core.Report;
import dev.berth.gateway.logs.core.Wanted;
import dev.berth.schemas.LogChunk;
import dev.berth.schemas.Micros;
import dev.berth.schemas.Outcome;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** One answer to {@code GET /logs}, written by a worker: JSON objects, one a line. */
final class LogReading {
    // An executor ships what was printed a moment later.
    private static final long SHIPPING_MS = 1_500;
    // A line of nothing, so that both ends know that the other is there.
    private static final long SIGN_OF_LIFE_MS = 10_000;
    private static final long MOST_HELD_BYTES = 16L * 1024 * 1024;

    private final Wanted wanted;
    private final boolean follow;
    private final OptionalInt limit;
    private final JobView jobs;
    private final BooleanSupplier ends;

    private final Deque<byte[]> held = new ArrayDeque<>();
    private long heldBytes;

    /**
     * @param follow to go on with what comes, until the reader goes or the invocation that is wanted has ended
     * @param limit of what is there already only so many lines, the last
     * @param ends whether nobody reads any more; any thread may make it so
     */
    LogReading(Wanted wanted, boolean follow, OptionalInt limit, JobView jobs, BooleanSupplier ends) {
        this.wanted = wanted;
        this.follow = follow;
        this.limit = limit;
        this.jobs = jobs;
        this.ends = ends;
    }

    /**
     * Writes what is wanted, and closes the body. If that fails, the body stays open: closed, it would look whole.
     *
     * @throws IOException if the reader has gone
     */
    void write(LogTopicReader topic, OutputStream body) throws IOException {
        while (!topic.isCaughtUp()) {
            if (ends.getAsBoolean()) {
                throw new IOException("The reader has gone, or the gateway stops");
            }
            write(topic, body, limit.orElse(Integer.MAX_VALUE));
        }
        for (byte[] line : held) {
            body.write(line);
        }
        held.clear();
        body.flush();
        Optional<Outcome> outcome = goOn(topic, body);
        if (outcome.isPresent()) {
            body.write(line(Report.of(outcome.get())));
        }
        body.close();
    }

    /** @return how the invocation that is wanted has ended, if one is and it has */
    private Optional<Outcome> goOn(LogTopicReader topic, OutputStream body) throws IOException {
        long beganMs = System.currentTimeMillis();
        long wroteMs = beganMs;
        while (!ends.getAsBoolean()) {
            long nowMs = System.currentTimeMillis();
            Optional<Outcome> outcome = outcome();
            boolean shipped =
                    outcome.isPresent() && nowMs - Micros.toMillis(outcome.get().getCompletedUs()) > SHIPPING_MS;
            // One that ended a moment ago may not be known to have.
            boolean pending = wanted.invocation() != null && nowMs - beganMs <= SHIPPING_MS;
            if (shipped || (!follow && outcome.isEmpty() && !pending)) {
                return outcome;
            }
            if (write(topic, body, Integer.MAX_VALUE) > 0) {
                wroteMs = nowMs;
            } else if (nowMs - wroteMs > SIGN_OF_LIFE_MS) {
                body.write('\n');
                wroteMs = nowMs;
            }
            body.flush();
        }
        return Optional.empty();
    }

    private Optional<Outcome> outcome() {
        return wanted.invocation() == null
                ? Optional.empty()
                : jobs.find(wanted.invocation()).flatMap(JobView.Job::outcome);
    }

    private int write(LogTopicReader topic, OutputStream body, int mostHeld) throws IOException {
        int lines = 0;
        for (ConsumerRecord<byte[], byte[]> row : topic.poll()) {
            Optional<LogChunk> chunk = topic.decode(row).filter(wanted::matches);
            if (chunk.isEmpty()) {
                continue;
            }
            for (ObjectNode json : LogLines.of(chunk.get())) {
                lines++;
                if (mostHeld == Integer.MAX_VALUE) {
                    body.write(line(json));
                } else {
                    hold(line(json), mostHeld);
                }
            }
        }
        return lines;
    }

    /** The last lines are known once all have been read. */
    private void hold(byte[] line, int most) {
        held.add(line);
        heldBytes += line.length;
        while (held.size() > most || heldBytes > MOST_HELD_BYTES) {
            heldBytes -= held.remove().length;
        }
    }

    private static byte[] line(ObjectNode json) {
        return (Json.text(json) + "\n").getBytes(StandardCharsets.UTF_8);
    }
}

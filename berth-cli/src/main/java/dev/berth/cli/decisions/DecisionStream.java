package dev.berth.cli.decisions;

import dev.berth.cli.client.GatewayClient;
import dev.berth.cli.text.Failure;
import dev.berth.schemas.Dispatch;
import dev.berth.schemas.TopicCatalogue;
import java.io.IOException;
import java.time.Instant;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.file.DataFileStream;
import org.apache.avro.specific.SpecificDatumReader;

/** A stretch of the decision log, read from a gateway while it is sent. One thread. */
public final class DecisionStream implements AutoCloseable {
    static {
        // Asked for first, so that records may be built.
        TopicCatalogue.defaults();
    }

    private final DataFileStream<Dispatch> file;
    private final long most;

    private DecisionStream(DataFileStream<Dispatch> file, long most) {
        this.file = file;
        this.most = most;
    }

    /**
     * Which decisions.
     *
     * @param to of this moment none any more
     * @param tenant null for the gateway's default
     * @param function null for all
     * @param key null for all
     */
    public record Stretch(Instant from, Instant to, String tenant, String function, String key) {
        private String query() {
            return "/decisions?from=" + from.toEpochMilli() + "&to=" + to.toEpochMilli() + parameter("tenant", tenant)
                    + parameter("function", function) + parameter("key", key);
        }

        private static String parameter(String name, String value) {
            return value == null ? "" : "&" + name + "=" + GatewayClient.escaped(value);
        }
    }

    /**
     * Asks for a stretch.
     *
     * @throws Failure if the gateway refuses or what it sends is not the log
     */
    public static DecisionStream open(GatewayClient gateway, Stretch stretch) {
        GatewayClient.Streamed answer = gateway.stream(stretch.query());
        try {
            return new DecisionStream(
                    new DataFileStream<>(answer.body(), new SpecificDatumReader<>(Dispatch.class)),
                    answer.header("x-berth-records").map(Long::parseLong).orElse(0L));
        } catch (IOException | AvroRuntimeException | NumberFormatException e) {
            closeQuietly(answer);
            throw brokenOff(e);
        }
    }

    /** How many there are at most. */
    public long most() {
        return most;
    }

    /**
     * The next one, in no certain order; empty at the end.
     *
     * @throws Failure if it breaks off
     */
    public Optional<Dispatch> next() {
        try {
            return file.hasNext() ? Optional.of(file.next()) : Optional.empty();
        } catch (AvroRuntimeException | NoSuchElementException e) {
            throw brokenOff(e);
        }
    }

    @Override
    public void close() {
        try {
            file.close();
        } catch (IOException e) {
            throw brokenOff(e);
        }
    }

    private static void closeQuietly(GatewayClient.Streamed answer) {
        try {
            answer.body().close();
        } catch (IOException e) {
            // The reader is told of the first failure, which is why this one is of no matter.
        }
    }

    private static Failure brokenOff(Exception e) {
        return new Failure(
                "The gateway's decision log broke off or cannot be read (" + Failure.rootMessage(e)
                        + "). Nothing was changed; try again, perhaps with a shorter stretch (--from, --to).",
                e);
    }
}

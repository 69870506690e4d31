package dev.berth.gateway.explain;

import dev.berth.gateway.kafka.TopicStretches;
import dev.berth.schemas.Dispatch;
import dev.berth.schemas.Invocation;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * A stretch of the decision log as an Avro container file: it carries its schema, so a reader of another version can read it, and
 * it can be read while it is written. Payloads and headers of the invocations are left out: no decision looked at them.
 */
final class DecisionExport {
    private final DispatchLog log;
    private final Wanted wanted;

    /**
     * Which dispatches are wanted.
     *
     * @param function null for any
     * @param key null for any
     */
    record Wanted(String tenant, String function, String key) {
        boolean matches(Invocation invocation) {
            return invocation.getTenant().equals(tenant)
                    && (function == null || function.equals(invocation.getFunction()))
                    && (key == null || key.equals(invocation.getRoutingValue()));
        }
    }

    DecisionExport(DispatchLog log, Wanted wanted) {
        this.log = log;
        this.wanted = wanted;
    }

    /**
     * Writes what is wanted of a reading, and closes the body. If that fails, the body stays open: closed, it would look whole.
     *
     * @throws IOException if the reader has gone
     */
    void write(TopicStretches.Reading reading, OutputStream body) throws IOException {
        DataFileWriter<Dispatch> file = new DataFileWriter<>(new SpecificDatumWriter<>(Dispatch.class));
        file.create(Dispatch.getClassSchema(), body);
        for (var rows = reading.next(); rows.isPresent(); rows = reading.next()) {
            write(rows.get(), file);
        }
        file.close();
    }

    private void write(List<ConsumerRecord<byte[], byte[]>> rows, DataFileWriter<Dispatch> file) throws IOException {
        for (ConsumerRecord<byte[], byte[]> row : rows) {
            Optional<Dispatch> dispatch = log.decode(row);
            if (dispatch.isPresent() && wanted.matches(dispatch.get().getInvocation())) {
                file.append(withoutContent(dispatch.get()));
            }
        }
    }

    private static Dispatch withoutContent(Dispatch dispatch) {
        dispatch.getInvocation().setPayload(ByteBuffer.allocate(0));
        dispatch.getInvocation().setHeaders(Map.of());
        dispatch.setCurve(null);
        return dispatch;
    }
}

package dev.berth.triggers.engine;

import dev.berth.schemas.AvroCodec;
import dev.berth.schemas.SchemaRegistry;
import dev.berth.schemas.Trigger;
import dev.berth.schemas.TriggerPartition;
import dev.berth.schemas.TriggerStatus;
import dev.berth.triggers.core.TriggerCore;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says how a trigger does in this process: each second while it does something, each ten else. One thread. */
final class StatusBoard {
    private static final Logger log = LoggerFactory.getLogger(StatusBoard.class);
    private static final long EACH_MS = 1_000;
    private static final long IDLE_MS = 10_000;

    private final String topic;
    private final byte[] key;
    private final String worker;
    private final Trigger trigger;
    private final AvroCodec<TriggerStatus> codec;
    private final Producer<byte[], byte[]> producer;
    private TriggerCore.Counts before = new TriggerCore.Counts(0, 0, 0, 0, 0);
    private TriggerCore.Counts base = before;
    private long saidMs;
    private String saidError;
    private String saidBottleneck = "";
    private int saidPartitions = -1;

    StatusBoard(EngineContext context, Trigger trigger) {
        var config = context.config();
        this.topic = config.topics().triggerStatus().name();
        this.worker = config.worker();
        this.trigger = trigger;
        this.key = (trigger.getTenant() + '/' + trigger.getUuid() + '/' + worker).getBytes(StandardCharsets.UTF_8);
        this.codec = config.topics().triggerStatus().codec(config.registry());
        this.producer = context.producer();
    }

    /** What there is to say. */
    record News(TriggerCore.Counts counts, int inFlight, String bottleneck, String error) {}

    /** Where the partitions are, asked for only when something is said. */
    interface Places {
        List<TriggerPartition> now();
    }

    /** Counts go on from here when a worker begins anew. */
    void begin() {
        base = before;
    }

    /** Whether anything would be said now, if there is something to say. */
    boolean isDue(long nowMs) {
        return nowMs - saidMs >= EACH_MS;
    }

    void say(News news, Places places, int partitions, long nowMs) {
        if (!isDue(nowMs)) {
            return;
        }
        TriggerCore.Counts counts = sum(base, news.counts());
        boolean same = counts.equals(before)
                && Objects.equals(saidError, news.error())
                && saidBottleneck.equals(news.bottleneck())
                && saidPartitions == partitions;
        if (same && nowMs - saidMs < IDLE_MS) {
            return;
        }
        double seconds = saidMs == 0 ? 1 : (nowMs - saidMs) / 1_000.0;
        TriggerStatus status = TriggerStatus.newBuilder()
                .setTenant(trigger.getTenant())
                .setUuid(trigger.getUuid())
                .setWorker(worker)
                .setAtMs(nowMs)
                .setPartitions(places.now())
                .setInFlight(news.inFlight())
                .setRead(counts.read())
                .setFiltered(counts.filtered())
                .setInvoked(counts.invoked())
                .setDone(counts.done())
                .setFailed(counts.failed())
                .setReadPerSecond((counts.read() - before.read()) / seconds)
                .setDonePerSecond((counts.done() - before.done()) / seconds)
                .setBottleneck(news.bottleneck())
                .setError(news.error())
                .build();
        if (!Objects.equals(saidError, news.error())) {
            tellOperator(news.error());
        }
        before = counts;
        saidMs = nowMs;
        saidError = news.error();
        saidBottleneck = news.bottleneck();
        saidPartitions = partitions;
        send(status);
    }

    /** It does nothing here any more. */
    void end() {
        send(null);
    }

    private void tellOperator(String error) {
        if (error == null) {
            log.info("Trigger goes on uuid={} function={}", trigger.getUuid(), trigger.getFunction());
        } else {
            log.warn("Trigger waits uuid={} function={}: {}", trigger.getUuid(), trigger.getFunction(), error);
        }
    }

    private void send(TriggerStatus status) {
        try {
            producer.send(new ProducerRecord<>(topic, key, status == null ? null : codec.encode(status)));
        } catch (KafkaException | SchemaRegistry.RegistryException e) {
            // The next one comes in a second.
            log.debug("A trigger's status was not said uuid={}", trigger.getUuid(), e);
        }
    }

    private static TriggerCore.Counts sum(TriggerCore.Counts a, TriggerCore.Counts b) {
        return new TriggerCore.Counts(
                a.read() + b.read(),
                a.filtered() + b.filtered(),
                a.invoked() + b.invoked(),
                a.done() + b.done(),
                a.failed() + b.failed());
    }
}

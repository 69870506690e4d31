package dev.berth.gateway.replays;

import dev.berth.gateway.kafka.TableWriter;
import dev.berth.gateway.kafka.TopicTable;
import dev.berth.replay.read.Topics;
import dev.berth.replay.source.Deployed;
import dev.berth.schemas.FunctionSpec;
import dev.berth.schemas.Redrive;
import dev.berth.schemas.Replay;
import dev.berth.schemas.ReplayStatus;
import dev.berth.schemas.Trigger;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;

/** What this gateway knows of replays and redriven letters, and where it writes them. Thread-safe; writing blocks. */
public final class ReplayTopics implements AutoCloseable {
    private static final Duration CLOSE = Duration.ofSeconds(2);

    private final Topics topics;
    private final Tables tables;
    private final TableWriter writer;
    private final Admin admin;

    /** The tables that it looks into, followed elsewhere. */
    public record Tables(
            TopicTable<Replay> replays,
            TopicTable<ReplayStatus> statuses,
            TopicTable<Redrive> redrives,
            TopicTable<Trigger> triggers,
            TopicTable<FunctionSpec> functions) {}

    public ReplayTopics(Topics topics, Tables tables, TableWriter writer) {
        this.topics = topics;
        this.tables = tables;
        this.writer = writer;
        this.admin = Admin.create(topics.kafka().client("gateway-replays-admin"));
    }

    TopicTable<Replay> replays() {
        return tables.replays();
    }

    TopicTable<ReplayStatus> statuses() {
        return tables.statuses();
    }

    TopicTable<Redrive> redrives() {
        return tables.redrives();
    }

    TopicTable<FunctionSpec> functions() {
        return tables.functions();
    }

    /** The triggers and functions that there are. */
    Deployed deployed() {
        return new Deployed(
                tables.triggers().scan("", null).map(Map.Entry::getValue).toList(),
                (tenant, name) -> tables.functions().get(key(tenant, name)));
    }

    Topics topics() {
        return topics;
    }

    Admin admin() {
        return admin;
    }

    static String key(String tenant, String id) {
        return tenant + '/' + id;
    }

    /** Writes a replay; null deletes it. Returns when this gateway sees it too. */
    void write(String key, Replay replay) {
        writer.put(topics.catalogue().replays(), key, replay);
    }

    @Override
    public void close() {
        admin.close(CLOSE);
    }
}

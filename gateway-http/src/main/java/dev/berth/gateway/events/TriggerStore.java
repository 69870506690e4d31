package dev.berth.gateway.events;

import dev.berth.gateway.core.ApiError;
import dev.berth.gateway.events.core.Known;
import dev.berth.gateway.events.core.TriggerSums;
import dev.berth.gateway.kafka.TableWriter;
import dev.berth.gateway.kafka.TopicTable;
import dev.berth.gateway.lambda.FunctionDeployer;
import dev.berth.gateway.lambda.core.InvokeRequest;
import dev.berth.schemas.FunctionSpec;
import dev.berth.schemas.TopicCatalogue;
import dev.berth.schemas.Trigger;
import dev.berth.schemas.TriggerStatus;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The triggers there are. Reading is for any thread; changing blocks, and is for the one worker that changes things. */
public final class TriggerStore {
    private static final Logger log = LoggerFactory.getLogger(TriggerStore.class);
    private static final int SHOWN_CHARS = 64;

    private final TopicCatalogue topics;
    private final TopicTable<FunctionSpec> functions;
    private final TopicTable<Trigger> triggers;
    private final TopicTable<TriggerStatus> statuses;
    private final TableWriter writer;

    public TriggerStore(
            TopicCatalogue topics,
            TopicTable<FunctionSpec> functions,
            TopicTable<Trigger> triggers,
            TopicTable<TriggerStatus> statuses,
            TableWriter writer) {
        this.topics = topics;
        this.functions = functions;
        this.triggers = triggers;
        this.statuses = statuses;
        this.writer = writer;
    }

    /** What a tenant's triggers may refer to. */
    public Known known(String tenant) {
        return known(tenant, topics, functions);
    }

    static Known known(String tenant, TopicCatalogue topics, TopicTable<FunctionSpec> functions) {
        return new Known(
                topics.prefix(),
                name -> functions
                        .get(FunctionDeployer.key(tenant, name.name()))
                        .flatMap(found -> InvokeRequest.version(found, name))
                        .isPresent());
    }

    /** A tenant's, in the order of their ids. */
    public List<Trigger> all(String tenant) {
        return triggers.scan(tenant + "/", null).map(Map.Entry::getValue).toList();
    }

    /**
     * One.
     *
     * @throws dev.berth.gateway.core.ApiException if there is none
     */
    public Trigger get(String tenant, String id) {
        return triggers.get(key(tenant, id))
                .orElseThrow(() -> ApiError.notFound("There is no trigger "
                                + (id.length() > SHOWN_CHARS ? id.substring(0, SHOWN_CHARS) + "…" : id)
                                + " (event source mapping). GET /triggers lists those that there are.")
                        .exception());
    }

    /** How one does now. */
    public TriggerSums sums(Trigger trigger) {
        List<TriggerStatus> said = statuses.scan(key(trigger.getTenant(), trigger.getUuid()) + "/", null)
                .map(Map.Entry::getValue)
                .toList();
        return new TriggerSums(trigger, said, System.currentTimeMillis());
    }

    /** Writes a new one. */
    public Trigger create(Trigger trigger) {
        return put(trigger, "created");
    }

    /** Changes one. */
    public Trigger change(String tenant, String id, UnaryOperator<Trigger> edit) {
        return put(edit.apply(get(tenant, id)), "changed");
    }

    /** Deletes one, and returns what it was. */
    public Trigger delete(String tenant, String id) {
        Trigger trigger = get(tenant, id);
        writer.put(topics.triggers(), key(tenant, id), null);
        // What a process says after this stays behind, and nobody looks for it.
        statuses.scan(key(tenant, id) + "/", null)
                .map(Map.Entry::getKey)
                .toList()
                .forEach(status -> writer.put(topics.triggerStatus(), status, null));
        log.info("Trigger deleted tenant={} trigger={} function={}", tenant, id, trigger.getFunction());
        return trigger;
    }

    private Trigger put(Trigger trigger, String what) {
        writer.put(topics.triggers(), key(trigger.getTenant(), trigger.getUuid()), trigger);
        log.info(
                "Trigger {} tenant={} trigger={} function={} topics={} state={}",
                what,
                trigger.getTenant(),
                trigger.getUuid(),
                trigger.getFunction(),
                trigger.getTopics(),
                trigger.getState());
        return trigger;
    }

    private static String key(String tenant, String id) {
        return tenant + '/' + id;
    }
}

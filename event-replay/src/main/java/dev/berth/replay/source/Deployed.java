package dev.berth.replay.source;

import dev.berth.schemas.FunctionSpec;
import dev.berth.schemas.Trigger;
import java.util.Collection;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * What there is now that says how a record is given to a function, and who is told of its end.
 *
 * @param triggers of all tenants
 * @param functions by tenant and name
 */
public record Deployed(Collection<Trigger> triggers, BiFunction<String, String, Optional<FunctionSpec>> functions) {
    /** A trigger by its uuid. */
    Optional<Trigger> trigger(String tenant, String uuid) {
        return triggers.stream()
                .filter(each ->
                        each.getTenant().equals(tenant) && each.getUuid().equals(uuid))
                .findFirst();
    }

    /** A function's own trigger on a topic. */
    Optional<Trigger> trigger(String tenant, String function, String topic) {
        return triggers.stream()
                .filter(each -> each.getTenant().equals(tenant)
                        && each.getFunction().equals(function)
                        && each.getTopics().contains(topic))
                .findFirst();
    }

    /** A function as deployed. */
    Optional<FunctionSpec> function(String tenant, String name) {
        return functions.apply(tenant, name);
    }
}

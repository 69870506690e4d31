package dev.berth.gateway.fleet;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.gateway.auth.Gate;
import dev.berth.gateway.auth.core.Caller;
import dev.berth.gateway.core.Json;
import dev.berth.gateway.http.Answers;
import dev.berth.gateway.http.Routes;
import dev.berth.gateway.kafka.TopicTable;
import dev.berth.schemas.Assignment;
import dev.berth.schemas.AssignmentState;
import dev.berth.schemas.InstanceStatus;
import dev.berth.schemas.Load;
import dev.berth.schemas.PrewarmedContainers;
import dev.berth.schemas.WarmFunction;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * {@code GET /instances}: what instances say of themselves, and what the fleet says of them. Event loop; tables in memory.
 *
 * <p>Whoever came with a key sees of what is warm only what is his tenant's. Instances that have left are shown with {@code ?all=true} only.
 */
public final class InstanceRoutes {
    private final TopicTable<InstanceStatus> instances;
    private final TopicTable<Assignment> fleet;

    public InstanceRoutes(TopicTable<InstanceStatus> instances, TopicTable<Assignment> fleet) {
        this.instances = instances;
        this.fleet = fleet;
    }

    /** The fleet. */
    public static void enter(Routes<InstanceRoutes> routes) {
        routes.add(HttpMethod.GET, "/instances", "berth:ListInstances", InstanceRoutes::get);
    }

    public void get(RoutingContext ctx) {
        boolean all = Boolean.parseBoolean(ctx.request().getParam("all"));
        ObjectNode json = Json.object();
        rows(Gate.caller(ctx), all).values().forEach(json.putArray("instances")::add);
        Answers.json(ctx.response(), 200, json);
    }

    /**
     * The instances as they are now, by their ids.
     *
     * @param caller who may see what is his tenant's only; empty for all of it
     * @param all those too that have left
     */
    public Map<String, ObjectNode> rows(Optional<Caller> caller, boolean all) {
        Map<String, Optional<InstanceStatus>> ids = new TreeMap<>();
        fleet.scan("", null).forEach(row -> ids.put(row.getKey(), Optional.empty()));
        instances.scan("", null).forEach(row -> ids.put(row.getKey(), Optional.of(row.getValue())));
        Map<String, ObjectNode> rows = new TreeMap<>();
        ids.forEach((id, status) -> {
            Optional<Assignment> assignment = fleet.get(id);
            if (all || !hasLeft(assignment)) {
                rows.put(id, shape(id, status, assignment, caller));
            }
        });
        return rows;
    }

    private static boolean hasLeft(Optional<Assignment> assignment) {
        return assignment
                .filter(given -> given.getState() == AssignmentState.RELEASED)
                .isPresent();
    }

    private static ObjectNode shape(
            String id, Optional<InstanceStatus> status, Optional<Assignment> assignment, Optional<Caller> caller) {
        ObjectNode json = Json.object().put("id", id).put("state", state(status, assignment));
        assignment.ifPresent(given -> json.put("slot", given.getSlot()).put("epoch", given.getEpoch()));
        status.ifPresent(said -> {
            json.put("incarnation", said.getIncarnation())
                    .put("host", said.getHost())
                    .put("containerRuntime", said.getContainerRuntime())
                    .put("slots", said.getSlots())
                    .put("memoryMb", said.getMemoryMb())
                    .put("sentMs", said.getSentMs());
            Load load = said.getLoad();
            json.putObject("load")
                    .put("running", load.getRunning())
                    .put("queued", load.getQueued())
                    .put("containers", load.getContainers())
                    .put("usedMemoryMb", load.getUsedMemoryMb())
                    .put("idleMemoryMb", load.getIdleMemoryMb());
            var warm = json.putArray("warm");
            for (WarmFunction function : said.getWarm()) {
                if (caller.filter(known -> !known.tenant().equals(function.getTenant()))
                        .isPresent()) {
                    continue;
                }
                warm.addObject()
                        .put("tenant", function.getTenant())
                        .put("function", function.getFunction())
                        .put("revision", function.getRevision())
                        .put("idle", function.getIdle())
                        .put("busy", function.getBusy());
            }
            var prewarmed = json.putArray("prewarmed");
            for (PrewarmedContainers kept : said.getPrewarmed()) {
                prewarmed
                        .addObject()
                        .put("runtime", kept.getRuntime())
                        .put("memoryMb", kept.getMemoryMb())
                        .put("ready", kept.getReady())
                        .put("underway", kept.getUnderway());
            }
        });
        return json;
    }

    /** The fleet's word on whether it lives; its own on what it does meanwhile. */
    public static String state(Optional<InstanceStatus> status, Optional<Assignment> assignment) {
        if (assignment.isEmpty()) {
            return "unassigned";
        }
        AssignmentState given = assignment.get().getState();
        if (given == AssignmentState.LIVE && status.isPresent()) {
            return status.get().getState().name().toLowerCase(Locale.ROOT);
        }
        return given.name().toLowerCase(Locale.ROOT);
    }
}

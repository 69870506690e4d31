package dev.berth.sim.faults;

import dev.berth.router.core.InstanceView;
import dev.berth.router.core.RouterEvent;
import dev.berth.router.fleet.FleetCore;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Functions, fleet and instances as a router process has them: whole when it starts, then late, and the newest state of each
 * thing only (SharedTables).
 */
final class RouterTables {
    private final Map<String, FleetCore.Member> members = new HashMap<>();
    private final Map<String, StatusRecord> statuses = new HashMap<>();
    private final Map<String, RouterEvent> latest = new HashMap<>();
    private final TreeMap<String, RouterEvent> changed = new TreeMap<>();
    private final List<RouterEvent> removals = new ArrayList<>();
    private final Map<String, InstanceView> known = new HashMap<>();

    RouterTables(World world, Part part) {
        follow(world, part, world.functions, this::deployed);
        follow(world, part, world.fleet, this::assigned);
        follow(world, part, world.instances, this::said);
        // News: what was missed is missed.
        world.removals.follow(
                world.removals.end(),
                part,
                world.network,
                entry -> removals.add(new RouterEvent.ContainerRemoved(entry.value())));
    }

    private static <T> void follow(
            World world, Part part, Log<T> log, java.util.function.Consumer<Log.Entry<T>> taker) {
        log.entries().forEach(taker);
        log.follow(log.end(), part, world.network, taker);
    }

    /** What changed since the last time somebody asked. */
    List<RouterEvent> changes() {
        if (changed.isEmpty() && removals.isEmpty()) {
            return List.of();
        }
        List<RouterEvent> events = new ArrayList<>(changed.values());
        changed.clear();
        events.addAll(removals);
        removals.clear();
        return events;
    }

    /** The core is about to be told this. */
    void told(RouterEvent event) {
        if (event instanceof RouterEvent.InstanceChanged change) {
            known.put(change.instance().id(), change.instance());
        }
    }

    /** The instances as the core was told last. */
    Map<String, InstanceView> known() {
        return known;
    }

    private void deployed(Log.Entry<FunctionDef> entry) {
        FunctionDef function = entry.value();
        change(
                "f/" + function.tenant() + "/" + function.name(),
                new RouterEvent.FunctionChanged(Shapes.view(function)));
    }

    private void assigned(Log.Entry<FleetCore.Member> entry) {
        members.put(entry.value().instanceId(), entry.value());
        instance(entry.value().instanceId());
    }

    private void said(Log.Entry<StatusRecord> entry) {
        statuses.put(entry.value().instanceId(), entry.value());
        instance(entry.value().instanceId());
    }

    private void instance(String id) {
        change("i/" + id, new RouterEvent.InstanceChanged(Shapes.view(id, members.get(id), statuses.get(id))));
    }

    private void change(String key, RouterEvent event) {
        if (!event.equals(latest.put(key, event))) {
            changed.put(key, event);
        }
    }
}

package dev.berth.sim.faults;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Makes the great faults happen at random times; the small ones happen where they belong ({@link World#strikes}). */
final class Strikes {
    private final World world;
    private final SplittableRandom random;
    private final Map<String, FunctionDef> newest = new HashMap<>();

    Strikes(World world) {
        this.world = world;
        this.random = world.random;
        world.plan.functions().forEach(function -> newest.put(function.name(), function));
    }

    void start() {
        List<Fault> kinds = new ArrayList<>();
        for (Fault fault : world.plan.faults()) {
            if (isGreat(fault)) {
                kinds.add(fault);
            }
        }
        if (!kinds.isEmpty()) {
            next(kinds);
        }
    }

    private void next(List<Fault> kinds) {
        world.time.in((long) (-Math.log(1 - random.nextDouble()) * world.plan.strikeEachMs()), () -> {
            if (world.isStorm()) {
                strike(kinds.get(random.nextInt(kinds.size())));
                next(kinds);
            }
        });
    }

    private static boolean isGreat(Fault fault) {
        return switch (fault) {
            case INSTANCE_KILLED,
                    INSTANCE_STOPPED,
                    INSTANCE_FROZEN,
                    ZOMBIE,
                    ROUTER_CRASHED,
                    ROUTER_MOVED,
                    FLEET_RESTARTED,
                    FUNCTION_REDEPLOYED -> true;
            case RESULT_DOUBLED,
                    RESULT_DELAYED,
                    RECORD_DELAYED,
                    CONTAINER_EXITED,
                    CONTAINER_NOT_STARTED,
                    START_HUNG,
                    UNPAUSE_FAILED,
                    FUNCTION_FAILED,
                    FUNCTION_HUNG,
                    PUBLISHED_TWICE -> false;
        };
    }

    private void strike(Fault fault) {
        world.story.tell(() -> "*** " + fault.word());
        boolean struck = switch (fault) {
            case INSTANCE_KILLED -> killInstance();
            case INSTANCE_STOPPED -> stopInstance();
            case INSTANCE_FROZEN -> freezeInstance();
            case ZOMBIE -> makeZombie();
            case ROUTER_CRASHED -> crashRouter();
            case ROUTER_MOVED -> moveRouter();
            case FLEET_RESTARTED -> world.restartFleet();
            case FUNCTION_REDEPLOYED -> redeploy();
            case RESULT_DOUBLED,
                    RESULT_DELAYED,
                    RECORD_DELAYED,
                    CONTAINER_EXITED,
                    CONTAINER_NOT_STARTED,
                    START_HUNG,
                    UNPAUSE_FAILED,
                    FUNCTION_FAILED,
                    FUNCTION_HUNG,
                    PUBLISHED_TWICE -> throw new IllegalArgumentException(fault + " strikes where it belongs");
        };
        if (struck) {
            world.tally.count(fault);
        }
    }

    private boolean killInstance() {
        String id = anyInstance();
        Instance instance = id == null ? null : world.executors().remove(id);
        if (instance == null) {
            return false;
        }
        world.story.tell(() -> "*** " + instance.incarnation() + " is killed");
        instance.kill();
        comesBack(id, 6_000);
        return true;
    }

    private boolean stopInstance() {
        String id = anyInstance();
        if (id == null) {
            return false;
        }
        Instance instance = world.executors().get(id);
        world.story.tell(() -> "*** " + instance.incarnation() + " is told to stop");
        instance.post(() -> instance.stop(() -> {
            if (world.executors().remove(id, instance)) {
                comesBack(id, 3_000);
            }
        }));
        return true;
    }

    private void comesBack(String id, long withinMs) {
        // Longer than anything of its last life can still be under way.
        world.time.in(random.nextLong(1_000, withinMs), () -> world.comesUp(id));
    }

    private boolean freezeInstance() {
        String id = anyInstance();
        if (id == null) {
            return false;
        }
        world.story.tell(() -> "*** " + id + " stands still");
        world.executors().get(id).freeze(world.time.nowMs() + random.nextLong(100, 6_000));
        return true;
    }

    private boolean makeZombie() {
        String id = anyInstance();
        if (id == null) {
            return false;
        }
        long muteMs = random.nextLong(2_500, 6_000);
        world.story.tell(() -> "*** the fleet does not hear " + id + " for " + muteMs + " ms");
        long untilMs = world.time.nowMs() + muteMs;
        world.executors().get(id).cutOff(untilMs, untilMs + random.nextLong(0, 2_000));
        return true;
    }

    private boolean crashRouter() {
        int partition = random.nextInt(world.plan.partitions());
        RouterTask task = world.task(partition);
        if (!task.isAlive()) {
            return false;
        }
        world.story.tell(() -> "*** router " + partition + " crashes");
        task.crash();
        // Longer than anything of the old one can still be under way.
        world.time.in(random.nextLong(1_000, 3_000), () -> world.startTask(partition));
        return true;
    }

    private boolean moveRouter() {
        int partition = random.nextInt(world.plan.partitions());
        RouterTask task = world.task(partition);
        if (!task.isAlive()) {
            return false;
        }
        world.story.tell(() -> "*** router " + partition + " is handed over");
        world.time.at(task.handOver() + random.nextLong(10, 500), () -> world.startTask(partition));
        return true;
    }

    private boolean redeploy() {
        List<String> names = new ArrayList<>(newest.keySet());
        FunctionDef next =
                newest.get(names.get(random.nextInt(names.size()))).redeployed(random.nextBoolean() ? 128 : 256);
        newest.put(next.name(), next);
        world.functions.append(next);
        return true;
    }

    private String anyInstance() {
        List<String> up = world.executors().entrySet().stream()
                .filter(entry -> !entry.getValue().isStopping())
                .map(Map.Entry::getKey)
                .toList();
        return up.isEmpty() ? null : up.get(random.nextInt(up.size()));
    }
}

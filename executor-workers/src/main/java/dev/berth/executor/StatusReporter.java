package dev.berth.executor;

import dev.berth.executor.pool.FunctionKey;
import dev.berth.executor.pool.Pool;
import dev.berth.executor.pool.WarmSet;
import dev.berth.schemas.InstanceState;
import dev.berth.schemas.InstanceStatus;
import dev.berth.schemas.PrewarmedContainers;
import dev.berth.schemas.WarmFunction;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Says how the instance is: each second, and within a tick (20 ms) of a change of its state, its epoch or its containers. That
 * containers become busy and idle is news too, since the router counts the idle ones of a function, but it changes all the
 * time, and results carry the load: it is said each {@value #SHIFT_MS} ms at most. Owned by the pool's thread.
 */
final class StatusReporter {
    private static final long HEARTBEAT_MS = 1_000;
    private static final long SHIFT_MS = 200;

    /** What is said at once when it changes: also how many containers of each revision there are, and are on their way. */
    private record Said(InstanceState state, long epoch, Map<FunctionKey, Lives> containers) {}

    private record Lives(int ready, int underway) {}

    private final ExecutorConfig config;
    private final String incarnation;
    private final String containerRuntime;
    private final ResultWriter writer;
    private final String host = hostName();

    private InstanceState state = InstanceState.STARTING;
    private long epoch;
    private Said said;
    private List<WarmSet> saidWarm;
    private long saidMs;

    StatusReporter(ExecutorConfig config, String incarnation, String containerRuntime, ResultWriter writer) {
        this.config = config;
        this.incarnation = incarnation;
        this.containerRuntime = containerRuntime;
        this.writer = writer;
    }

    void become(InstanceState next) {
        state = next;
    }

    InstanceState state() {
        return state;
    }

    void workUnder(long newEpoch) {
        epoch = newEpoch;
    }

    void tick(Pool pool, long nowMs) {
        List<WarmSet> warm = pool.warm();
        Map<FunctionKey, Lives> containers = new HashMap<>();
        warm.forEach(set -> containers.put(set.function(), new Lives(set.idle() + set.busy(), set.underway())));
        Said now = new Said(state, epoch, containers);
        long sinceMs = nowMs - saidMs;
        if (sinceMs >= HEARTBEAT_MS || !now.equals(said) || (sinceMs >= SHIFT_MS && !warm.equals(saidWarm))) {
            boolean taken = say(pool, warm, nowMs);
            said = taken ? now : null;
            saidWarm = warm;
            saidMs = nowMs;
        }
    }

    private boolean say(Pool pool, List<WarmSet> warm, long nowMs) {
        List<WarmFunction> functions = new ArrayList<>();
        for (WarmSet set : warm) {
            FunctionKey function = set.function();
            functions.add(new WarmFunction(
                    function.tenant(),
                    function.function(),
                    function.revision(),
                    set.idle(),
                    set.busy() + set.underway()));
        }
        return writer.status(InstanceStatus.newBuilder()
                .setInstanceId(config.instanceId())
                .setIncarnation(incarnation)
                .setEpoch(epoch)
                .setState(state)
                .setHost(host)
                .setContainerRuntime(containerRuntime)
                .setSlots(config.slots())
                .setMemoryMb(config.memoryMb())
                .setLoad(ResultForm.load(pool.load()))
                .setWarm(functions)
                .setSentMs(nowMs)
                .setPrewarmed(pool.prewarmed().stream()
                        .map(kept ->
                                new PrewarmedContainers(kept.runtime(), kept.memoryMb(), kept.ready(), kept.underway()))
                        .toList())
                .build());
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }
}

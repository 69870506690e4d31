package dev.berth.sim;

import dev.berth.router.core.FunctionView;
import dev.berth.router.core.InFlight;
import dev.berth.router.core.InstanceView;
import dev.berth.router.core.Request;
import dev.berth.router.core.RouterAction;
import dev.berth.router.core.RouterCore;
import dev.berth.router.core.RouterEvent;
import dev.berth.router.core.RouterEvent.Ending;
import dev.berth.router.core.RouterEvent.ResultArrived;
import dev.berth.router.core.RouterLimits;
import dev.berth.router.core.affinity.Ask;
import dev.berth.router.core.affinity.RuleSettings;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The router itself: the core that the topology runs, told of the trace's invocations and of what instances say. Each of the
 * trace's keys is a function without routing values.
 *
 * <p>It never lets an invocation wait for capacity: the queues of the simulated instances are those of the peers' rules too.
 */
final class RouterPolicy implements Policy {
    private static final String TENANT = "sim";

    private final RouterCore core;
    private final Map<String, RouterAction.Dispatch> undelivered = new HashMap<>();
    private final Map<Integer, Integer> memoryOf = new HashMap<>();

    RouterPolicy(RuleSettings settings) {
        core = new RouterCore(RouterLimits.defaults().withoutQueues(), settings);
    }

    @Override
    public Choice choose(RouterView view, Call call, double nowMs) {
        RouterAction.Dispatch dispatch = undelivered.remove(id(call));
        if (dispatch == null) {
            deploy(call, nowMs);
            tell(new RouterEvent.InvocationArrived(request(call), call.row, false), nowMs);
            dispatch = undelivered.remove(id(call));
        }
        if (dispatch == null) {
            throw new IllegalStateException("The router has no place for invocation " + call.row + " of the trace.");
        }
        InFlight.Sent sent = dispatch.flight().sent();
        if (dispatch.order().primary()) {
            view.keys[call.key].pin(sent.instanceId(), sent.epoch());
        }
        boolean waits = dispatch.decision().reason().equals("wait");
        return new Choice(
                sent.instanceId(), sent.joins(), waits ? dispatch.order().waitUntilMs() : 0);
    }

    @Override
    public void instance(Node node, int load, double usedMb, double idleMb, double nowMs) {
        var said = new InstanceView.Load(load, usedMb, idleMb, (long) nowMs);
        var state = node.alive ? InstanceView.State.LIVE : InstanceView.State.GONE;
        tell(
                new RouterEvent.InstanceChanged(new InstanceView(
                        node.id, node.epoch, node.index, state, node.slots, (int) node.memoryMb, said, Map.of())),
                nowMs);
    }

    @Override
    public void sentBack(Call call, double nowMs) {
        result(call, null, Ending.BOUNCED, nowMs);
    }

    @Override
    public void ended(Call call, Box box, double nowMs) {
        result(call, box.id, Ending.SUCCEEDED, nowMs);
    }

    @Override
    public void removed(Box box, double nowMs) {
        tell(new RouterEvent.ContainerRemoved(box.id), nowMs);
    }

    private void result(Call call, String container, Ending ending, double nowMs) {
        tell(
                new ResultArrived(
                        id(call),
                        call.sends,
                        call.node.id,
                        call.epoch,
                        container,
                        ending,
                        container == null ? ResultArrived.BUSY : null,
                        null,
                        false,
                        call.cold,
                        container == null ? -1 : call.serviceMs,
                        call.cold ? call.coldMs : 0,
                        null,
                        (long) (nowMs * 1_000)),
                nowMs);
    }

    /** A function's memory is what its newest invocation takes: those of some traces grow. */
    private void deploy(Call call, double nowMs) {
        int memoryMb = (int) Math.max(1, Math.round(call.memoryMb));
        Integer before = memoryOf.put(call.key, memoryMb);
        if (before == null || before != memoryMb) {
            var version = new FunctionView.Version(FunctionView.LATEST, 1, memoryMb, false);
            tell(
                    new RouterEvent.FunctionChanged(
                            FunctionView.latestOnly(TENANT, name(call), version, FunctionView.Rules.defaults())),
                    nowMs);
        }
    }

    private static Request request(Call call) {
        return new Request(
                id(call),
                TENANT,
                name(call),
                null,
                null,
                false,
                (long) call.arrivedMs,
                0,
                0,
                Ask.Busy.AUTO,
                false,
                null,
                null);
    }

    private void tell(RouterEvent event, double nowMs) {
        List<RouterAction> actions = core.on(event, (long) nowMs);
        for (RouterAction action : actions) {
            if (action instanceof RouterAction.Dispatch dispatch) {
                undelivered.put(dispatch.flight().request().id(), dispatch);
            }
        }
    }

    private static String name(Call call) {
        return "f" + call.key;
    }

    private static String id(Call call) {
        return "c" + call.row;
    }
}

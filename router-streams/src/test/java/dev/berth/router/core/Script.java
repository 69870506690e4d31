package dev.berth.router.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.router.core.RouterAction.Dispatch;
import dev.berth.router.core.RouterAction.Reject;
import dev.berth.router.core.RouterEvent.Ending;
import dev.berth.router.core.affinity.Ask;
import dev.berth.router.core.affinity.WarmSets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A router task, and what happens to it, line by line. Function {@code f} of tenant {@code t} is deployed. */
final class Script {
    RouterCore core = new RouterCore(RouterLimits.defaults());
    long nowMs = 1_000_000;
    final List<RouterAction> all = new ArrayList<>();
    private final Map<String, InFlight> saved = new LinkedHashMap<>();
    private final Set<String> done = new HashSet<>();
    private long sequence;

    Script() {
        function(FunctionView.Rules.defaults(), 1, false);
    }

    List<RouterAction> tell(RouterEvent event) {
        List<RouterAction> actions = core.on(event, nowMs);
        actions.forEach(this::save);
        all.addAll(actions);
        return actions;
    }

    Script function(FunctionView.Rules rules, long revision, boolean exclusive) {
        function("t", "f", rules, revision, exclusive);
        return this;
    }

    void function(String tenant, String name, FunctionView.Rules rules, long revision, boolean exclusive) {
        var version = new FunctionView.Version(FunctionView.LATEST, revision, 128, exclusive);
        tell(new RouterEvent.FunctionChanged(FunctionView.latestOnly(tenant, name, version, rules)));
    }

    void instances(int count, int slots) {
        for (int i = 1; i <= count; i++) {
            instance("i" + i, i, InstanceView.State.LIVE, slots, Map.of());
        }
    }

    List<RouterAction> instance(
            String id, long epoch, InstanceView.State state, int slots, Map<String, WarmSets.Count> warm) {
        var load = new InstanceView.Load(0, 0, 0, nowMs);
        return tell(new RouterEvent.InstanceChanged(
                new InstanceView(id, epoch, (int) epoch, state, slots, 4_096, load, warm)));
    }

    List<RouterAction> gone(String id, long epoch) {
        return instance(id, epoch, InstanceView.State.GONE, 1, Map.of());
    }

    /** An invocation being written. */
    final class Line {
        private final String id;
        private String tenant = "t";
        private String function = "f";
        private String key;
        private boolean synchronous;
        private Ask.Busy busy = Ask.Busy.AUTO;
        private boolean required;
        private String like;
        private String container;
        private boolean askedAll;
        private long deadlineMs;
        private Terms terms = Terms.NONE;

        private Line(String id) {
            this.id = id;
        }

        Line of(String ofTenant, String ofFunction) {
            tenant = ofTenant;
            function = ofFunction;
            return this;
        }

        Line key(String value) {
            key = value;
            return this;
        }

        Line sync() {
            synchronous = true;
            return this;
        }

        Line busy(Ask.Busy policy) {
            busy = policy;
            return this;
        }

        Line require() {
            required = true;
            return this;
        }

        Line sameAs(String other) {
            like = other;
            return this;
        }

        Line in(String containerId) {
            container = containerId;
            return this;
        }

        /** Not before this, from now. */
        Line inMs(long delayMs) {
            terms = new Terms(nowMs + delayMs, terms.priority(), terms.maxRetries());
            return this;
        }

        Line priority(int priority) {
            terms = new Terms(terms.notBeforeMs(), priority, terms.maxRetries());
            return this;
        }

        Line retries(int most) {
            terms = new Terms(terms.notBeforeMs(), terms.priority(), most);
            return this;
        }

        Line deadlineInMs(long ms) {
            deadlineMs = nowMs + ms;
            return this;
        }

        Line askedAll() {
            askedAll = true;
            return this;
        }

        List<RouterAction> arrives() {
            Request request = new Request(
                    id,
                    tenant,
                    function,
                    null,
                    key,
                    synchronous,
                    nowMs,
                    deadlineMs,
                    2,
                    busy,
                    required,
                    like,
                    container,
                    terms);
            return tell(new RouterEvent.InvocationArrived(request, sequence++, askedAll));
        }

        Dispatch dispatched() {
            return only(arrives(), Dispatch.class);
        }

        String refused() {
            return only(arrives(), Reject.class).rejection().errorType();
        }
    }

    Line invoke(String id) {
        return new Line(id);
    }

    List<RouterAction> cancel(String id) {
        return tell(new RouterEvent.CancelAsked(id, "t", "not needed"));
    }

    /** The same task in a new process. What it must know is to be told anew, and then {@link #restored}. */
    void restart() {
        core = new RouterCore(RouterLimits.defaults());
    }

    List<RouterAction> restored() {
        saved.values().forEach(core::restoreFlight);
        done.forEach(id -> core.restoreDone(id, nowMs, "t", "f", null));
        List<RouterAction> actions = core.restored(nowMs);
        actions.forEach(this::save);
        all.addAll(actions);
        return actions;
    }

    private void save(RouterAction action) {
        if (action instanceof Dispatch a) {
            saved.put(a.flight().request().id(), a.flight());
        } else if (action instanceof RouterAction.Hold a) {
            saved.put(a.flight().request().id(), a.flight());
        } else if (action instanceof RouterAction.EndAttempt a) {
            saved.put(a.flight().request().id(), a.flight());
        } else if (action instanceof RouterAction.Complete a) {
            ended(a.flight());
        } else if (action instanceof Reject a) {
            ended(a.flight());
        } else if (action instanceof RouterAction.Cancelled a) {
            ended(a.flight());
        }
    }

    private void ended(InFlight flight) {
        saved.remove(flight.request().id());
        done.add(flight.request().id());
    }

    List<RouterAction> succeeds(Dispatch dispatch, String container) {
        return ends(
                dispatch,
                container,
                Ending.SUCCEEDED,
                null,
                dispatch.flight().sent().joins());
    }

    List<RouterAction> fails(Dispatch dispatch, String container) {
        return ends(
                dispatch,
                container,
                Ending.FAILED,
                "Error",
                dispatch.flight().sent().joins());
    }

    List<RouterAction> bounces(Dispatch dispatch, String errorType) {
        return ends(dispatch, null, Ending.BOUNCED, errorType, false);
    }

    List<RouterAction> ends(Dispatch dispatch, String container, Ending ending, String errorType, boolean cold) {
        InFlight flight = dispatch.flight();
        boolean ran = container != null;
        return tell(new RouterEvent.ResultArrived(
                flight.request().id(),
                flight.attempt(),
                flight.sent().instanceId(),
                flight.sent().epoch(),
                container,
                ending,
                errorType,
                null,
                false,
                cold,
                ran ? 10 : -1,
                ran && cold ? 500 : 0,
                new InstanceView.Load(0, 0, 0, nowMs),
                nowMs * 1_000));
    }

    List<RouterAction> after(long ms) {
        nowMs += ms;
        return tell(new RouterEvent.Tick());
    }

    static List<Dispatch> dispatches(List<RouterAction> actions) {
        return actions.stream()
                .filter(Dispatch.class::isInstance)
                .map(Dispatch.class::cast)
                .toList();
    }

    static <T extends RouterAction> T only(List<RouterAction> actions, Class<T> type) {
        List<RouterAction> rest = actions.stream()
                .filter(action -> !(action instanceof RouterAction.SavePin))
                .toList();
        assertThat(rest).hasSize(1);
        assertThat(rest.get(0)).isInstanceOf(type);
        return type.cast(rest.get(0));
    }
}

package dev.berth.sim.faults;

import dev.berth.router.core.Request;
import dev.berth.router.core.RouterEvent;
import dev.berth.router.core.Terms;
import dev.berth.router.core.affinity.Ask;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Clients: they publish invocations, some of them twice. */
final class Publisher {
    private record Sent(Request request, int partition) {}

    private final World world;
    private final Plan plan;
    private final SplittableRandom random;
    private final Sender sender;
    private final List<Sent> sent = new ArrayList<>();
    private int number;

    Publisher(World world) {
        this.world = world;
        this.plan = world.plan;
        this.random = world.random;
        this.sender = new Sender(world.time, world.network);
    }

    void start() {
        next();
    }

    /** Whether something is on its way to its topic. */
    boolean isBusy() {
        return sender.flushedMs() > world.time.nowMs();
    }

    private void next() {
        // In bursts: keys get queues, instances get full.
        long pauseMs =
                random.nextInt(3) == 0 ? 0 : (long) (-Math.log(1 - random.nextDouble()) * plan.publishEachMs() * 1.5);
        world.time.in(pauseMs, () -> {
            if (world.isStorm()) {
                publish();
                next();
            }
        });
    }

    private void publish() {
        if (!sent.isEmpty() && world.strikes(Fault.PUBLISHED_TWICE, 8)) {
            // Mostly one of the last, which may be in flight still.
            int back = random.nextBoolean() ? random.nextInt(Math.min(4, sent.size())) : random.nextInt(sent.size());
            Sent again = sent.get(sent.size() - 1 - back);
            sender.send(world.invocations(again.partition()), new Publication(again.request(), 0));
            return;
        }
        FunctionDef function =
                plan.functions().get(random.nextInt(plan.functions().size()));
        String value = random.nextInt(5) == 0 ? null : "k" + random.nextInt(plan.keys());
        Request request = request(function, value);
        int partition = Shapes.partition(function, value, plan.partitions());
        sent.add(new Sent(request, partition));
        sender.send(world.invocations(partition), new Publication(request, 0));
        if (random.nextInt(10) == 0) {
            cancel(request, partition);
        }
    }

    /** Soon, so that it may be read before the invocation; or when that waits, runs or has ended; some again, some by others. */
    private void cancel(Request request, int partition) {
        String tenant = random.nextInt(10) == 0 ? "another" : request.tenant();
        RouterEvent.CancelAsked order = new RouterEvent.CancelAsked(request.id(), tenant, null);
        int times = random.nextInt(5) == 0 ? 2 : 1;
        for (int i = 0; i < times; i++) {
            world.time.in(random.nextLong(0, 3_000), () -> sender.send(world.commands(partition), order));
        }
    }

    /** Most callers have none. */
    private Terms terms(long nowMs) {
        return random.nextInt(4) > 0
                ? Terms.NONE
                : new Terms(
                        random.nextBoolean() ? 0 : nowMs + random.nextLong(0, 4_000),
                        random.nextInt(-2, 3),
                        random.nextInt(4) == 0 ? random.nextInt(3) : null);
    }

    private Request request(FunctionDef function, String value) {
        long nowMs = world.time.nowMs();
        Ask.Busy[] policies = Ask.Busy.values();
        // Most callers have no wishes.
        boolean ordinary = random.nextInt(3) > 0;
        return new Request(
                "v" + number++,
                function.tenant(),
                function.name(),
                null,
                value,
                random.nextInt(3) == 0,
                nowMs,
                random.nextInt(6) == 0 ? nowMs + random.nextLong(50, 5_000) : 0,
                2,
                ordinary ? Ask.Busy.AUTO : policies[random.nextInt(policies.length)],
                !ordinary && random.nextInt(3) == 0,
                !ordinary && mayNameOthers(function) && random.nextInt(4) == 0 ? another() : null,
                null,
                terms(nowMs));
    }

    /**
     * One that names another is passed from router to router until one knows that. A router that crashes and reads it again may
     * know by then what it did not know at first; two may take it then, which is a known gap.
     */
    private boolean mayNameOthers(FunctionDef function) {
        return !function.ordered() && !plan.faults().contains(Fault.ROUTER_CRASHED);
    }

    /** An invocation whose container is wanted; of any function, or of none. */
    private String another() {
        return sent.isEmpty() || random.nextInt(20) == 0
                ? "nobody"
                : sent.get(sent.size() - 1 - random.nextInt(Math.min(10, sent.size())))
                        .request()
                        .id();
    }
}

package dev.berth.sim.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.executor.pool.ContainerKind;
import dev.berth.executor.pool.Job;
import dev.berth.executor.pool.PoolAction;
import dev.berth.executor.pool.PoolEvent;
import dev.berth.router.core.FunctionView;
import dev.berth.router.core.InstanceView;
import dev.berth.router.core.Request;
import dev.berth.router.core.RouterAction;
import dev.berth.router.core.RouterEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The harness can fail: what breaks a core is found within some seeds, by the promise that it breaks. */
@Tag("core")
class SabotageTest {
    private static final int SEEDS = 60;

    @Test
    void aRouterThatSwallowsResultsLosesInvocations() {
        assertThat(promiseBrokenBy(new Sabotage() {
                    @Override
                    public List<RouterEvent> before(RouterEvent event) {
                        boolean swallowed = event instanceof RouterEvent.ResultArrived result
                                && result.invocationId().endsWith("3");
                        return swallowed ? List.of() : List.of(event);
                    }
                }))
                .isEqualTo(Promise.NOTHING_IS_LOST);
    }

    @Test
    void aRouterThatForgetsToWriteAnOutcomeLosesInvocations() {
        assertThat(promiseBrokenBy(new Sabotage() {
                    @Override
                    public List<RouterAction> after(List<RouterAction> actions) {
                        return actions.stream()
                                .filter(action -> !(action instanceof RouterAction.Complete complete)
                                        || !complete.flight().request().id().endsWith("3"))
                                .toList();
                    }
                }))
                // Where a limit is counted, it is seen at once that it never gets free.
                .isIn(Promise.NOTHING_IS_LOST, Promise.LIMITS_HOLD);
    }

    @Test
    void anOutcomeThatIsWrittenTwiceIsSeen() {
        assertThat(promiseBrokenBy(new Sabotage() {
                    @Override
                    public List<RouterAction> after(List<RouterAction> actions) {
                        List<RouterAction> more = new ArrayList<>(actions);
                        actions.stream()
                                .filter(RouterAction.Complete.class::isInstance)
                                .forEach(more::add);
                        return more;
                    }
                }))
                .isEqualTo(Promise.ONE_OUTCOME);
    }

    @Test
    void aRouterThatDoesNotHearOfLossesDispatchesToTheDead() {
        assertThat(promiseBrokenBy(new Sabotage() {
                    @Override
                    public List<RouterEvent> before(RouterEvent event) {
                        boolean unheard = event instanceof RouterEvent.InstanceChanged changed
                                && changed.instance().state() == InstanceView.State.GONE;
                        return unheard ? List.of() : List.of(event);
                    }
                }))
                .isEqualTo(Promise.THE_DEAD_GET_NOTHING);
    }

    @Test
    void aRouterThatDoesNotKnowOfAnOrderBreaksIt() {
        assertThat(promiseBrokenBy(withRules(rules -> new FunctionView.Rules(
                        rules.concurrency(),
                        false,
                        rules.keepOldUntilReady(),
                        rules.maxRetries(),
                        rules.retryBackoffMs(),
                        rules.maxAgeMs()))))
                .isIn(Promise.ORDERED_DO_NOT_OVERLAP, Promise.ORDER_HOLDS);
    }

    @Test
    void aRouterThatDoesNotKnowOfALimitBreaksIt() {
        assertThat(promiseBrokenBy(withRules(rules -> new FunctionView.Rules(
                        -1,
                        rules.ordered(),
                        rules.keepOldUntilReady(),
                        rules.maxRetries(),
                        rules.retryBackoffMs(),
                        rules.maxAgeMs()))))
                .isEqualTo(Promise.LIMITS_HOLD);
    }

    @Test
    @Tag("A6")
    void aRouterThatDoesNotKnowOfADelayRunsEarly() {
        assertThat(promiseBrokenBy(new Sabotage() {
                    @Override
                    public List<RouterEvent> before(RouterEvent event) {
                        return event instanceof RouterEvent.InvocationArrived arrived
                                ? List.of(new RouterEvent.InvocationArrived(
                                        withoutTerms(arrived.request()), arrived.sequence(), arrived.askedAll()))
                                : List.of(event);
                    }
                }))
                .isEqualTo(Promise.NOTHING_RUNS_EARLY);
    }

    @Test
    void aPoolThatDoesNotKnowOfExclusiveContainersSharesThem() {
        assertThat(promiseBrokenBy(new Sabotage() {
                    @Override
                    public List<PoolEvent> before(PoolEvent event) {
                        return event instanceof PoolEvent.Dispatched dispatched
                                ? List.of(new PoolEvent.Dispatched(shared(dispatched.job())))
                                : List.of(event);
                    }
                }))
                .isEqualTo(Promise.EXCLUSIVE_IS_EXCLUSIVE);
    }

    @Test
    void aPoolThatRunsTwoThingsInOneContainerIsSeen() {
        assertThat(promiseBrokenBy(new Sabotage() {
                    @Override
                    public List<PoolAction> afterPool(List<PoolAction> actions) {
                        List<PoolAction> more = new ArrayList<>(actions);
                        actions.stream()
                                .filter(PoolAction.Run.class::isInstance)
                                .forEach(more::add);
                        return more;
                    }
                }))
                .isEqualTo(Promise.CONTAINERS_ARE_OF_ONE_REVISION);
    }

    @Test
    void aPoolThatHandsWorkToAPausedContainerIsSeen() {
        assertThat(promiseBrokenBy(new Sabotage() {
                    @Override
                    public List<PoolAction> afterPool(List<PoolAction> actions) {
                        return actions.stream()
                                .filter(action -> !(action instanceof PoolAction.Unpause))
                                .toList();
                    }
                }))
                .isEqualTo(Promise.THE_PAUSED_REST);
    }

    @Test
    void aPoolThatTakesMoreMemoryThanThereIsIsSeen() {
        assertThat(promiseBrokenBy(new Sabotage() {
                    @Override
                    public List<PoolAction> afterPool(List<PoolAction> actions) {
                        return actions.stream()
                                .map(action -> action instanceof PoolAction.Start start
                                        ? new PoolAction.Start(
                                                start.containerId(), start.function(), 4 * start.memoryMb())
                                        : action)
                                .toList();
                    }
                }))
                .isEqualTo(Promise.POOLS_KEEP_WITHIN);
    }

    @Test
    void anOutcomeThatNamesAnotherContainerIsNotBelieved() {
        assertThat(promiseBrokenBy(new Sabotage() {
                    @Override
                    public List<RouterEvent> before(RouterEvent event) {
                        return event instanceof RouterEvent.ResultArrived result
                                ? List.of(elsewhere(result))
                                : List.of(event);
                    }
                }))
                .isEqualTo(Promise.OUTCOMES_ARE_TRUE);
    }

    @Test
    void aReportNamesTheSeedThePromiseTheEventsAndTheCommandThatRepeatsIt() {
        SeedRun broken = firstBroken(new Sabotage() {
            @Override
            public List<RouterEvent> before(RouterEvent event) {
                return event instanceof RouterEvent.ResultArrived ? List.of() : List.of(event);
            }
        });
        assertThat(broken.report())
                .contains("seed " + broken.seed(), broken.promise().words(), "-> dispatch v")
                .endsWith("./berth sim --faults --seed " + broken.seed());
        assertThat(broken.story()).hasSizeLessThan(70);
    }

    private static Promise promiseBrokenBy(Sabotage sabotage) {
        return firstBroken(sabotage).promise();
    }

    private static SeedRun firstBroken(Sabotage sabotage) {
        for (long seed = 1; seed <= SEEDS; seed++) {
            SeedRun run = SeedRun.of(seed, sabotage);
            if (!run.held()) {
                return run;
            }
        }
        throw new AssertionError("Nothing was noticed in " + SEEDS + " seeds.");
    }

    private static Sabotage withRules(UnaryOperator<FunctionView.Rules> rules) {
        return new Sabotage() {
            @Override
            public List<RouterEvent> before(RouterEvent event) {
                if (event instanceof RouterEvent.FunctionChanged changed) {
                    FunctionView f = changed.function();
                    return List.of(new RouterEvent.FunctionChanged(new FunctionView(
                            f.tenant(), f.name(), f.latest(), f.versions(), f.aliases(), rules.apply(f.rules()))));
                }
                return List.of(event);
            }
        };
    }

    private static Job shared(Job job) {
        return new Job(
                job.id(),
                new ContainerKind(job.kind().function(), job.kind().memoryMb(), false),
                job.routingValue(),
                job.order(),
                job.forecast(),
                job.successor(),
                job.deadlineMs(),
                job.timeoutMs(),
                job.payloadBytes());
    }

    private static Request withoutTerms(Request r) {
        // The time stays where the oracle sees it; the router is told another.
        return new Request(
                r.id(),
                r.tenant(),
                r.function(),
                r.qualifier(),
                r.routingValue(),
                r.synchronous(),
                r.publishedMs(),
                r.deadlineMs(),
                r.payloadBytes(),
                r.busy(),
                r.required(),
                r.sameContainerAs(),
                r.containerId());
    }

    private static RouterEvent.ResultArrived elsewhere(RouterEvent.ResultArrived result) {
        return new RouterEvent.ResultArrived(
                result.invocationId(),
                result.attempt(),
                result.instanceId(),
                result.epoch(),
                "c-of-another",
                result.ending(),
                result.errorType(),
                result.errorMessage(),
                result.replacing(),
                result.firstOfKey(),
                result.serviceMs(),
                result.startMs(),
                result.load(),
                result.endedUs());
    }
}

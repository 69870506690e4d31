package dev.berth.gateway.checkup.core;

import java.util.ArrayList;
import java.util.List;

/** What is to be thought of the facts. */
public final class Diagnosis {
    /** An instance that is well says something each second. */
    private static final long SILENT_MS = 5_000;
    /** A clock that is so far ahead was set wrongly; the network only makes news look late. */
    private static final long AHEAD_MS = 1_000;
    /** A trigger's workers say something each second, once they have taken it up. */
    private static final long WORKER_SILENT_MS = 30_000;
    /** More than a consumer has under way. */
    private static final long LAGGING = 10_000;

    private final Facts facts;
    private final List<Finding> findings = new ArrayList<>();

    private Diagnosis(Facts facts) {
        this.facts = facts;
    }

    /** All checks, in the order in which one thing needs another. */
    public static List<Finding> of(Facts facts) {
        Diagnosis diagnosis = new Diagnosis(facts);
        diagnosis.kafka();
        diagnosis.registry();
        diagnosis.instances();
        diagnosis.clocks();
        diagnosis.pins();
        diagnosis.triggers();
        return List.copyOf(diagnosis.findings);
    }

    private void kafka() {
        if (facts.kafkaProblem().isPresent()) {
            findings.add(Finding.fail(
                    "kafka",
                    "Kafka does not answer the gateway: " + facts.kafkaProblem().get(),
                    "Start the broker, or see whether it can be reached from the gateway."));
            return;
        }
        findings.add(Finding.ok("kafka", "Kafka answers."));
        findings.add(
                facts.missingTopics().isEmpty()
                        ? Finding.ok("topics", "All topics are there.")
                        : Finding.fail(
                                "topics",
                                "These topics are missing: " + String.join(", ", facts.missingTopics()),
                                "Make them with ./berth topics create."));
        facts.groups().forEach(this::group);
        if (facts.lettersOfLate() > 0) {
            findings.add(Finding.warn(
                    "dead-letters",
                    facts.lettersOfLate() + (facts.lettersOfLate() == 1 ? " dead letter" : " dead letters")
                            + " came in the last 5 minutes; " + facts.letters() + " are kept.",
                    "See what they are on the topic of dead letters: each has its reason and where it came from."));
        } else {
            findings.add(Finding.ok(
                    "dead-letters", "No dead letter came in the last 5 minutes; " + facts.letters() + " are kept."));
        }
    }

    private void group(String what, Facts.Group group) {
        if (group.members() == 0) {
            findings.add(Finding.fail(
                    what,
                    "No " + what + " takes part: nothing is routed.",
                    "Start one with ./berth router; its log says why if it ended."));
        } else if (!group.state().equalsIgnoreCase("stable")) {
            findings.add(Finding.warn(
                    what,
                    "The group of the " + what + " is " + group.state() + ".",
                    "It settles within seconds after a start or an end; if it does not, see the routers' logs."));
        } else {
            findings.add(Finding.ok(
                    what, group.members() + (group.members() == 1 ? " member takes" : " members take") + " part."));
        }
    }

    private void registry() {
        findings.add(facts.registryProblem()
                .map(problem -> Finding.fail(
                        "registry",
                        "The schema registry does not work for the gateway: " + problem,
                        "Start it, or set registry.url of each part to one that runs."))
                .orElse(Finding.ok("registry", "The schema registry answers.")));
    }

    private void instances() {
        List<Facts.Instance> live =
                facts.instances().stream().filter(Facts.Instance::live).toList();
        if (live.isEmpty()) {
            findings.add(Finding.fail(
                    "instances",
                    "No instance is live: invocations wait, and are refused in the end.",
                    "Start one with ./berth executor; its log says why if it ended."));
            return;
        }
        List<String> silent = live.stream()
                .filter(instance -> facts.nowMs() - instance.sentMs() > SILENT_MS)
                .map(instance -> instance.id() + " (" + (facts.nowMs() - instance.sentMs()) / 1_000 + " s)")
                .toList();
        findings.add(
                silent.isEmpty()
                        ? Finding.ok(
                                "instances",
                                live.size() + (live.size() == 1 ? " instance is live." : " instances are live."))
                        : Finding.warn(
                                "instances",
                                "Not heard of lately: " + String.join(", ", silent),
                                "See whether the process lives and reaches Kafka; the fleet gives it up soon, and"
                                        + " places its work elsewhere. If it works, its clock is behind."));
    }

    private void clocks() {
        List<String> ahead = facts.instances().stream()
                .filter(instance -> instance.live() && instance.sentMs() - facts.nowMs() > AHEAD_MS)
                .map(instance -> instance.id() + " by " + (instance.sentMs() - facts.nowMs()) + " ms")
                .toList();
        if (!ahead.isEmpty()) {
            findings.add(Finding.warn(
                    "clocks",
                    "These instances' clocks are ahead of the gateway's: " + String.join(", ", ahead),
                    "Let NTP set the clocks of all machines; deadlines and latencies are wrong by as much."));
        } else {
            findings.add(Finding.ok("clocks", "No instance's clock is ahead."));
        }
    }

    private void pins() {
        findings.add(
                facts.pinsToNowhere() == 0
                        ? Finding.ok("pins", facts.pins() + " keys are pinned, each to a live instance.")
                        : Finding.note(
                                "pins",
                                facts.pinsToNowhere() + " of " + facts.pins()
                                        + " pinned keys point to instances that have gone; the next invocation of each"
                                        + " is placed anew, and says replaced."));
    }

    private void triggers() {
        boolean well = true;
        for (Facts.Trigger trigger : facts.triggers()) {
            long sinceMs = facts.nowMs() - Math.max(trigger.heardMs(), trigger.modifiedMs());
            if (trigger.error() != null) {
                findings.add(Finding.warn(
                        "triggers",
                        "Trigger " + trigger.name() + " does not run: " + trigger.error(),
                        "The error says what to do; ./berth trigger show tells more."));
            } else if (sinceMs > WORKER_SILENT_MS) {
                findings.add(Finding.warn(
                        "triggers",
                        "No process serves trigger " + trigger.name() + ".",
                        "Start one with ./berth triggers."));
            } else if (trigger.lag() > LAGGING) {
                findings.add(Finding.warn(
                        "triggers",
                        "Trigger " + trigger.name() + " is " + trigger.lag() + " records behind (held up by "
                                + trigger.bottleneck() + ").",
                        "Add instances if executors hold it up; see ./berth trigger show."));
            } else {
                continue;
            }
            well = false;
        }
        if (well) {
            findings.add(Finding.ok(
                    "triggers",
                    facts.triggers().isEmpty()
                            ? "There is no trigger that should run."
                            : "All " + facts.triggers().size() + " triggers run."));
        }
    }
}

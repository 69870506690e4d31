package dev.berth.gateway.explain.core;

import dev.berth.schemas.AttemptSummary;
import dev.berth.schemas.BusyPolicy;
import dev.berth.schemas.Decision;
import dev.berth.schemas.Dispatch;
import dev.berth.schemas.Invocation;
import java.util.ArrayList;
import java.util.List;

/** What became of an invocation, and why, as a person would tell it. */
public final class Words {
    /** An invocation that takes longer than this to its first dispatch had to wait for its turn. */
    private static final long TURN_MS = 500;

    private final Account account;
    private final List<String> sentences = new ArrayList<>();

    private Words(Account account) {
        this.account = account;
    }

    /** The story of an invocation, in sentences. */
    public static List<String> of(Account account) {
        Words words = new Words(account);
        words.tell();
        return List.copyOf(words.sentences);
    }

    /** What would become of an invocation that the router decided on without running it. */
    public static List<String> foreseen(Subject subject, Decision decision, boolean asksToSpill) {
        if (decision.getReason().equals("named")) {
            String instance = decision.getCandidates().get(0).getInstanceId();
            return List.of("It would go to the container that it names, on instance " + instance + ".");
        }
        return List.of(new Choice(subject, decision, Choice.Mood.WOULD, null, asksToSpill).words());
    }

    /**
     * What would become of an invocation that cannot go anywhere yet.
     *
     * @param why as the router says it
     */
    public static List<String> held(String why) {
        return List.of("It would have to wait for its turn: " + why);
    }

    private void tell() {
        List<Account.Attempt> attempts = account.attempts();
        for (int i = 0; i < attempts.size(); i++) {
            Account.Attempt attempt = attempts.get(i);
            int first = sentences.size();
            attempt.dispatch().ifPresent(dispatch -> dispatched(attempt, dispatch));
            Account.Attempt next = i + 1 < attempts.size() ? attempts.get(i + 1) : null;
            ending(attempt, next);
            if (attempts.size() > 1 && sentences.size() > first) {
                sentences.set(first, "Attempt " + attempt.number() + ": " + sentences.get(first));
            }
        }
        if (account.outcome().isPresent()) {
            Verdicts.add(sentences, account, account.outcome().get());
        } else {
            unfinished(attempts);
        }
    }

    private void dispatched(Account.Attempt attempt, Dispatch dispatch) {
        waitedForItsTurn(attempt, dispatch);
        Invocation invocation = dispatch.getInvocation();
        String asked = askedFor(invocation);
        switch (dispatch.getDecision().getReason()) {
            case "named" ->
                say("It asked for " + asked + ", so it went to "
                        + (invocation.getContainerId() == null ? "that: container " + dispatch.getContainerId() : "it")
                        + " on instance " + dispatch.getInstanceId() + ", and might run in no other.");
            case Account.RESENT ->
                say("It was sent to instance " + dispatch.getInstanceId()
                        + "; the log no longer has the decision, only the order that was sent once more.");
            default -> {
                if (asked != null && attempt.number() == 1) {
                    say("It asked for " + asked + ", which is gone; it might run elsewhere.");
                }
                say(choice(dispatch));
                pinning(dispatch);
            }
        }
        if (dispatch.getSuccessor() != null) {
            say(Versions.older(dispatch));
        }
        if (attempt.resent() > 0 && !dispatch.getDecision().getReason().equals(Account.RESENT)) {
            say("The router sent the same order " + (attempt.resent() == 1 ? "once" : attempt.resent() + " times")
                    + " more after a restart, in case the first was lost; an instance runs it once.");
        }
    }

    private String choice(Dispatch dispatch) {
        boolean asksToSpill = dispatch.getInvocation().getBusyPolicy() == BusyPolicy.SPILL;
        return new Choice(
                        account.subject(),
                        dispatch.getDecision(),
                        Choice.Mood.DID,
                        dispatch.getContainerId(),
                        asksToSpill)
                .words();
    }

    private void pinning(Dispatch dispatch) {
        if (account.subject().key() == null) {
            return;
        }
        var key = dispatch.getDecision().getKey();
        if (dispatch.getSpilled()) {
            say("The key's pin stays where it was"
                    + (key == null || key.getPinInstanceId() == null ? "" : ", on instance " + key.getPinInstanceId())
                    + ".");
        } else if (dispatch.getReplaced()) {
            say("It replaces the container that is gone: the key is pinned there now.");
        } else if (dispatch.getFresh() && dispatch.getPrimary()) {
            say("The key is pinned there now.");
        }
    }

    private void waitedForItsTurn(Account.Attempt attempt, Dispatch dispatch) {
        long sinceMs = dispatch.getRoutedUs() / 1_000 - account.publishedMs();
        if (attempt.number() == 1 && sinceMs > TURN_MS) {
            say("It was dispatched " + Spoken.ms(sinceMs) + " after it was published: it had to wait for its turn.");
        }
    }

    private static String askedFor(Invocation invocation) {
        if (invocation.getContainerId() != null) {
            return "container " + Subject.shown(invocation.getContainerId());
        }
        return invocation.getSameContainerAs() == null
                ? null
                : "the container of invocation " + Subject.shown(invocation.getSameContainerAs());
    }

    private void ending(Account.Attempt attempt, Account.Attempt next) {
        if (attempt.result().isPresent()) {
            Runs.add(sentences, attempt.dispatch(), attempt.result().get());
        } else if (attempt.summary().isPresent()) {
            AttemptSummary summary = attempt.summary().get();
            sentences.add(Endings.words(summary));
            if (next != null && next.dispatch().isPresent()) {
                again(summary, next.dispatch().get());
            }
        } else if (next != null) {
            say("It came to nothing there, and it was placed again.");
        }
    }

    private void again(AttemptSummary summary, Dispatch next) {
        boolean failed = switch (summary.getStatus()) {
            case FUNCTION_ERROR, TIMED_OUT, CONTAINER_EXITED, INIT_FAILED -> true;
            case BOUNCED, UNKNOWN, REJECTED, CANCELLED, SUCCEEDED -> false;
        };
        if (failed) {
            say("As nobody waits for it, it was run again " + Spoken.us(summary.getEndedUs(), next.getRoutedUs())
                    + " later.");
        }
    }

    private void unfinished(List<Account.Attempt> attempts) {
        if (attempts.isEmpty()) {
            say("It was published " + ago(account.publishedMs())
                    + " ago and has not been sent to an instance yet: it waits for" + " its turn, or no router reads.");
            return;
        }
        attempts.get(attempts.size() - 1)
                .dispatch()
                .ifPresent(last -> say(
                        "It was sent there " + ago(last.getRoutedUs() / 1_000) + " ago, and no outcome is known yet."));
    }

    private String ago(long thenMs) {
        return Spoken.ms(account.nowMs() - thenMs);
    }

    private void say(String sentence) {
        sentences.add(sentence);
    }
}

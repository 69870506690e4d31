package dev.berth.gateway.explain.core;

import dev.berth.schemas.AttemptSummary;
import dev.berth.schemas.Dispatch;
import dev.berth.schemas.Outcome;
import dev.berth.schemas.Result;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * All that the topics tell of one invocation.
 *
 * @param subject its function and key
 * @param publishedMs when it was published, epoch milliseconds
 * @param asynchronous nobody waits for it
 * @param dispatches of all its attempts, in any order
 * @param outcome how it ended; empty if it has not, or if that is not known
 * @param nowMs when this was read
 */
public record Account(
        String id,
        String tenant,
        Subject subject,
        long publishedMs,
        boolean asynchronous,
        List<Dispatch> dispatches,
        Optional<Outcome> outcome,
        long nowMs) {
    static final String RESENT = "resent";

    /**
     * One attempt.
     *
     * @param dispatch the order to an instance; empty if the log has none (any more)
     * @param resent how often the same order was sent once more
     * @param summary how it ended; empty if it has not, or if that is not known
     * @param result the whole of that, for the last one
     */
    public record Attempt(
            int number,
            Optional<Dispatch> dispatch,
            int resent,
            Optional<AttemptSummary> summary,
            Optional<Result> result) {}

    public Account {
        dispatches = dispatches.stream()
                .sorted(Comparator.comparingInt(Dispatch::getAttempt).thenComparingLong(Dispatch::getRoutedUs))
                .toList();
    }

    /** An invocation of which nothing but its dispatches is known: the first tells what it is. */
    public static Account of(List<Dispatch> dispatches, long nowMs) {
        var first = dispatches.get(0);
        var invocation = first.getInvocation();
        return new Account(
                invocation.getId(),
                invocation.getTenant(),
                new Subject(invocation.getFunction(), invocation.getRoutingValue()),
                first.getPublishedUs() / 1_000,
                invocation.getReplyTo() == null,
                dispatches,
                Optional.empty(),
                nowMs);
    }

    /** Its attempts, the first one first. */
    public List<Attempt> attempts() {
        Map<Integer, List<Dispatch>> sent = dispatches.stream()
                .collect(Collectors.groupingBy(Dispatch::getAttempt, TreeMap::new, Collectors.toList()));
        Map<Integer, AttemptSummary> ended = outcome.map(Outcome::getAttempts).orElse(List.of()).stream()
                .collect(Collectors.toMap(AttemptSummary::getAttempt, each -> each, (one, again) -> again));
        TreeSet<Integer> numbers = new TreeSet<>(sent.keySet());
        numbers.addAll(ended.keySet());
        return numbers.stream()
                .map(number -> attempt(number, sent.getOrDefault(number, List.of()), ended.get(number)))
                .toList();
    }

    private Attempt attempt(int number, List<Dispatch> orders, AttemptSummary summary) {
        Optional<Dispatch> decided = orders.stream()
                .filter(order -> !order.getDecision().getReason().equals(RESENT))
                .findFirst()
                .or(() -> orders.stream().findFirst());
        int resent = (int) orders.stream()
                .filter(order -> order.getDecision().getReason().equals(RESENT))
                .count();
        Optional<Result> result = outcome.map(Outcome::getResult)
                .filter(last -> summary != null && last.getAttempt() == number && last.getContainerId() != null);
        return new Attempt(number, decided, resent, Optional.ofNullable(summary), result);
    }
}

package dev.berth.cli.decisions;

import dev.berth.schemas.Dispatch;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Whether the attempts of each invocation follow one another: one dispatch for each number, and no number left out. Holds one entry
 * for each invocation, so it follows a bounded number of them.
 */
public final class Chains {
    /** About 200 MB. */
    private static final int MOST = 1_000_000;
    /** Clocks of publishers and brokers differ by less. */
    private static final long SLACK_MS = 60_000;

    private final long fromMs;
    private final Map<String, Chain> chains = new HashMap<>();
    private final List<Fault> doubles = new ArrayList<>();
    private long notFollowed;

    private static final class Chain {
        final BitSet attempts = new BitSet();
        boolean whole;
        long routedUs;
    }

    /** Something that should not be. */
    public record Fault(String id, long routedUs, String what) {}

    /** @param fromMs where the stretch begins: of an invocation that is older, the first attempts may be missing */
    public Chains(long fromMs) {
        this.fromMs = fromMs;
    }

    /** Takes in a dispatch. */
    public void add(Dispatch dispatch) {
        String id = dispatch.getInvocation().getId();
        Chain chain = chains.get(id);
        if (chain == null && chains.size() >= MOST) {
            notFollowed++;
            return;
        }
        if (chain == null) {
            chain = new Chain();
            chain.whole = dispatch.getPublishedUs() / 1_000 >= fromMs + SLACK_MS;
            chain.routedUs = dispatch.getRoutedUs();
            chains.put(id, chain);
        }
        boolean resent = dispatch.getDecision().getReason().equals(Verification.RESENT);
        if (chain.attempts.get(dispatch.getAttempt()) && !resent) {
            doubles.add(new Fault(
                    id, dispatch.getRoutedUs(), "attempt " + dispatch.getAttempt() + " was dispatched more than once"));
        }
        if (!resent) {
            chain.attempts.set(dispatch.getAttempt());
        }
    }

    /** What is wrong, the earliest first. */
    public List<Fault> faults() {
        List<Fault> faults = new ArrayList<>(doubles);
        chains.forEach((id, chain) -> {
            int first = chain.whole ? 1 : chain.attempts.nextSetBit(0);
            int missing = first < 0 ? -1 : chain.attempts.nextClearBit(first);
            if (missing >= 0 && missing < chain.attempts.length()) {
                faults.add(new Fault(id, chain.routedUs, "attempt " + missing + " is missing from the log"));
            }
        });
        faults.sort(Comparator.comparingLong(Fault::routedUs).thenComparing(Fault::id));
        return faults;
    }

    /** How many dispatches were of invocations beyond the bound. */
    public long notFollowed() {
        return notFollowed;
    }
}

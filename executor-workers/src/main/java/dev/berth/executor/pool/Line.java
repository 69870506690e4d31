package dev.berth.executor.pool;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;

/** Jobs that wait for the same containers, in their order of arrival: those of a key, or those that must run in one container. */
final class Line {
    private static final Comparator<Waiting> ARRIVAL = Comparator.comparingLong(waiting -> waiting.sequence);

    /** Whose jobs; null if they wait for {@link #named}. */
    final Key key;
    /** Where all of them must run; null if they are a key's. */
    final Container named;

    final TreeSet<Waiting> jobs = new TreeSet<>(ARRIVAL);
    /** How many of them would rather have another container than wait. */
    int fresh;

    Line(Key key) {
        this.key = key;
        this.named = null;
    }

    Line(Container named) {
        this.key = null;
        this.named = named;
    }

    boolean isEmpty() {
        return jobs.isEmpty();
    }

    Waiting head() {
        return jobs.first();
    }

    /** The containers that it waits for in particular. */
    Collection<Container> awaits() {
        return named == null ? key.containers : List.of(named);
    }

    /** Whether any container of the function will do for the first of them. */
    boolean takesAny() {
        return named == null && (key.value == null || key.containers.isEmpty() || fresh > 0);
    }

    /** The first for which no container is on its way; null if there is none. */
    Waiting firstWithoutOwn() {
        for (Waiting waiting : jobs) {
            if (waiting.own == null) {
                return waiting;
            }
        }
        return null;
    }

    /** Whether the containers that are on their way for some of them have room for the rest. */
    boolean willHaveRoom() {
        int rest = 0;
        int room = 0;
        if (head().job.kind().concurrency() > 1) {
            for (Waiting waiting : jobs) {
                rest += waiting.own == null ? 1 : 0;
                room += waiting.own == null ? 0 : waiting.own.kind.concurrency() - 1;
            }
        }
        return room > 0 && rest <= room;
    }

    /** The first that a container of its own may be started for; null if there is none. */
    Waiting firstToStartFor() {
        if (takesAny()) {
            for (Waiting waiting : jobs) {
                if (waiting.own == null
                        && (waiting.job.order().fresh() || key.value == null || key.containers.isEmpty())) {
                    return waiting;
                }
            }
        }
        return null;
    }
}

package dev.berth.executor.pool;

import java.util.ArrayList;
import java.util.List;

/** What a routing value of a function has on this instance: containers, jobs that wait for them, and a forecast. */
final class Key {
    /** By which a key is found. No value stands for all invocations without one. */
    record Name(FunctionKey function, String value) {}

    final FunctionKey function;
    final String value;
    /** Those that have served it, or are being started for it. */
    final List<Container> containers = new ArrayList<>(1);

    final Line line = new Line(this);
    /** Jobs of it that have been accepted and have not ended. */
    int open;

    Forecast forecast = Forecast.UNKNOWN;
    /** When its last invocation came. */
    long lastMs;

    Key(Name name) {
        this.function = name.function();
        this.value = name.value();
    }

    /** An invocation of it has come. */
    void invoked(Forecast expected, long nowMs) {
        open++;
        forecast = expected;
        lastMs = nowMs;
    }

    boolean isUnused() {
        return open == 0 && containers.isEmpty();
    }

    Name name() {
        return new Name(function, value);
    }

    /** Whether no idle container of the key was used later than this one. */
    boolean isFirst(Container container) {
        for (Container other : containers) {
            if (other.isIdle() && other.lastUsedMs > container.lastUsedMs) {
                return false;
            }
        }
        return true;
    }
}

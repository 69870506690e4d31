package dev.berth.sim.faults;

import java.io.Serial;

/** A promise was broken. */
final class Violation extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;

    private final Promise promise;
    private final String about;

    /**
     * @param about the invocation, key or instance, as it stands in the story; null if there is none
     */
    Violation(Promise promise, String about, String message) {
        super(message);
        this.promise = promise;
        this.about = about;
    }

    Promise promise() {
        return promise;
    }

    String about() {
        return about;
    }
}

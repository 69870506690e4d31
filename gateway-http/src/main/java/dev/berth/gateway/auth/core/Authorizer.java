package dev.berth.gateway.auth.core;

import java.util.Optional;

/** Says who may do what: the seam for policies. Asked once for each request, on the event loop; must not block. */
@FunctionalInterface
public interface Authorizer {
    /**
     * A decision.
     *
     * @param denied why not; empty if it may be
     */
    record Verdict(Optional<String> denied) {
        public static Verdict allow() {
            return new Verdict(Optional.empty());
        }

        public static Verdict deny(String reason) {
            return new Verdict(Optional.of(reason));
        }
    }

    /**
     * Whether a caller may do this.
     *
     * @param operation such as {@code lambda:InvokeFunction}
     */
    Verdict decide(Caller caller, String operation, Resource resource);
}

package dev.berth.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import picocli.CommandLine.Option;

/** How what is done again is to run, and whether to wait for it. */
final class ReplayWorkOptions {
    @Option(
            names = "--into",
            paramLabel = "FUNCTION[:VERSION]",
            description = "What runs, a version or an alias of it. Default: what ran before")
    private String into;

    @Option(names = "--rate", paramLabel = "N", description = "At most so many a second. Default: as fast as they end")
    private Double rate;

    @Option(
            names = "--max-unfinished",
            paramLabel = "N",
            description = "How many may be unfinished at a time. Default: 1000")
    private Integer maxUnfinished;

    @Option(
            names = "--suppress-side-effects",
            description =
                    "Tell the functions to have no effect on the world outside; see the README for how they see it.")
    private boolean suppressSideEffects;

    @Option(names = "--dry-run", description = "Only count what would be done.")
    private boolean dryRun;

    @Option(names = "--detach", description = "Print the id and return at once; it goes on by itself.")
    private boolean detach;

    @Option(
            names = "--stop-on-interrupt",
            description =
                    "Ctrl-C stops it; otherwise Ctrl-C leaves it running. replay resume goes on with a stopped one.")
    private boolean stopOnInterrupt;

    void into(ObjectNode request) {
        if (into != null) {
            request.put("into", into);
        }
        if (rate != null) {
            request.put("ratePerSecond", rate);
        }
        if (maxUnfinished != null) {
            request.put("maxUnfinished", maxUnfinished);
        }
        request.put("suppressSideEffects", suppressSideEffects);
        request.put("dryRun", dryRun);
    }

    boolean dryRun() {
        return dryRun;
    }

    boolean detach() {
        return detach;
    }

    boolean stopOnInterrupt() {
        return stopOnInterrupt;
    }
}

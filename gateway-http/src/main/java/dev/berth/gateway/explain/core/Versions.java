package dev.berth.gateway.explain.core;

import dev.berth.schemas.Dispatch;

/** The words for a container of an older version that serves until one of the new is ready. */
final class Versions {
    private Versions() {}

    static String older(Dispatch dispatch) {
        String ran = dispatch.getFunctionVersion();
        String wanted = dispatch.getSuccessor().getFunctionVersion();
        return ran.equals(wanted)
                ? "The code from before the last deployment (revision " + dispatch.getRevision()
                        + ") ran, as its container was warm; one of revision "
                        + dispatch.getSuccessor().getRevision() + " was made ready meanwhile."
                : "The older version " + ran + " ran, as its container was warm; one of version " + wanted
                        + " was made ready meanwhile.";
    }
}

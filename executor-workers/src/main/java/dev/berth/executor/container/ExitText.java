package dev.berth.executor.container;

/** Exit codes in the words of Lambda's own log lines. */
final class ExitText {
    private static final int SIGNAL_BASE = 128;

    private ExitText() {}

    static String of(int code) {
        return switch (code - SIGNAL_BASE) {
            case 4 -> "signal: illegal instruction";
            case 6 -> "signal: aborted";
            case 7 -> "signal: bus error";
            case 8 -> "signal: floating point exception";
            case 9 -> "signal: killed";
            case 11 -> "signal: segmentation fault";
            case 15 -> "signal: terminated";
            case 25 -> "signal: file size limit exceeded";
            default -> "exit status " + code;
        };
    }
}

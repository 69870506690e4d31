package dev.berth.sim;

/** A simulated invocation on its way. */
final class Call {
    final int row;
    final int key;
    final double arrivedMs;
    final double serviceMs;
    final double memoryMb;
    final double coldMs;

    Node node;
    long epoch;
    boolean expectedCold;
    double warmMb;
    /** When it must be sent back if it still waits for a container of its key; 0 if it does not. */
    double waitUntilMs;

    boolean spilling;
    boolean started;
    boolean cold;
    boolean done;
    double startedMs;
    int sends;

    Call(int row, Trace trace) {
        this.row = row;
        this.key = trace.key(row);
        this.arrivedMs = trace.atMs(row);
        this.serviceMs = trace.serviceMs(row);
        this.memoryMb = trace.memoryMb(row);
        this.coldMs = trace.coldMs(row);
    }
}

package dev.berth.executor.container;

/**
 * A function's part of the CPU.
 *
 * @param shares its weight where containers want more than there is; Docker's own default is 1,024
 * @param quotaMicros what it may take in each {@link #PERIOD_MICROS}, however idle the machine is
 */
record CpuShare(int shares, long quotaMicros) {
    static final long PERIOD_MICROS = 100_000;
    private static final int SHARES_OF_ONE_CPU = 1_024;
    private static final int LEAST_SHARES = 128;

    /**
     * In proportion to memory, as Lambda does, but by weight: a quota below one CPU would make a small function's start as
     * slow on an idle machine as on a busy one. Above one CPU the quota keeps it from crowding out the machine's other work.
     */
    static CpuShare of(int memoryMb, int memoryMbPerCpu) {
        int shares = (int) Math.max(LEAST_SHARES, (long) SHARES_OF_ONE_CPU * memoryMb / memoryMbPerCpu);
        long quota = Math.max(PERIOD_MICROS, PERIOD_MICROS * memoryMb / memoryMbPerCpu);
        return new CpuShare(shares, quota);
    }
}

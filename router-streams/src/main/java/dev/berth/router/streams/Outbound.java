package dev.berth.router.streams;

/**
 * A record on its way out, with the partition it must go to: dispatches go to an instance's slot, replies to a gateway's
 * partition, outcomes to the router's own.
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, only sent
record Outbound(int partition, byte[] value) {}

/**
 * Which invocations are alike, and where they meet.
 *
 * <p>In come invocations, the bytes of their records' keys and functions' routing rules; out go routing values, record keys and
 * partitions. Decides how a value is derived from a request, and what counts as equal: that is part of the contract, since a
 * front door and a router must derive the same from the same. Pure: no clock, no threads, no I/O.
 */
package dev.berth.schemas.routing;

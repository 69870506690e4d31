/**
 * Whether a running Berth is well: what is wrong, and what to do about it.
 *
 * <p>In come what Kafka says of groups and offsets, and the tables of fleet, pins and triggers; out go findings. Decides what counts as
 * wrong.
 */
package dev.berth.gateway.checkup;

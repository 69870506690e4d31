/**
 * Pure decisions: which records make an invocation, when one is tried again, what is finished, how fast to read, and the shapes in
 * which records and endings are told. Knows no Kafka, no clock and no threads: time and chance are given to it.
 */
package dev.berth.triggers.core;

/**
 * Events in and endings out, beside the router. Records of any topic become invocations; outcomes of asynchronous invocations are
 * told to the destinations of their functions. What to do is decided in {@code core}; {@code engine} and {@code destinations} carry
 * it out against Kafka. It meets the other parts on topics only.
 */
package dev.berth.triggers;

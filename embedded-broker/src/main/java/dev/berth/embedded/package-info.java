/**
 * One Kafka broker (KRaft, broker and controller in one node) inside this process.
 *
 * <p>In comes a data folder and a port; out goes a bootstrap address. Used by {@code berth up} and by every integration
 * test, so that both run on a real broker. Decides the settings that make one node start fast and forget dead members soon.
 */
package dev.berth.embedded;

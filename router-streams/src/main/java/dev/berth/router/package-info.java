/**
 * A router process: the topology that routes invocations and the one that keeps the fleet.
 *
 * <p>In comes a {@link dev.berth.router.RouterConfig}; out goes a running {@link dev.berth.router.Router}. Decisions are in
 * {@code core} and {@code fleet}; {@code streams} feeds them from topics.
 */
package dev.berth.router;

/**
 * The full rule of affinity: pin, another warm container of the key, wait if that is cheaper than a cold start, else a new
 * container where there is room.
 *
 * <p>In come what is known of a key ({@link dev.berth.router.core.affinity.KeyState}) and of the fleet ({@link
 * dev.berth.router.core.affinity.FleetLoad}); out goes an {@link dev.berth.router.core.affinity.AffinityDecision}. The
 * simulator in benchmarks runs these classes and says what they are worth (topology-docs/notes/routing-simulator.md). The
 * router does not call them yet: {@link dev.berth.router.core.RouterCore} places by its own, simpler {@code Placement}.
 */
package dev.berth.router.core.affinity;

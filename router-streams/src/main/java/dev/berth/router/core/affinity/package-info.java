/**
 * The full rule of affinity: pin, another warm container of the key, wait if that is cheaper than a cold start, else a new
 * container where there is room.
 *
 * <p>In come what is known of a key ({@link dev.berth.router.core.affinity.KeyState}) and of the fleet ({@link
 * dev.berth.router.core.affinity.FleetLoad}); out goes an {@link dev.berth.router.core.affinity.AffinityDecision}. The router and
 * the simulator in benchmarks run these same classes (topology-docs/notes/routing-simulator.md says what they are worth).
 */
package dev.berth.router.core.affinity;

/**
 * Decides which instances belong to the fleet: gives each its dispatch slot and epoch, and ends those that fall silent.
 *
 * <p>{@link dev.berth.router.fleet.FleetCore} is pure, like the router's core; {@link
 * dev.berth.router.fleet.FleetTopology} feeds it the instances topic and publishes its word on the fleet topic.
 */
package dev.berth.router.fleet;

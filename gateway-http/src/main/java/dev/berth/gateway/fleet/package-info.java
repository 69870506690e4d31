/**
 * What can be seen of the fleet: which container serves a routing key, and which instances there are.
 *
 * <p>In come the tables of {@code router-pins-changelog}, {@code instances} and {@code fleet}; out goes JSON. Only reads;
 * decides nothing but how it looks.
 */
package dev.berth.gateway.fleet;

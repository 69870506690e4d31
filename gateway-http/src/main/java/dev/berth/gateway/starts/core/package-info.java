/**
 * How long invocations took from their publication to their start.
 *
 * <p>In come outcomes; out go figures for each of the three ways by which a container comes, and for each start that took longer
 * than a bound, which stage took most of it. Pure: knows no topic, no clock, no HTTP.
 */
package dev.berth.gateway.starts.core;

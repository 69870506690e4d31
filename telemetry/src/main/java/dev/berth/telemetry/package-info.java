/**
 * What the parts count and time, under names that are decided once.
 *
 * <p>In come counts and times of router, executor, gateway and triggers, each on the thread that knows them; out goes Prometheus'
 * text. Decides names, tags and buckets, and how many functions are told apart. Knows schemas and no other module.
 */
package dev.berth.telemetry;

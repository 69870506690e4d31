/**
 * What went on a moment ago, for those who look at a running Berth.
 *
 * <p>In comes the last stretch of the outcomes topic, read when somebody asks; out go rates, latencies by stage, reuse, the busiest
 * functions and keys. Any gateway answers alike, and what nobody looks at costs nothing.
 */
package dev.berth.gateway.activity;

/**
 * All of Berth in this process: broker, topics, router, executors and gateway, wired in one class.
 *
 * <p>In comes a {@link dev.berth.cli.local.LocalConfig}; out come three addresses and a {@code close()} that leaves nothing
 * behind. Decides the order of starting and stopping, who may use a data folder, and whether containers are Docker's.
 */
package dev.berth.cli.local;

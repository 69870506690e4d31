/**
 * Containers of code: processes in Docker, or plain processes of this machine.
 *
 * <p>In comes a {@link dev.berth.executor.container.ContainerSpec}; out go a running container that speaks the Runtime API
 * at the address it was given, its log, and the news of its end. Decides: how a container is isolated and how it is made to
 * go, with all it started. Knows nothing of invocations or pools.
 */
package dev.berth.executor.container;

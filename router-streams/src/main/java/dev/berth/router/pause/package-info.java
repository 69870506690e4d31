/**
 * What a process must not do any more once it has been stopped, or cut off, for a while: others may do it by now.
 *
 * <p>{@link dev.berth.router.pause.PauseGuard} fences the tasks of a process that slept; {@link
 * dev.berth.router.pause.BrokerHearing} tells silence of others from not hearing them.
 */
package dev.berth.router.pause;

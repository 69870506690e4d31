/**
 * The container pool of one instance, as a function of state, event and time.
 *
 * <p>In come {@link dev.berth.executor.pool.PoolEvent events} and the time; out go {@link dev.berth.executor.pool.PoolAction
 * actions}, in the order in which they must be carried out. Decides: which container runs an invocation, what waits for which,
 * what is started, what is evicted, when something took too long. Does no I/O, reads no clock, owns no thread; one thread
 * calls it.
 */
package dev.berth.executor.pool;

/**
 * Reading back, at a start, what this router's predecessors have written.
 *
 * <p>In comes a partition and where to begin; out go its records up to where it ended then. Decides nothing.
 */
package dev.berth.router.tail;

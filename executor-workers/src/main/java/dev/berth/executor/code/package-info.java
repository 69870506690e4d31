/**
 * Code packages of functions, on this instance's disk.
 *
 * <p>In comes a reference into the code topic; out goes a directory with the package unzipped, read-only, made once for each
 * package and instance. Decides: whether a package is whole and safe to unzip. Knows nothing of containers.
 */
package dev.berth.executor.code;

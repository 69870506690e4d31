/**
 * Code packages: the zip that travels on the code topic.
 *
 * <p>In comes a file, a folder or a zip; out goes a zip whose bytes depend on the contents alone, so that the same code has the
 * same hash wherever and whenever it is packed. Decides what is left out and what is too large.
 */
package dev.berth.cli.pack;

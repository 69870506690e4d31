/**
 * One part of Berth as a process of its own: waits for what it needs, starts the part, says when it is ready and how it is, and
 * stops it gracefully. In come checked settings; out go a ready line, health over HTTP, and an exit code.
 */
package dev.berth.cli.process;

/**
 * Decides for each record of a source what is done with it: nothing, and why; run; or put back onto its topic. {@code Sources} has one
 * for each kind of source; who carries a replay out follows it, and a dry run counts what it says.
 */
package dev.berth.replay.source;

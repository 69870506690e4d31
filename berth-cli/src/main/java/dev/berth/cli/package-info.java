/**
 * The {@code berth} command.
 *
 * <p>In come a command line and a terminal; out go text or JSON on stdout, progress and one-line errors on stderr, and an exit
 * code: 0 it worked, 1 the thing asked for failed, 2 the command line was wrong. Each command is a class here; what it does
 * lies in the packages below: {@code client} talks to a gateway, {@code local} runs all of Berth in this process, {@code demo}
 * measures it, {@code pack} makes code packages, {@code text} lays out tables.
 */
package dev.berth.cli;

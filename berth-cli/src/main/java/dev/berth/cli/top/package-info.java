/**
 * The live view of a Berth: in come a gateway's answers, out go lines for a terminal. Decides what is shown where there is little room.
 */
package dev.berth.cli.top;

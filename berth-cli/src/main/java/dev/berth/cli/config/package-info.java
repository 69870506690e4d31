/**
 * What a process of Berth can be told: in come a file, the environment and the command line; out goes a value for each key, or
 * all that is wrong with them at once. Decides which of two sources wins, and what is close enough to be meant.
 */
package dev.berth.cli.config;

package dev.berth.cli.config;

/** How log lines look. */
public enum LogFormat {
    /** For people. */
    TEXT,
    /** For machines: an object a line. */
    JSON
}

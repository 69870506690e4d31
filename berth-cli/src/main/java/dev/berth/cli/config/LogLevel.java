package dev.berth.cli.config;

/** How much is told. */
public enum LogLevel {
    ERROR,
    WARN,
    INFO,
    DEBUG
}

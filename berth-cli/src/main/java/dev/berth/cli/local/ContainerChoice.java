package dev.berth.cli.local;

/** Which containers functions run in, as asked for on the command line. */
public enum ContainerChoice {
    /** Docker when an engine answers and the images are there or can be made; else processes. */
    AUTO,
    /** Docker, or fail. */
    DOCKER,
    /** Plain processes of this machine, which isolate less. */
    PROCESS
}

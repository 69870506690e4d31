package dev.berth.executor;

/** What containers are made of. */
public enum ContainerBackend {
    /** Plain processes of this machine: they isolate mistakes, not malice. */
    PROCESS,
    /** Containers of a Docker engine. */
    DOCKER
}

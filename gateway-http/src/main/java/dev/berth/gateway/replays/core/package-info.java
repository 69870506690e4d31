/** Replays as clients write and read them. Pure. */
package dev.berth.gateway.replays.core;

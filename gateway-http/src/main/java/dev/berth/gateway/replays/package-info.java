/**
 * Replays and dead letters over HTTP. In come requests; out go replays onto their topic, for whoever carries them out, and what the
 * topics say of them: how far they are, how their results differ, which letters there are.
 */
package dev.berth.gateway.replays;

package dev.berth.cli.demo;

/**
 * One flight, to be published as one invocation.
 *
 * @param id the invocation's
 * @param origin IATA code of the airport it leaves from: the routing value
 * @param delayMinutes negative if early
 * @param payload the flight as JSON
 */
record Flight(String id, String origin, int delayMinutes, String payload) {}

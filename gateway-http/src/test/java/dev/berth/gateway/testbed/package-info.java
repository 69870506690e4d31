/**
 * What the integration tests stand on: a broker, a gateway, and the parts on the other side of the topics as played by the test.
 *
 * <p>In come behaviours by function; out go replies, outcomes and rows of tables, as the router and executors would write them.
 */
package dev.berth.gateway.testbed;

/**
 * What happens now, for the page: {@code GET /live}.
 *
 * <p>In come the topics of invocations, outcomes and container events, from ten minutes ago and only while somebody looks on, and
 * the tables of instances and pins. Out go server-sent events, two a second at most, of what has changed. Decides how much is kept
 * and who may look on; the figures are made in {@code core}.
 */
package dev.berth.gateway.live;

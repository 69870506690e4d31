/**
 * The words for what became of an invocation, and why.
 *
 * <p>In come an invocation's dispatches, with the decisions that led to them, and its outcome; or a decision that is only asked
 * for. Out go sentences that a person would say, and the same as JSON. Pure: knows no topic, no clock, no HTTP. Decides how
 * things are said, and nothing else.
 */
package dev.berth.gateway.explain.core;

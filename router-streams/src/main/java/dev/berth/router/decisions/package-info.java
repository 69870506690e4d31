/**
 * The decision log: what a dispatch record says of the decision that led to it, and whether the rule would decide so again.
 *
 * <p>In come dispatches; out goes, for each, the same decision or the difference. Pure. {@code berth decisions verify} runs it
 * over any stretch of the log; change the rule, and it says which decisions would have been others.
 */
package dev.berth.router.decisions;

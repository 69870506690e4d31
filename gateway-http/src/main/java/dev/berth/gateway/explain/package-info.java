/**
 * Why an invocation ran where it ran, and where one would run now.
 *
 * <p>In come HTTP requests. One that names an invocation is answered from the jobs view and the decision log; one that describes
 * an invocation becomes a question to the router, which runs nothing and makes no job; one that names a stretch of time gets that
 * stretch of the log. Decides nothing: the words are in {@code core}.
 */
package dev.berth.gateway.explain;

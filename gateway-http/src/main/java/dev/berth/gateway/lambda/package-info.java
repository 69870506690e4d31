/**
 * AWS Lambda's HTTP API over Berth's topics.
 *
 * <p>In come requests to deploy, list and invoke functions; out go code chunks, function specs and invocations on topics, and
 * Lambda's answers. What is valid and how it looks is decided in {@code core}; here requests meet Kafka. Invoking runs on the
 * event loop and never blocks it; deploying runs on one worker thread, one change after another.
 */
package dev.berth.gateway.lambda;

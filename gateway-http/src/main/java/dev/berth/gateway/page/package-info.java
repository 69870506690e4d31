/**
 * The page: its files, as they lie in the jar under {@code dev/berth/gateway/page}.
 *
 * <p>In come requests under {@code /ui/}; out go files with their types and tags. Needs no Kafka and no key: what the page shows it
 * asks for by Berth's own resources, which do. Decides what a browser lets the page do.
 */
package dev.berth.gateway.page;

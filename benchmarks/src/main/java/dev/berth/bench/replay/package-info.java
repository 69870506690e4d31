/**
 * How fast past invocations are replayed, beside how fast they ran when they came. A running Berth goes in; two rates of one run come
 * out.
 */
package dev.berth.bench.replay;

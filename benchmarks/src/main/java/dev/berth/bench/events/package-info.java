/** A burst of events through a trigger, beside a plain consumer of the same topic. */
package dev.berth.bench.events;

package dev.berth.cli.local;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.spi.FilterReply;

/**
 * Lets through to stderr what Berth warns of. Libraries are heard in the log file only: Kafka's clients warn of each refused
 * connection while a broker starts or stops, and what matters of it Berth says in its own words.
 */
public final class StderrFilter extends Filter<ILoggingEvent> {
    @Override
    public FilterReply decide(ILoggingEvent event) {
        boolean heard = event.getLevel().isGreaterOrEqual(Level.WARN)
                && event.getLoggerName().startsWith("dev.berth.");
        return heard ? FilterReply.NEUTRAL : FilterReply.DENY;
    }
}

package dev.berth.router.pause;

import java.util.List;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.streams.KafkaStreams;

/**
 * Whether the broker answers the fetches of a Kafka Streams application. While it does not, nobody who speaks through it can be
 * heard, and silence says nothing of them.
 *
 * <p>An application looks at it from its first tick on, before it could be given to it: until then it counts as hearing.
 */
public final class BrokerHearing {
    /** How many answers there have been, empty ones too: a fetch is parked for 100 ms at most. */
    private static final String ANSWERS = "fetch-total";

    private static final String GROUP = "consumer-fetch-manager-metrics";

    private volatile List<? extends Metric> answers = List.of();

    /** Listens to an application from now on. Its consumers exist once it has been constructed. */
    public void listenTo(KafkaStreams application) {
        answers = application.metrics().entrySet().stream()
                .filter(entry -> isAnswers(entry.getKey()))
                .map(entry -> entry.getValue())
                .toList();
    }

    /** A number that grows with each answer; does not grow while there are none. */
    public double answers() {
        return answers.stream()
                .mapToDouble(metric -> ((Number) metric.metricValue()).doubleValue())
                .sum();
    }

    /** Whether {@link #answers} can be gone by. */
    public boolean isKnown() {
        return !answers.isEmpty();
    }

    private static boolean isAnswers(MetricName name) {
        return name.group().equals(GROUP) && name.name().equals(ANSWERS);
    }
}

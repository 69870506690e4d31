package dev.berth.telemetry;

import java.util.Locale;
import java.util.stream.Collectors;

/** The list of metrics for people, in Markdown: {@code topology-docs/metrics.md}. */
final class MetricsDocs {
    private MetricsDocs() {}

    /** The whole page. */
    static String page() {
        StringBuilder page = new StringBuilder("""
                # Metrics

                Made from `Metric.java` by `MetricsDocsTest`; a test fails if it is not current
                (`./berth test -pl telemetry -Dtest=MetricsDocsTest -Dberth.writeDocs=true` makes it anew).

                Each process serves them in Prometheus' text format under `/metrics`: a gateway on its own port, every other on its
                `health.port`. `./berth up` has one registry for all parts, served by its gateway. With `auth=keys` a gateway tells them to
                its own machine only, since they tell of all tenants; `metrics.port` opens another port for them.

                A timer is a histogram in seconds: `_bucket{le}`, `_count`, `_sum`, and `_max` (of the last minutes). Its buckets end at
                """);
        page.append(Metric.BUCKETS.stream()
                        .map(bound ->
                                Double.toString(bound.toMillis() / 1_000.0).replaceAll("\\.0$", ""))
                        .collect(Collectors.joining(", ")))
                .append(" s.\n\n");
        page.append("**How many time series.** `tenant` and `function` come from callers. A process tells the first ")
                .append(Telemetry.USUAL_FUNCTIONS)
                .append("""
                         functions apart (`metrics.functions`) and counts
                        all others together, with both tags `other`; so it does with functions that nobody deployed, and with triggers and
                        replays beyond that number. Every other tag has a fixed set of values, but for `instance`.

                        After a crash a router may do again what it had done, and counts it again.
                        """);
        for (Metric.Part part : Metric.Part.values()) {
            page.append("\n## Of each ")
                    .append(part.word())
                    .append("\n\n| name | kind | tags | meaning |\n|---|---|---|---|\n");
            for (Metric metric : Metric.values()) {
                if (metric.part() == part) {
                    page.append("| `")
                            .append(metric.prometheus())
                            .append("` | ")
                            .append(metric.kind().name().toLowerCase(Locale.ROOT))
                            .append(" | ")
                            .append(metric.tags().stream()
                                    .map(tag -> "`" + tag + "`")
                                    .collect(Collectors.joining(", ")))
                            .append(" | ")
                            .append(metric.meaning())
                            .append(" |\n");
                }
            }
        }
        page.append("""

                ## Of Kafka's clients and Kafka Streams

                Of the router's streams (with their consumers and producers), the executor's dispatch consumer and result producer, and the
                gateway's invocation producer and reply consumer, with the tag `client_id` and others of Kafka's. Kafka has some hundred
                figures a client; these are kept, `.` and `-` as `_`:

                """);
        KafkaFigures.KEPT.forEach(
                name -> page.append("- `").append(name.replace('.', '_')).append("`\n"));
        page.append("""

                ## Of each process

                `jvm_memory_*`, `jvm_gc_*`, `jvm_threads_*`, `jvm_classes_*`, `process_*`, `system_cpu_*`, as Micrometer names them.
                """);
        return page.toString();
    }
}

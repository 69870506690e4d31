package dev.berth.telemetry;

import dev.berth.telemetry.trace.Traces;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;

/**
 * The meters of one process. Parts that run in one process share one; each part gets it with its configuration and makes its meters
 * when it starts, so that counting is an addition.
 *
 * <p>Thread-safe.
 */
public final class Telemetry implements AutoCloseable {
    /** How many functions a process tells apart unless it is told otherwise. */
    public static final int USUAL_FUNCTIONS = 100;

    /** What {@link #scrape} returns is of. */
    public static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private static final Duration[] BUCKETS = Metric.BUCKETS.toArray(Duration[]::new);

    private final MeterRegistry registry;
    private final PrometheusMeterRegistry prometheus;
    private final int functions;
    private final Traces traces;
    private final List<AutoCloseable> bound = new ArrayList<>();
    private final List<Runnable> beforeScrapes = new CopyOnWriteArrayList<>();
    /** Looks each minute which figures Kafka's clients have; one thread for all, where each would have its own. */
    private final ScheduledExecutorService refreshing = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "berth-telemetry");
        thread.setDaemon(true);
        return thread;
    });

    private Telemetry(MeterRegistry registry, PrometheusMeterRegistry prometheus, int functions, Traces traces) {
        this.registry = registry;
        this.prometheus = prometheus;
        this.functions = functions;
        this.traces = traces;
        registry.config()
                .meterFilter(MeterFilter.deny(Telemetry::isOneOfTooMany))
                .meterFilter(MeterFilter.ignoreTags("kafka.version"));
    }

    /** Counts for nobody: what a part has that was given no other. */
    public static Telemetry none() {
        return new Telemetry(new CompositeMeterRegistry(), null, 0, Traces.none());
    }

    /**
     * Counts for Prometheus, the process's own figures (memory, collections, threads, CPU, files) included.
     *
     * @param functions how many functions are told apart, see {@link ByFunction}
     */
    public static Telemetry prometheus(int functions) {
        return prometheus(functions, Traces.none());
    }

    /**
     * The same, with spans too.
     *
     * @param traces closed with it
     */
    public static Telemetry prometheus(int functions, Traces traces) {
        PrometheusMeterRegistry made = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        Telemetry telemetry = new Telemetry(made, made, functions, traces);
        JvmGcMetrics collections = new JvmGcMetrics();
        telemetry.bound.add(collections);
        List.of(
                        new JvmMemoryMetrics(),
                        collections,
                        new JvmThreadMetrics(),
                        new ClassLoaderMetrics(),
                        new ProcessorMetrics(),
                        new FileDescriptorMetrics(),
                        new UptimeMetrics())
                .forEach(binder -> binder.bindTo(made));
        return telemetry;
    }

    /** The traces of invocations. */
    public Traces traces() {
        return traces;
    }

    /** Whether anybody asks. */
    public boolean isOn() {
        return prometheus != null;
    }

    /** All meters in Prometheus' text format, version 0.0.4; empty if nobody counts. Takes some milliseconds. */
    public Optional<String> scrape() {
        beforeScrapes.forEach(Runnable::run);
        return Optional.ofNullable(prometheus).map(PrometheusMeterRegistry::scrape);
    }

    /** Something for each function, as many as this process tells apart. */
    public <T> ByFunction<T> byFunction(BiFunction<String, String, T> making) {
        return new ByFunction<>(functions, making);
    }

    /**
     * A counter, the same one if it was made before.
     *
     * @param values of the metric's tags, in their order
     */
    public Counter counter(Metric metric, String... values) {
        require(metric, Metric.Kind.COUNTER);
        return Counter.builder(metric.id())
                .description(metric.meaning())
                .tags(tags(metric, values))
                .register(registry);
    }

    /**
     * A timer, the same one if it was made before.
     *
     * @param values of the metric's tags, in their order
     */
    public Timer timer(Metric metric, String... values) {
        require(metric, Metric.Kind.TIMER);
        return Timer.builder(metric.id())
                .description(metric.meaning())
                .tags(tags(metric, values))
                .serviceLevelObjectives(BUCKETS)
                .register(registry);
    }

    /**
     * A gauge that is read when somebody asks, by whose thread it may be.
     *
     * @param of kept alive by it
     * @return takes the gauge away again
     */
    public <T> AutoCloseable gauge(Metric metric, T of, ToDoubleFunction<T> reading, String... values) {
        require(metric, Metric.Kind.GAUGE);
        Gauge gauge = Gauge.builder(metric.id(), of, reading)
                .description(metric.meaning())
                .tags(tags(metric, values))
                .strongReference(true)
                .register(registry);
        return () -> registry.remove(gauge);
    }

    /**
     * Gauges of which there are more or fewer each time somebody asks; beyond the bound for functions they are added up in one whose
     * tags are all {@value ByFunction#OTHER}.
     *
     * @param reading values by the values of the metric's tags, in their order; on the thread of who asks
     */
    public void rows(Metric metric, Supplier<Map<List<String>, Double>> reading) {
        require(metric, Metric.Kind.GAUGE);
        MultiGauge gauge =
                MultiGauge.builder(metric.id()).description(metric.meaning()).register(registry);
        beforeScrapes.add(() -> gauge.register(bounded(metric, reading.get()), true));
    }

    private List<MultiGauge.Row<?>> bounded(Metric metric, Map<List<String>, Double> values) {
        List<MultiGauge.Row<?>> rows = new ArrayList<>();
        double others = 0;
        for (Map.Entry<List<String>, Double> value : values.entrySet()) {
            if (rows.size() < functions) {
                rows.add(MultiGauge.Row.of(tags(metric, value.getKey().toArray(String[]::new)), value.getValue()));
            } else {
                others += value.getValue();
            }
        }
        if (rows.size() < values.size()) {
            String[] other = new String[metric.tags().size()];
            Arrays.fill(other, ByFunction.OTHER);
            rows.add(MultiGauge.Row.of(tags(metric, other), others));
        }
        return rows;
    }

    /** Takes up what a client of Kafka counts. Close what it returns before the client. */
    public AutoCloseable bind(Consumer<?, ?> consumer) {
        return bound(new KafkaClientMetrics(consumer, Tags.empty(), refreshing));
    }

    /** Takes up what a client of Kafka counts. Close what it returns before the client. */
    public AutoCloseable bind(Producer<?, ?> producer) {
        return bound(new KafkaClientMetrics(producer, Tags.empty(), refreshing));
    }

    /** The scheduler for what must be looked at now and then. */
    public ScheduledExecutorService refreshing() {
        return refreshing;
    }

    /** Takes up what something else counts. Close what it returns before that. */
    public <B extends MeterBinder & AutoCloseable> AutoCloseable bound(B binder) {
        if (!isOn()) {
            return () -> {};
        }
        binder.bindTo(registry);
        return binder;
    }

    /** Closes what {@link #bind}, {@link #bound} or {@link #gauge} returned. */
    public static void letGo(AutoCloseable taken) {
        try {
            taken.close();
        } catch (Exception e) {
            throw new IllegalStateException("What was bound to the meters cannot be let go", e);
        }
    }

    @Override
    public void close() {
        bound.forEach(Telemetry::letGo);
        refreshing.shutdownNow();
        traces.close();
        registry.close();
    }

    /** Kafka's clients have some hundred figures each, by node and by topic; those that somebody acts on are kept. */
    private static boolean isOneOfTooMany(Meter.Id id) {
        return id.getName().startsWith("kafka.") && !KafkaFigures.isKept(id.getName());
    }

    private static void require(Metric metric, Metric.Kind kind) {
        if (metric.kind() != kind) {
            throw new IllegalArgumentException(metric + " is no " + kind);
        }
    }

    private static Tags tags(Metric metric, String... values) {
        if (values.length != metric.tags().size()) {
            throw new IllegalArgumentException(metric + " has the tags " + metric.tags() + ", not " + values.length);
        }
        List<Tag> tags = new ArrayList<>();
        for (int i = 0; i < values.length; i++) {
            tags.add(Tag.of(metric.tags().get(i), values[i]));
        }
        return Tags.of(tags);
    }
}

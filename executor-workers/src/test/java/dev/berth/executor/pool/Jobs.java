package dev.berth.executor.pool;

import dev.berth.schemas.retention.ReuseCurve;

/** Jobs for tests: {@code until(1_500, fresh(keyed("7", "LIS")))}. */
final class Jobs {
    static final FunctionKey F = new FunctionKey("t", "f", 1);

    private Jobs() {}

    static Job job(String id) {
        return new Job(new AttemptId(id, 1), kind(F), null, Order.ANY, Forecast.UNKNOWN, null, 0, 3_000, 10);
    }

    static Job keyed(String id, String key) {
        return keyed(key, job(id));
    }

    static Job exclusive(String id, String key) {
        return of(new ContainerKind(F, 100, true), keyed(id, key));
    }

    static Job hinted(String id, String key, String container) {
        return order(new Order(container, false, false, false, false, 0), keyed(id, key));
    }

    static Job strict(String id, String key, String container) {
        return order(new Order(container, true, false, false, false, 0), keyed(id, key));
    }

    static Job fresh(Job job) {
        Order o = job.order();
        return order(new Order(o.containerHint(), o.strict(), true, o.spilled(), o.replaced(), o.waitUntilMs()), job);
    }

    static Job spilled(Job job) {
        Order o = job.order();
        return order(new Order(o.containerHint(), o.strict(), o.fresh(), true, o.replaced(), o.waitUntilMs()), job);
    }

    static Job until(long waitUntilMs, Job job) {
        Order o = job.order();
        return order(new Order(o.containerHint(), o.strict(), o.fresh(), o.spilled(), o.replaced(), waitUntilMs), job);
    }

    static Job order(Order order, Job job) {
        return new Job(
                job.id(),
                job.kind(),
                job.routingValue(),
                order,
                job.forecast(),
                job.successor(),
                job.deadlineMs(),
                job.timeoutMs(),
                job.payloadBytes());
    }

    static Job of(FunctionKey function, Job job) {
        return of(new ContainerKind(function, job.kind().memoryMb(), job.kind().exclusive()), job);
    }

    static Job of(ContainerKind kind, Job job) {
        return new Job(
                job.id(),
                kind,
                job.routingValue(),
                job.order(),
                job.forecast(),
                job.successor(),
                job.deadlineMs(),
                job.timeoutMs(),
                job.payloadBytes());
    }

    static Job due(long deadlineMs, Job job) {
        return new Job(
                job.id(),
                job.kind(),
                job.routingValue(),
                job.order(),
                job.forecast(),
                job.successor(),
                deadlineMs,
                job.timeoutMs(),
                job.payloadBytes());
    }

    /** Its key is expected again each so often, here or elsewhere. */
    static Job expected(double intervalMs, boolean primary, Job job) {
        float[] density = new float[ReuseCurve.POINTS];
        for (int point = 0; point < density.length; point++) {
            density[point] = (float) (1 / Math.max(1, ReuseCurve.age(point)));
        }
        return new Job(
                job.id(),
                job.kind(),
                job.routingValue(),
                job.order(),
                new Forecast(new ReuseCurve(intervalMs, density), primary, 0),
                job.successor(),
                job.deadlineMs(),
                job.timeoutMs(),
                job.payloadBytes());
    }

    /** Its key's first invocation in a container takes so much more than a later one. */
    static Job rebuiltIn(double ms, Job job) {
        return new Job(
                job.id(),
                job.kind(),
                job.routingValue(),
                job.order(),
                new Forecast(job.forecast().curve(), job.forecast().primary(), ms),
                job.successor(),
                job.deadlineMs(),
                job.timeoutMs(),
                job.payloadBytes());
    }

    static Job succeededBy(FunctionKey successor, Job job) {
        return new Job(
                job.id(),
                job.kind(),
                job.routingValue(),
                job.order(),
                job.forecast(),
                kind(successor),
                job.deadlineMs(),
                job.timeoutMs(),
                job.payloadBytes());
    }

    static ContainerKind kind(FunctionKey function) {
        return new ContainerKind(function, 100, false);
    }

    private static Job keyed(String key, Job job) {
        return new Job(
                job.id(),
                job.kind(),
                key,
                job.order(),
                job.forecast(),
                job.successor(),
                job.deadlineMs(),
                job.timeoutMs(),
                job.payloadBytes());
    }
}

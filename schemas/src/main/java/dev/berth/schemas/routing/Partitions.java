package dev.berth.schemas.routing;

import dev.berth.schemas.Invocation;
import dev.berth.schemas.RoutingKey;

/** Where an invocation belongs on the invocations topic. Every front door publishes there; the router moves what is elsewhere. */
public final class Partitions {
    private Partitions() {}

    /**
     * The partition of an invocation. Those of one routing key meet at one; those of a function without a routing value too.
     *
     * @param meetsAtFunction all invocations of the function must meet at one partition whatever their routing values, since a
     *     limit of it is counted there: it has a reserved concurrency
     * @param partitions of the invocations topic
     */
    public static int of(Invocation invocation, boolean meetsAtFunction, int partitions) {
        return RoutingKey.partitionOf(meetsAtFunction ? functionText(invocation) : keyText(invocation), partitions);
    }

    /**
     * The key of an invocation's record: {@code tenant/function/value}, or {@code tenant/function} without a routing value. Kafka's
     * default partitioner puts a record with this key at the partition that {@link #of} names, unless the function is limited.
     */
    public static String keyText(Invocation invocation) {
        return RoutingKey.of(invocation).map(RoutingKey::text).orElseGet(() -> functionText(invocation));
    }

    static String functionText(Invocation invocation) {
        return invocation.getTenant() + '/' + invocation.getFunction();
    }
}

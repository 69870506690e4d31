package dev.berth.bench.invoke;

/** A way to make a call and wait for its answer. */
public interface Way extends AutoCloseable {
    /** The names of the four there are. */
    String ONE_HOP = "bare one hop";

    String THREE_HOPS = "bare three hops";
    String OVER_KAFKA = "Berth over Kafka";
    String OVER_HTTP = "Berth over HTTP";

    /** What stands in the report. */
    String name();

    /**
     * A client; each is used by one thread at a time.
     *
     * @param number from 0
     */
    Client client(int number) throws Exception;

    @Override
    void close() throws Exception;

    /** One that calls again and again. */
    interface Client extends AutoCloseable {
        /**
         * Calls, and returns when the answer is there.
         *
         * @throws Exception if there is none, or not the right one
         */
        void call() throws Exception;

        @Override
        default void close() throws Exception {}
    }
}

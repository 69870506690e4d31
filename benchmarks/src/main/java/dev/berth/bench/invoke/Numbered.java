package dev.berth.bench.invoke;

/** A client whose calls have keys of their own, by which their answers are known. */
final class Numbered implements Way.Client {
    /** One call. */
    interface Call {
        void of(String key) throws Exception;
    }

    private final String prefix;
    private final Call call;
    private long calls;

    Numbered(int client, Call call) {
        this.prefix = client + "-";
        this.call = call;
    }

    @Override
    public void call() throws Exception {
        call.of(prefix + calls++);
    }
}

package dev.berth.gateway.lambda;

import dev.berth.gateway.core.ApiError;
import dev.berth.gateway.http.Answers;
import dev.berth.gateway.kafka.PendingReplies;
import dev.berth.schemas.Result;
import io.vertx.core.Context;
import io.vertx.core.http.HttpServerResponse;
import java.util.function.BiConsumer;

/** An HTTP client that waits for a result. Called on any thread; answers on the event loop. */
final class WaitingCaller implements PendingReplies.Waiter {
    private static final long NO_TIMER = -1;

    private final Context context;
    private final HttpServerResponse response;
    private final BiConsumer<HttpServerResponse, Result> write;
    private long timer = NO_TIMER;

    WaitingCaller(Context context, HttpServerResponse response, BiConsumer<HttpServerResponse, Result> write) {
        this.context = context;
        this.response = response;
        this.write = write;
    }

    /** Event loop only: the timer that gives the caller up. */
    void onTimer(long id) {
        timer = id;
    }

    /** Event loop only. */
    void cancelTimer() {
        if (timer != NO_TIMER) {
            context.owner().cancelTimer(timer);
            timer = NO_TIMER;
        }
    }

    @Override
    public void replied(Result result) {
        answer(() -> {
            if (Answers.open(response)) {
                write.accept(response, result);
            }
        });
    }

    @Override
    public void abandoned() {
        answer(() -> Answers.error(
                response,
                ApiError.unavailable(
                        "The gateway stops before the result is there. The invocation goes on; its outcome will be"
                                + " under GET /jobs/ and its request id.")));
    }

    /** It was not published, or nobody knows whether it was. */
    void refused(ApiError error) {
        answer(() -> Answers.error(response, error));
    }

    private void answer(Runnable writing) {
        context.runOnContext(now -> {
            cancelTimer();
            try {
                writing.run();
            } catch (RuntimeException e) {
                Answers.failure(response, e);
            }
        });
    }
}

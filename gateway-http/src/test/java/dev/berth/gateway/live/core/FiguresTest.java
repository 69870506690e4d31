package dev.berth.gateway.live.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.schemas.Invocation;
import dev.berth.schemas.TopicCatalogue;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("core")
@Tag("O3")
class FiguresTest {
    private static final long NOW = 1_800_000_000_000L;

    private final Figures figures = new Figures();

    @BeforeAll
    static void recordsAreSafe() {
        TopicCatalogue.defaults();
    }

    @Test
    void whoHasSeenEverythingIsToldNothing() {
        figures.ended(ended("a", "k", NOW), NOW);

        JsonNode news = since(figures.change());

        assertThat(news.path("buckets")).isEmpty();
        assertThat(news.path("endings")).isEmpty();
    }

    @Test
    void onlyBucketsThatChangedAreToldAgain() {
        figures.ended(ended("a", "k", NOW - 60_000), NOW);
        long seen = figures.change();
        figures.ended(ended("b", "k", NOW), NOW);

        assertThat(since(0).path("buckets")).hasSize(2);
        JsonNode news = since(seen);
        assertThat(news.path("buckets")).hasSize(1);
        assertThat(news.at("/buckets/0/outcomes/succeeded").asInt()).isEqualTo(1);
        assertThat(news.at("/endings/0/id").asText()).isEqualTo("b");
    }

    @Test
    void aTimeIsFoundAgainWithinFivePercent() {
        for (long us : new long[] {2, 999, 12_345, 3_600_000_000L}) {
            double middle = Math.pow(2, (Bucket.step(us) + 0.5) / Bucket.STEPS_A_DOUBLING);
            assertThat(middle / us).isBetween(0.95, 1.05);
        }
    }

    @Test
    void aClockThatIsAheadPushesNothingOut() {
        figures.ended(ended("a", "k", NOW), NOW);
        figures.ended(ended("ahead", "k", NOW + 86_400_000), NOW);
        figures.ended(ended("too old", "k", NOW - 86_400_000), NOW);

        JsonNode buckets = since(0).path("buckets");

        assertThat(buckets).hasSize(1);
        assertThat(buckets.at("/0/outcomes/succeeded").asInt()).isEqualTo(2);
    }

    @Test
    void whatHasEndedIsNotUnfinishedEvenIfItsEndIsHeardFirst() {
        figures.ended(ended("a", "k", NOW), NOW);
        figures.published(published("a", null));
        figures.published(published("b", null));
        figures.published(published("b", null));
        figures.published(published("later", NOW + 60_000));

        assertThat(since(0).at("/unfinished/functions/f").asInt()).isEqualTo(2);
        assertThat(since(0).at("/unfinished/delayed").asInt()).isEqualTo(1);

        figures.ended(ended("b", "k", NOW), NOW);
        assertThat(since(0).at("/unfinished/functions/f").asInt()).isEqualTo(1);
    }

    @Test
    void theKeysThatAreUsedMostComeFirstWithTheirRate() {
        for (int second = 0; second < 300; second++) {
            long atMs = NOW - 300_000 + second * 1_000L;
            figures.ended(ended("s" + second, "steady", atMs), NOW);
            if (second < 100) {
                figures.ended(ended("x" + second, "formerly", atMs), NOW);
                figures.ended(ended("y" + second, "formerly", atMs), NOW);
            }
        }

        JsonNode hot = since(0).path("hot");

        assertThat(hot).hasSize(1);
        assertThat(hot.at("/0/key").asText()).isEqualTo("steady");
        assertThat(hot.at("/0/perSecond").asDouble()).isBetween(0.9, 1.1);
    }

    @Test
    void aFloodOfKeysKeepsTheHottest() {
        for (int i = 0; i < 20_000; i++) {
            figures.ended(ended("i" + i, i % 10 == 0 ? "hot" : "once-" + i, NOW), NOW);
        }

        assertThat(since(0).at("/hot/0/key").asText()).isEqualTo("hot");
    }

    private JsonNode since(long seen) {
        return figures.since(seen, NOW, (function, key) -> null);
    }

    private static Ending ended(String id, String key, long completedMs) {
        return new Ending(id, "f", key, "succeeded", "warm", null, 1_000, 2_000, completedMs, "i", "c");
    }

    private static Invocation published(String id, Long notBeforeMs) {
        return Invocation.newBuilder()
                .setId(id)
                .setFunction("f")
                .setHeaders(Map.of())
                .setNotBeforeMs(notBeforeMs)
                .build();
    }
}

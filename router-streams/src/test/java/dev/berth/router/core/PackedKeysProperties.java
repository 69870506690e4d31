package dev.berth.router.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.router.core.affinity.KeyProfile;
import dev.berth.router.core.affinity.KeyState;
import dev.berth.router.core.affinity.LearnedCosts;
import dev.berth.router.core.affinity.RuleSettings;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Tag;

/** What was packed comes out as it went in, whatever else comes and goes; only containers that ended meanwhile are missing. */
@Tag("core")
class PackedKeysProperties {
    private static final RuleSettings SETTINGS = RuleSettings.defaults();

    private PackedKeys packed = new PackedKeys(PackedKeysProperties::emptyState);
    private final Map<String, String> model = new HashMap<>();
    private final List<PackedKeys.Container> containers = new ArrayList<>();

    @Property(tries = 300)
    void aKeyComesOutAsItWentIn(@ForAll long seed) {
        Random random = new Random(seed);
        packed = new PackedKeys(PackedKeysProperties::emptyState);
        model.clear();
        for (int step = 0; step < 400; step++) {
            String value = random.nextInt(20) == 0 ? null : "käse-" + random.nextInt(150);
            Keys.Key key = packed.take("t", "f" + random.nextInt(2), value);
            if (key != null) {
                assertThat(describe(key)).isEqualTo(model.remove(key.text));
            } else {
                Keys.Key made = key(random, "f" + random.nextInt(2), value);
                if (!model.containsKey(made.text)) {
                    model.put(made.text, describe(made));
                    packed.put(made);
                }
            }
            assertThat(packed.size()).isEqualTo(model.size());
        }
        for (String text : List.copyOf(model.keySet())) {
            String[] parts = text.split("/", -1);
            Keys.Key key = packed.take(parts[0], parts[1], parts.length < 3 ? null : parts[2]);
            assertThat(describe(key)).isEqualTo(model.remove(text));
        }
        assertThat(packed.size()).isZero();
    }

    @Property(tries = 100)
    void containersThatEndedMeanwhileServeNoMore(@ForAll long seed) {
        Random random = new Random(seed);
        packed = new PackedKeys(PackedKeysProperties::emptyState);
        Keys.Key key = key(random, "f", "v");
        List<String> lived = new ArrayList<>();
        String pinned = key.current() == null ? null : key.current().container;
        packed.put(key);
        for (PackedKeys.Container container : containers) {
            if (random.nextBoolean()) {
                container.remove();
            } else {
                lived.add(container.id());
            }
        }
        Keys.Key out = packed.take("t", "f", "v");
        for (Keys.Serving serving : out.servings()) {
            for (KeyState.Replica replica : serving.state.replicas()) {
                assertThat(replica.served()).allMatch(container -> lived.contains(container.id()));
            }
        }
        // The pin remembers it: that it is gone is what makes the next result say "replaced".
        assertThat(out.current() == null ? null : out.current().container).isEqualTo(pinned);
    }

    private Keys.Key key(Random random, String function, String value) {
        containers.clear();
        Keys.Key key = new Keys.Key("t", function, value);
        key.savedMs = random.nextInt(3) == 0 ? 0 : 1_795_000_000_000L + random.nextInt();
        key.rollingSinceMs = random.nextInt(3) == 0 ? 1_795_000_000_000L : 0;
        List<Keys.Serving> servings = new ArrayList<>();
        for (int i = random.nextInt(3); i > 0; i--) {
            servings.add(serving(random, key));
        }
        key.serve(servings);
        return key;
    }

    private Keys.Serving serving(Random random, Keys.Key key) {
        KeyState state = emptyState(key);
        state.runsTogether(1 + random.nextInt(4));
        for (int i = random.nextInt(6); i > 0; i--) {
            state.costs().served(random.nextInt(1_000), random.nextBoolean());
            state.costs().started(random.nextInt(1_000));
        }
        if (random.nextBoolean()) {
            state.restore(
                    new KeyProfile(random.nextInt(1_000_000), random.nextInt(100_000), random.nextInt(100)), 1e12);
        }
        int replicas = random.nextInt(3);
        for (int i = 0; i < replicas; i++) {
            for (int j = random.nextInt(3); j > 0; j--) {
                PackedKeys.Container container = new PackedKeys.Container("i" + i + "-a-" + containers.size());
                containers.add(container);
                state.added("i" + i, 1 + i, container);
            }
        }
        Keys.Serving serving =
                new Keys.Serving(state, new FunctionView.Version("1", random.nextInt(5), 128, random.nextBoolean()));
        if (random.nextBoolean()) {
            state.pin("i0", 1);
            serving.container = containers.isEmpty() || random.nextBoolean()
                    ? "i0-a-gone"
                    : containers.get(random.nextInt(containers.size())).id();
        }
        serving.readyAt = random.nextInt(3) == 0 ? "i1" : null;
        return serving;
    }

    private static KeyState emptyState(Keys.Key key) {
        return new KeyState(key.text, SETTINGS, new LearnedCosts(SETTINGS));
    }

    private static String describe(Keys.Key key) {
        StringBuilder text = new StringBuilder();
        text.append(key.text).append(' ').append(key.savedMs).append(' ').append(key.rollingSinceMs);
        for (Keys.Serving serving : key.servings()) {
            KeyState state = serving.state;
            text.append("\n  ")
                    .append(serving.version)
                    .append(' ')
                    .append(serving.container)
                    .append(' ')
                    .append(serving.readyAt);
            text.append("\n  ").append(state.concurrency()).append(' ').append(state.pinId());
            text.append(' ').append(state.pinEpoch()).append(' ').append((long) state.lastArrivalMs());
            LearnedCosts.Known costs = state.costs().known();
            text.append("\n  ").append((float) costs.serviceMs()).append(' ').append((float) costs.coldMs());
            text.append(' ').append((float) costs.firstMs()).append(' ').append((float) costs.laterMs());
            text.append(' ').append(costs.services()).append(' ').append(costs.colds());
            text.append("\n  ").append(state.profile().seen()).append(' ').append((float)
                    state.profile().intervalMs());
            text.append(' ').append((float) state.profile().deviationMs());
            for (KeyState.Replica replica : state.replicas()) {
                text.append("\n    ").append(replica.instanceId()).append(' ').append(replica.epoch());
                replica.served().forEach(container -> text.append(' ').append(container.id()));
            }
        }
        return text.toString();
    }
}

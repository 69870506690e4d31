package dev.berth.executor.pool;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("core")
class KeyTableTest {
    private final ContainerTable containers = new ContainerTable();
    private final KeyTable keys = new KeyTable(containers, 2);
    private final Container container = new Container("c1", Jobs.kind(Jobs.F), null, 0);

    @Test
    void theKeyUsedLongestAgoIsForgottenAndItsContainerKnowsThatItHasForgotten() {
        containers.add(container);
        Key eldest = used("a");
        used("b");
        assertThat(container.forgetful).isFalse();
        used("c");
        assertThat(container.forgetful).isTrue();
        assertThat(container.keys).hasSize(2).doesNotContain(eldest);
    }

    @Test
    void aKeyWithOpenJobsIsNotForgotten() {
        containers.add(container);
        Key open = keys.invoked(Jobs.keyed("1", "open"), 0);
        keys.serve(open, container);
        used("b");
        used("c");
        used("d");
        assertThat(container.keys).contains(open);
        assertThat(keys.invoked(Jobs.keyed("2", "open"), 0)).isSameAs(open);
    }

    @Test
    void aContainerServesAKeyForTheFirstTimeOnce() {
        containers.add(container);
        Key key = keys.invoked(Jobs.keyed("1", "k"), 0);
        keys.bind(key, container, false);
        assertThat(keys.serve(key, container)).isTrue();
        assertThat(keys.serve(key, container)).isFalse();
    }

    @Test
    void oneThatIsKnownToHaveServedAKeyDoesNotDoSoForTheFirstTime() {
        containers.add(container);
        Key key = keys.invoked(Jobs.keyed("1", "k"), 0);
        keys.bind(key, container, true);
        assertThat(keys.serve(key, container)).isFalse();
    }

    private Key used(String value) {
        Key key = keys.invoked(Jobs.keyed(value, value), 0);
        keys.serve(key, container);
        keys.ended(key);
        return key;
    }
}

package dev.berth.gateway.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.gateway.auth.core.Key;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("core")
@Tag("S2")
class KeyFileTest {
    @TempDir
    private Path folder;

    @Test
    void keysAreReadBackAndOpenWithTheirSecretsOnly() {
        KeyFile file = new KeyFile(folder.resolve("gateway"));
        KeyMaker maker = new KeyMaker(file);
        assertThat(file.read().all()).isEmpty();

        KeyMaker.Made access = maker.access("a", "for the pipeline", 5);
        KeyMaker.Made api = maker.api("b", "", 6);

        assertThat(file.read().all()).containsExactly(access.key(), api.key());
        assertThat(file.read().access(access.key().id()).orElseThrow().secret()).isEqualTo(access.secret());
        assertThat(file.read().ofToken(api.secret())).contains(api.key());
        assertThat(file.read().ofToken(api.secret() + "x")).isEmpty();
        assertThat(file.read().ofToken(Key.Api.token(access.key().id(), access.secret())))
                .as("an access key's secret is no token")
                .isEmpty();
        assertThat(file.read().ofSecret(access.key().id(), access.secret())).contains(access.key());
        assertThat(maker.delete(access.key().id())).isTrue();
        assertThat(maker.delete(access.key().id())).isFalse();
        assertThat(file.read().all()).containsExactly(api.key());
    }

    @Test
    void theFileIsForItsOwnerAndHoldsNoTokenOfAnApiKey() throws Exception {
        KeyFile file = new KeyFile(folder);
        String token = new KeyMaker(file).api("a", "", 1).secret();

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file.path())))
                .isEqualTo("rw-------");
        assertThat(Files.readString(file.path())).doesNotContain(token.substring(token.lastIndexOf('_') + 1));
        Files.setPosixFilePermissions(file.path(), PosixFilePermissions.fromString("rw-r--r--"));
        assertThatThrownBy(file::read).hasMessageContaining("chmod 600");
    }

    @Test
    void aDamagedFileIsSaidToBeOneWithoutShowingWhatIsInIt() throws Exception {
        KeyFile file = new KeyFile(folder);
        new KeyMaker(file).api("a", "", 1);
        Files.writeString(file.path(), "{\"secret\": \"s3cret\"");

        assertThatThrownBy(file::read)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("damaged")
                .hasMessageNotContaining("s3cret");
    }

    @Test
    void whoMakeKeysAtTheSameTimeLoseNone() {
        KeyMaker maker = new KeyMaker(new KeyFile(folder));

        CompletableFuture.allOf(IntStream.range(0, 8)
                        .mapToObj(i -> CompletableFuture.runAsync(() -> maker.api("t" + i, "", i)))
                        .toArray(CompletableFuture[]::new))
                .join();

        assertThat(new KeyFile(folder).read().all()).hasSize(8);
    }

    @Test
    void aTenantOrANoteThatCannotBeIsRefused() {
        KeyMaker maker = new KeyMaker(new KeyFile(folder));

        assertThatThrownBy(() -> maker.api("a/b", "", 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> maker.access("a", "two\nlines", 1)).isInstanceOf(IllegalArgumentException.class);
    }
}

package dev.berth.executor.code;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.executor.Zips;
import dev.berth.executor.container.Directories;
import dev.berth.schemas.CodeRef;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("core")
class UnzipperTest {
    private static final String SHA = "a".repeat(64);
    private Path home;
    private Path root;

    @BeforeEach
    void makeDirectories() throws Exception {
        home = Files.createTempDirectory("berth-unzip-");
        root = Files.createDirectory(home.resolve("root"));
    }

    @AfterEach
    void removeDirectories() throws Exception {
        // JUnit's own does not delete what is read-only for users other than root.
        Directories.delete(home);
    }

    @Test
    void aPackageIsLaidDownReadOnly() throws Exception {
        Unzipper.unzip(Zips.of("app.py", "x = 1", "pkg/mod.py", "y = 2"), root);
        assertThat(root.resolve("app.py")).hasContent("x = 1");
        assertThat(root.resolve("pkg/mod.py")).hasContent("y = 2");
        assertThat(Files.getPosixFilePermissions(root.resolve("app.py")))
                .noneMatch(permission -> permission.name().endsWith("WRITE"));
        assertThat(Files.getPosixFilePermissions(root.resolve("pkg")))
                .noneMatch(permission -> permission.name().endsWith("WRITE"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"../out", "a/../../out", "/etc/out", "..", "a\\..\\out", "nul\0name"})
    void anEntryThatWouldLieOutsideIsRefused(String name) {
        assertThatThrownBy(() -> Unzipper.unzip(Zips.of(name, "x"), root)).isInstanceOf(CodeException.class);
        assertThat(home.resolve("out")).doesNotExist();
        assertThat(root).isEmptyDirectory();
    }

    @Test
    void aSymbolicLinkIsRefused() throws Exception {
        Path zip = home.resolve("link.zip");
        Process packer = new ProcessBuilder("python3", "-c", """
                        import sys, zipfile
                        archive = zipfile.ZipFile(sys.argv[1], 'w')
                        link = zipfile.ZipInfo('link')
                        link.create_system = 3
                        link.external_attr = 0o120777 << 16
                        archive.writestr(link, '/etc/passwd')
                        archive.close()
                        """, zip.toString())
                .inheritIO()
                .start();
        assertThat(packer.waitFor()).isZero();
        assertThatThrownBy(() -> Unzipper.unzip(Files.readAllBytes(zip), root))
                .isInstanceOf(CodeException.class)
                .hasMessageContaining("symbolic link (link)");
    }

    @Test
    void aZipBombIsStoppedAtTheLimit() {
        byte[] bomb = Zips.of("zeros", "\0".repeat(10_000_000));
        assertThat(bomb.length).isLessThan(50_000);
        assertThatThrownBy(() -> Unzipper.unzip(bomb, root, 1_000_000))
                .isInstanceOf(CodeException.class)
                .hasMessageContaining("over 1000000 bytes unzipped");
    }

    @Test
    void whatIsNoZipIsCalledSo() {
        byte[] text = "print('hello')".repeat(10).getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() -> Unzipper.unzip(text, root)).hasMessageContaining("not a zip");
    }

    @Test
    void aPackageIsFetchedOnceAndKeptOverARestart() throws Exception {
        AtomicInteger fetches = new AtomicInteger();
        CodeStore.CodeSource source = code -> {
            fetches.incrementAndGet();
            return Zips.of("app.py", "x = 1");
        };
        CodeRef code = new CodeRef(SHA, 10L, 1, 0L);
        Path first = new CodeStore(root, source).unzipped(code);
        CodeStore restarted = new CodeStore(root, source);
        assertThat(restarted.unzipped(code)).isEqualTo(first);
        assertThat(restarted.unzipped(code)).isEqualTo(first);
        assertThat(fetches).hasValue(1);
    }

    @Test
    void aPackageThatFailedIsTriedAgainAndLeavesNothing() throws Exception {
        AtomicInteger fetches = new AtomicInteger();
        CodeStore store = new CodeStore(
                root, code -> fetches.incrementAndGet() == 1 ? Zips.of("../x", "x") : Zips.of("app.py", "x"));
        CodeRef code = new CodeRef(SHA, 10L, 1, 0L);
        assertThatThrownBy(() -> store.unzipped(code)).isInstanceOf(CodeException.class);
        assertThat(root).isEmptyDirectory();
        assertThat(store.unzipped(code).resolve("app.py")).exists();
    }
}

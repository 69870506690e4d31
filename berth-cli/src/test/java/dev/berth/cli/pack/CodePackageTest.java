package dev.berth.cli.pack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.cli.text.Failure;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("core")
class CodePackageTest {
    @TempDir
    private Path folder;

    @Test
    void theSameCodeGivesTheSameBytesWhereverAndWheneverItIsPacked() throws IOException {
        Path here = code("here", 1_000_000_000_000L);
        Path there = code("there", 1_700_000_000_000L);

        assertThat(CodePackage.of(here)).isEqualTo(CodePackage.of(there));
    }

    @Test
    void executableBitsAreKept() throws IOException {
        byte[] zip = CodePackage.of(code("app", 0));

        try (FileSystem files = open(zip)) {
            assertThat(Files.getPosixFilePermissions(files.getPath("/bootstrap")))
                    .contains(PosixFilePermission.OWNER_EXECUTE, PosixFilePermission.OTHERS_EXECUTE);
            assertThat(Files.getPosixFilePermissions(files.getPath("/lib/helper.py")))
                    .doesNotContain(PosixFilePermission.OWNER_EXECUTE);
        }
    }

    @Test
    void repositoriesAndCachesStayBehind() throws IOException {
        Path app = code("app", 0);
        Files.writeString(Files.createDirectories(app.resolve(".git")).resolve("HEAD"), "ref");
        Files.writeString(
                Files.createDirectories(app.resolve("lib/__pycache__")).resolve("helper.pyc"), "cache");

        try (FileSystem files = open(CodePackage.of(app));
                var entries = Files.walk(files.getPath("/"))) {
            assertThat(entries.filter(Files::isRegularFile).map(Path::toString).sorted())
                    .isEqualTo(List.of("/bootstrap", "/lib/helper.py"));
        }
    }

    @Test
    void oneFileIsPackedUnderItsName() throws IOException {
        Path file = Files.writeString(folder.resolve("app.py"), "def handler(e, c): pass");

        try (FileSystem files = open(CodePackage.of(file))) {
            assertThat(Files.readString(files.getPath("/app.py"))).contains("handler");
        }
    }

    @Test
    void aZipIsTakenAsItIs() throws IOException {
        byte[] bytes = CodePackage.of(code("app", 0));
        Path zip = Files.write(folder.resolve("app.ZIP"), bytes);

        assertThat(CodePackage.of(zip)).isEqualTo(bytes);
    }

    @Test
    void whatIsNotThereOrEmptyOrNoZipIsRefusedInOneLine() throws IOException {
        Path notZip = Files.writeString(folder.resolve("text.zip"), "not a zip");
        Path empty = Files.createDirectory(folder.resolve("empty"));

        assertThatThrownBy(() -> CodePackage.of(folder.resolve("nothing")))
                .isInstanceOf(Failure.class)
                .hasMessageContaining("nothing");
        assertThatThrownBy(() -> CodePackage.of(empty))
                .isInstanceOf(Failure.class)
                .hasMessageContaining("no files");
        assertThatThrownBy(() -> CodePackage.of(notZip))
                .isInstanceOf(Failure.class)
                .hasMessageContaining("not a zip");
    }

    private Path code(String name, long timeMs) throws IOException {
        Path app = Files.createDirectories(folder.resolve(name));
        Path bootstrap = Files.writeString(app.resolve("bootstrap"), "#!/bin/sh\n");
        Files.setPosixFilePermissions(bootstrap, PosixFilePermissions.fromString("rwxr-x---"));
        Path helper =
                Files.writeString(Files.createDirectories(app.resolve("lib")).resolve("helper.py"), "x = 1\n");
        Files.setLastModifiedTime(bootstrap, FileTime.fromMillis(timeMs));
        Files.setLastModifiedTime(helper, FileTime.fromMillis(timeMs + 12_345));
        return app;
    }

    private FileSystem open(byte[] zip) throws IOException {
        Path file = Files.write(Files.createTempFile(folder, "opened", ".zip"), zip);
        return FileSystems.newFileSystem(URI.create("jar:" + file.toUri()), Map.of("enablePosixFileAttributes", true));
    }
}

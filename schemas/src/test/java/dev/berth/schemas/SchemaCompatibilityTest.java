package dev.berth.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What was written with any released schema can be read with today's (BACKWARD). At a release, copy src/main/avro into a new
 * folder of src/test/resources/released.
 */
@Tag("core")
class SchemaCompatibilityTest {
    private static final Path RELEASED = Path.of("src", "test", "resources", "released");
    /** Records that others need; parsed first, as the build does. */
    private static final List<String> FIRST = List.of("Invocation.avsc", "Result.avsc", "Outcome.avsc");

    @Test
    void todaysSchemasReadWhatEveryReleaseWrote() throws IOException {
        Map<String, Schema> today = schemas(Path.of("src", "main", "avro"));
        List<Path> releases = list(RELEASED);
        assertThat(releases).isNotEmpty();
        for (Path release : releases) {
            schemas(release).forEach((file, written) -> {
                assertThat(today)
                        .as("%s of release %s was removed", file, release)
                        .containsKey(file);
                var verdict = SchemaCompatibility.checkReaderWriterCompatibility(today.get(file), written);
                assertThat(verdict.getType())
                        .as("%s against release %s: %s", file, release, verdict.getDescription())
                        .isEqualTo(SchemaCompatibilityType.COMPATIBLE);
            });
        }
    }

    @Test
    void aFieldThatIsTakenAwayOrAddedWithoutADefaultWouldBeNoticed() {
        Schema before = record("{\"name\":\"a\",\"type\":\"string\"}");
        Schema after = record("{\"name\":\"a\",\"type\":\"string\"},{\"name\":\"b\",\"type\":\"string\"}");
        assertThat(SchemaCompatibility.checkReaderWriterCompatibility(after, before)
                        .getType())
                .isEqualTo(SchemaCompatibilityType.INCOMPATIBLE);
    }

    private static Schema record(String fields) {
        return new Schema.Parser().parse("{\"type\":\"record\",\"name\":\"R\",\"fields\":[" + fields + "]}");
    }

    private static Map<String, Schema> schemas(Path folder) throws IOException {
        Schema.Parser parser = new Schema.Parser();
        Map<String, Schema> found = new TreeMap<>();
        List<Path> files = new ArrayList<>(list(folder));
        files.sort((a, b) -> Integer.compare(order(a), order(b)));
        for (Path file : files) {
            found.put(file.getFileName().toString(), parser.parse(Files.readString(file)));
        }
        return found;
    }

    private static int order(Path file) {
        int at = FIRST.indexOf(file.getFileName().toString());
        return at < 0 ? FIRST.size() : at;
    }

    private static List<Path> list(Path folder) throws IOException {
        try (Stream<Path> paths = Files.list(folder)) {
            return paths.sorted().toList();
        }
    }
}

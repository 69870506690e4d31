package dev.berth.cli.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file of topology-docs that is made from the code. */
public final class Page {
    /** Where they are. */
    public static final Path FOLDER = Path.of(System.getProperty("berth.home"), "topology-docs")
            .toAbsolutePath()
            .normalize();

    /** What makes all of them anew; also in topology-docs/README.md. */
    public static final String HOW = "./berth test -Dtest='*DocsTest,JobsTopologyTest' -Dberth.writeDocs=true";

    private Page() {}

    /** The same for what stands between {@code <!-- MARK: begin -->} and {@code <!-- MARK: end -->} of a page that is written by hand. */
    public static void checkPart(String name, String mark, String wanted) throws IOException {
        String page = Files.readString(FOLDER.resolve(name));
        String begin = "<!-- " + mark + ": begin -->\n";
        int from = page.indexOf(begin);
        int to = page.indexOf("<!-- " + mark + ": end -->");
        assertThat(from).as("%s has %s", name, begin.strip()).isBetween(0, to);
        check(name, page.substring(0, from) + begin + wanted + page.substring(to));
    }

    /** Fails if the file is not as it should be; writes it instead with {@code -Dberth.writeDocs=true}. */
    public static void check(String name, String wanted) throws IOException {
        Path file = FOLDER.resolve(name);
        if (Boolean.getBoolean("berth.writeDocs")) {
            Files.writeString(file, wanted);
        }
        assertThat(Files.exists(file) ? Files.readString(file) : "")
                .as("topology-docs/%s is not what the code says now. To bring it up to date: %s", name, HOW)
                .isEqualTo(wanted);
    }
}

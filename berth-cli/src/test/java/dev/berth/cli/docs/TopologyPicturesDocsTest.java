package dev.berth.cli.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;

/** Each text in topology-docs/topologies, which other tests hold against the code, has its picture. */
@Tag("core")
@Tag("O5")
class TopologyPicturesDocsTest {
    private static final Path FOLDER = Page.FOLDER.resolve("topologies");

    @Test
    void eachTopologyHasItsPicture() throws IOException {
        for (String name : named(".txt")) {
            Page.check(
                    "topologies/" + name + ".svg",
                    TopologyPicture.of(name, Files.readString(FOLDER.resolve(name + ".txt"))));
        }
        assertThat(named(".svg")).as("pictures").isEqualTo(named(".txt"));
    }

    @Test
    void allThatATopologyReadsKeepsAndWritesIsInItsPicture() throws Exception {
        String svg = TopologyPicture.of("example", """
                Topologies:
                   Sub-topology: 0
                    Source: in (topics: [a<b, c])
                      --> work
                    Processor: work (stores: [kept, held])
                      --> more, out
                      <-- in
                    Processor: more (stores: [])
                      --> none
                      <-- work
                    Sink: out (topic: d)
                      <-- work
                  Sub-topology: 1 for global store (will not generate tasks)
                    Source: all (topics: [e])
                      --> reader
                    Processor: reader (stores: [table])
                      --> none
                      <-- all
                """);
        Document document = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
        NodeList texts = document.getElementsByTagName("text");
        assertThat(IntStream.range(0, texts.getLength())
                        .mapToObj(each -> texts.item(each).getTextContent()))
                .contains("a<b", "c", "work", "kept", "held", "more", "d", "e", "reader", "table");
        assertThat(svg.split("class=\"way\"", -1))
                .as("arrows, and what is before the first")
                .hasSize(4 + 1);
    }

    @Test
    void aLineThatIsNotUnderstoodIsNotLeftOut() {
        assertThatThrownBy(() -> TopologyText.parse("Topologies:\n  Something: new"))
                .hasMessageContaining("Something: new");
    }

    private static Set<String> named(String ending) throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(ending))
                    .map(name -> name.substring(0, name.length() - ending.length()))
                    .collect(Collectors.toSet());
        }
    }
}

package dev.berth.cli.docs;

import dev.berth.cli.docs.TopologyText.Kind;
import dev.berth.cli.docs.TopologyText.Node;
import dev.berth.cli.docs.TopologyText.Part;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A topology as an SVG: what it reads on the left, the processors with their stores in the middle, what it writes on the right; a frame
 * for each sub-topology. Its colours follow the reader's choice of light or dark.
 */
final class TopologyPicture {
    private static final int MARGIN = 24;
    private static final int GAP = 110;
    private static final int ROW_GAP = 14;
    private static final int LINE = 20;
    private static final int PADDING = 10;
    /** Of the font below, at 13 px. */
    private static final double LETTER = 7.9;

    private static final String STYLE = """
            <style>
            svg { --back: #fff; --frame: #d0d7de; --soft: #57606a; --word: #1f2328; --topic: #e6f0fe; --topic-line: #3b6fb6;
              --work: #fff3d9; --work-line: #b07d1a; --store: #fdfaf2 }
            @media (prefers-color-scheme: dark) {
              svg { --back: #0d1117; --frame: #30363d; --soft: #9aa4af; --word: #e6edf3; --topic: #13253d; --topic-line: #5b93dd;
                --work: #33280f; --work-line: #c9952f; --store: #1f1a0e }
            }
            .back { fill: var(--back) } .frame { fill: none; stroke: var(--frame) }
            .topic { fill: var(--topic); stroke: var(--topic-line) } .work { fill: var(--work); stroke: var(--work-line) }
            .store { fill: var(--store); stroke: var(--work-line) } .way { fill: none; stroke: var(--soft) } .tip { fill: var(--soft) }
            text { fill: var(--word); font: 13px ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace }
            .in { text-anchor: middle } .about { fill: var(--soft); font: 12px system-ui, "DejaVu Sans", sans-serif }
            </style>
            """;

    private final StringBuilder drawn = new StringBuilder();
    private int bottom = MARGIN;
    private int right;

    private TopologyPicture() {}

    private record Box(int x, int y, int width, int height) {
        int middle() {
            return y + height / 2;
        }
    }

    /**
     * The picture; the same for the same text.
     *
     * @param name whose topology it is
     * @param text as {@code Topology#describe()} has it
     */
    static String of(String name, String text) {
        TopologyPicture picture = new TopologyPicture();
        List<Part> parts = TopologyText.parse(text);
        List<Part> tasks = parts.stream().filter(part -> !part.global()).toList();
        tasks.forEach(
                part -> picture.frame("Sub-topology " + part.number() + ": a task for each partition", List.of(part)));
        List<Part> tables = parts.stream().filter(Part::global).toList();
        if (!tables.isEmpty()) {
            picture.frame("Global tables: each process reads all of these topics", tables);
        }
        return picture.svg(name);
    }

    private void frame(String about, List<Part> parts) {
        int top = bottom;
        bottom += 2 * LINE + ROW_GAP;
        int inner = 0;
        List<Integer> widths = widths(parts);
        for (Part part : parts) {
            inner = Math.max(inner, part(part, widths));
        }
        int width = Math.max(inner, (int) (about.length() * LETTER)) + PADDING;
        line("<rect class=\"frame\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"8\"/>"
                .formatted(MARGIN, top, width, bottom - top));
        line("<text class=\"about\" x=\"%d\" y=\"%d\">%s</text>"
                .formatted(MARGIN + PADDING, top + LINE + 2, escaped(about)));
        right = Math.max(right, MARGIN + width);
        bottom += MARGIN;
    }

    /** One part below what was drawn; how far it reaches to the right. */
    private int part(Part part, List<Integer> widths) {
        List<List<Node>> columns = columns(part);
        int tallest = columns.stream().mapToInt(TopologyPicture::height).max().orElse(0);
        Map<String, Box> placed = new HashMap<>();
        int x = MARGIN + 2 * PADDING;
        for (int column = 0; column < columns.size(); column++) {
            int y = bottom + (tallest - height(columns.get(column))) / 2;
            for (Node node : columns.get(column)) {
                Box box = new Box(x, y, widths.get(column), height(node));
                placed.put(node.name(), box);
                y += box.height() + ROW_GAP;
            }
            x += widths.get(column) + GAP;
        }
        for (Node node : part.nodes()) {
            node.next().forEach(next -> arrow(placed.get(node.name()), placed.get(next)));
        }
        part.nodes().forEach(node -> draw(node, placed.get(node.name())));
        bottom += tallest + ROW_GAP;
        return x - GAP - MARGIN + PADDING;
    }

    private static List<Integer> widths(List<Part> parts) {
        List<Integer> widths = new ArrayList<>();
        for (Part part : parts) {
            List<List<Node>> columns = columns(part);
            for (int column = 0; column < columns.size(); column++) {
                int letters = columns.get(column).stream()
                        .flatMap(node -> labels(node).stream())
                        .mapToInt(String::length)
                        .max()
                        .orElse(0);
                int width = (int) (letters * LETTER) + 6 * PADDING;
                if (column < widths.size()) {
                    widths.set(column, Math.max(width, widths.get(column)));
                } else {
                    widths.add(width);
                }
            }
        }
        return widths;
    }

    /** By the longest way from a source. */
    private static List<List<Node>> columns(Part part) {
        Map<String, Integer> depths = new HashMap<>();
        // Nodes make no cycle, so the longest way has fewer steps than there are nodes.
        for (int round = 0; round < part.nodes().size(); round++) {
            for (Node node : part.nodes()) {
                int depth = depths.getOrDefault(node.name(), 0);
                node.next().forEach(next -> depths.merge(next, depth + 1, Math::max));
            }
        }
        List<List<Node>> columns = new ArrayList<>();
        for (Node node : part.nodes()) {
            int depth = depths.getOrDefault(node.name(), 0);
            while (columns.size() <= depth) {
                columns.add(new ArrayList<>());
            }
            columns.get(depth).add(node);
        }
        return columns;
    }

    private static int height(List<Node> column) {
        return column.stream().mapToInt(node -> height(node) + ROW_GAP).sum() - ROW_GAP;
    }

    private static int height(Node node) {
        int stores = node.kind() == Kind.PROCESSOR ? node.holds().size() : 0;
        return LINE * labels(node).size() + PADDING + stores * PADDING;
    }

    /** The lines of its box: topics, or a processor's name and then its stores. */
    private static List<String> labels(Node node) {
        if (node.kind() != Kind.PROCESSOR) {
            return node.holds().isEmpty() ? List.of(node.name()) : node.holds();
        }
        List<String> labels = new ArrayList<>(List.of(node.name()));
        labels.addAll(node.holds());
        return labels;
    }

    private void draw(Node node, Box box) {
        boolean processor = node.kind() == Kind.PROCESSOR;
        line("<rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"%d\"/>"
                .formatted(
                        processor ? "work" : "topic", box.x(), box.y(), box.width(), box.height(), processor ? 4 : 15));
        int y = box.y() + PADDING / 2;
        List<String> labels = labels(node);
        for (int label = 0; label < labels.size(); label++) {
            boolean store = processor && label > 0;
            if (store) {
                y += PADDING / 2;
                store(new Box(box.x() + PADDING, y, box.width() - 2 * PADDING, LINE));
            }
            line("<text class=\"in\" x=\"%d\" y=\"%d\">%s</text>"
                    .formatted(box.x() + box.width() / 2, y + LINE - 5, escaped(labels.get(label))));
            y += LINE + (store ? PADDING / 2 : 0);
        }
    }

    /** A cylinder that lies. */
    private void store(Box box) {
        int end = 6;
        int from = box.x() + end;
        int to = box.x() + box.width() - end;
        line("<path class=\"store\" d=\"M%d %d H%d A%d %d 0 0 1 %d %d H%d A%d %d 0 0 1 %d %d Z\"/>"
                .formatted(from, box.y(), to, end, LINE / 2, to, box.y() + LINE, from, end, LINE / 2, from, box.y()));
        line("<path class=\"store\" d=\"M%d %d A%d %d 0 0 0 %d %d\"/>"
                .formatted(to, box.y(), end, LINE / 2, to, box.y() + LINE));
    }

    private void arrow(Box from, Box to) {
        int begin = from.x() + from.width();
        int end = to.x() - 7;
        int bend = (begin + end) / 2;
        line("<path class=\"way\" marker-end=\"url(#tip)\" d=\"M%d %d C%d %d %d %d %d %d\"/>"
                .formatted(begin, from.middle(), bend, from.middle(), bend, to.middle(), end, to.middle()));
    }

    private void line(String element) {
        drawn.append(element).append('\n');
    }

    private String svg(String name) {
        return """
                <svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d" role="img">
                <title>The topology of the %s</title>
                """.formatted(right + MARGIN, bottom, right + MARGIN, bottom, escaped(name)) + STYLE + """
                <defs><marker id="tip" viewBox="0 0 8 8" refX="1" refY="4" markerWidth="8" markerHeight="8" orient="auto">
                <path class="tip" d="M0 0 L8 4 L0 8 Z"/></marker></defs>
                <rect class="back" width="100%" height="100%"/>
                """ + drawn
                + "</svg>\n";
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}

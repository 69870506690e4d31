package dev.berth.cli.docs;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What Kafka's {@code Topology#describe()} prints, read back. */
final class TopologyText {
    private static final Pattern PART = Pattern.compile("Sub-topology: (\\d+)( for global store.*)?");
    private static final Pattern NODE = Pattern.compile("(Source|Processor|Sink): (\\S+) \\([a-z ]+: \\[?(.*?)]?\\)");
    private static final Pattern NEXT = Pattern.compile("--> (.*)");
    private static final String BEFORE = "<--";
    private static final String NONE = "none";

    private TopologyText() {}

    enum Kind {
        SOURCE,
        PROCESSOR,
        SINK
    }

    /**
     * A node.
     *
     * @param holds the topics of a source or sink, the stores of a processor
     * @param next names of those that it gives records to
     */
    record Node(Kind kind, String name, List<String> holds, List<String> next) {}

    /**
     * A sub-topology.
     *
     * @param global it makes no tasks: each process reads all of a topic into a table
     */
    record Part(int number, boolean global, List<Node> nodes) {}

    /**
     * The parts of a topology.
     *
     * @throws IllegalArgumentException if a line is not understood
     */
    static List<Part> parse(String text) {
        List<Part> parts = new ArrayList<>();
        for (String line : text.lines().map(String::strip).toList()) {
            Matcher part = PART.matcher(line);
            Matcher node = NODE.matcher(line);
            Matcher next = NEXT.matcher(line);
            if (part.matches()) {
                parts.add(new Part(Integer.parseInt(part.group(1)), part.group(2) != null, new ArrayList<>()));
            } else if (node.matches()) {
                Kind kind = Kind.valueOf(node.group(1).toUpperCase(Locale.ROOT));
                last(parts).nodes().add(new Node(kind, node.group(2), words(node.group(3)), new ArrayList<>()));
            } else if (next.matches()) {
                last(last(parts).nodes()).next().addAll(words(next.group(1)));
            } else if (!line.isEmpty() && !line.equals("Topologies:") && !line.startsWith(BEFORE)) {
                throw new IllegalArgumentException("Not understood of a topology's description: " + line);
            }
        }
        return parts;
    }

    private static List<String> words(String text) {
        return text.isEmpty() || text.equals(NONE) ? List.of() : Arrays.asList(text.split(", ", -1));
    }

    private static <T> T last(List<T> list) {
        return list.get(list.size() - 1);
    }
}

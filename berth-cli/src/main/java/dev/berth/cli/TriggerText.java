package dev.berth.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.cli.text.Json;
import dev.berth.cli.text.Table;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Triggers for people. */
final class TriggerText {
    private TriggerText() {}

    static Table table(JsonNode triggers) {
        Table table =
                new Table("trigger", "function", "topics", "state", "lag", "in/s", "done/s", "bottleneck", "failed");
        for (JsonNode trigger : triggers) {
            JsonNode status = trigger.path("status");
            List<String> topics = new ArrayList<>();
            trigger.path("topics").forEach(topic -> topics.add(topic.asText()));
            table.row(
                    trigger.path("id").asText(),
                    trigger.path("function").asText(),
                    String.join(",", topics),
                    status.path("state").asText(),
                    status.path("lag").asText(),
                    status.path("readPerSecond").asText(),
                    status.path("donePerSecond").asText(),
                    status.path("bottleneck").asText(),
                    status.path("failed").asText());
        }
        return table;
    }

    static void show(JsonNode trigger, TableOptions tables, PrintWriter out) {
        for (Map.Entry<String, JsonNode> field : trigger.properties()) {
            JsonNode value = field.getValue();
            if (!field.getKey().equals("status") && !value.isNull() && !(value.isArray() && value.isEmpty())) {
                out.println(field.getKey() + ": " + (value.isValueNode() ? value.asText() : Json.line(value)));
            }
        }
        JsonNode status = trigger.path("status");
        out.println();
        out.println(line(status));
        if (status.has("error")) {
            out.println("error: " + status.path("error").asText());
        }
        if (!status.path("partitions").isEmpty()) {
            Table table = new Table("topic", "partition", "committed", "read up to", "end", "lag");
            status.path("partitions")
                    .forEach(partition -> table.row(
                            partition.path("topic").asText(),
                            partition.path("partition").asText(),
                            partition.path("committed").asText(),
                            partition.path("position").asText(),
                            partition.path("end").asText(),
                            partition.path("lag").asText()));
            tables.print(table, out);
        }
    }

    /** The figures on one line. */
    static String line(JsonNode status) {
        return status.path("state").asText() + "  lag " + status.path("lag").asText() + "  in "
                + status.path("readPerSecond").asText() + "/s  done "
                + status.path("donePerSecond").asText() + "/s  in flight "
                + status.path("inFlight").asText() + "  bottleneck "
                + status.path("bottleneck").asText() + "  read "
                + status.path("read").asText() + "  filtered "
                + status.path("filtered").asText() + "  done "
                + status.path("done").asText() + "  failed "
                + status.path("failed").asText() + "  workers "
                + status.path("workers").asText();
    }
}

package dev.berth.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.cli.text.Json;
import dev.berth.cli.text.Table;
import java.util.List;
import java.util.Locale;

/**
 * What was done to one process, and how long it took until nobody noticed any more.
 *
 * @param servedMs from the blow until every key had been served by a request sent after it
 * @param pinsMs until no pin pointed to an instance that was gone; -1 where that was not looked at
 * @param backMs until the process itself worked again
 * @param failed requests of clients that were refused or not answered meanwhile
 */
record ChaosRound(Blow blow, String victim, long servedMs, long pinsMs, long backMs, int failed) {
    /** What can be done to a process. */
    enum Blow {
        /** SIGKILL; started again once its work is done by others, the broker at once. */
        KILL,
        /** SIGSTOP for longer than anybody waits for it, then SIGCONT. */
        PAUSE,
        /** SIGTERM and a new start. */
        RESTART
    }

    private String what() {
        return blow.name().toLowerCase(Locale.ROOT) + " " + victim;
    }

    /** Rounds as a table. */
    static String table(List<ChaosRound> rounds) {
        Table table = new Table("blow", "all keys served, ms", "pins right, ms", "back, ms", "failed requests");
        rounds.forEach(round -> table.row(
                round.what(), round.servedMs, round.pinsMs < 0 ? null : round.pinsMs, round.backMs, round.failed));
        return String.join("\n", table.lines());
    }

    /** Rounds as JSON. */
    static ArrayNode json(List<ChaosRound> rounds) {
        ArrayNode all = Json.object().putArray("rounds");
        for (ChaosRound round : rounds) {
            ObjectNode row = all.addObject().put("blow", round.what()).put("servedMs", round.servedMs);
            if (round.pinsMs >= 0) {
                row.put("pinsMs", round.pinsMs);
            }
            row.put("backMs", round.backMs).put("failed", round.failed);
        }
        return all;
    }
}

package dev.berth.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.cli.text.Failure;
import dev.berth.cli.text.Json;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;

/** The demo's real input: flights and airports, from examples/. */
final class Flights {
    private static final String FUNCTION = "flights/function/flights.py";
    private static final String FLIGHTS = "data/flights-20k.json.gz";
    private static final String AIRPORTS = "data/airports.csv";

    private Flights() {}

    /**
     * The first flights of the file, in its order; when more are asked for than it holds, it is read from the start again.
     *
     * @param run begins each id, so that runs on one broker do not meet
     */
    static List<Flight> read(Path examples, int count, String run) {
        JsonNode all = parse(required(examples.resolve(FLIGHTS)));
        List<Flight> flights = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            JsonNode flight = all.get(i % all.size());
            flights.add(new Flight(
                    run + "-" + i,
                    flight.path("origin").asText(),
                    flight.path("delay").asInt(),
                    Json.line(flight)));
        }
        return flights;
    }

    /** The files of the function's code package: the handler, and the airport reference made from the CSV in a folder. */
    static SortedMap<String, Path> code(Path examples, Path folder) {
        Path reference = folder.resolve("airports.sqlite");
        try {
            makeReference(required(examples.resolve(AIRPORTS)), reference);
        } catch (IOException | SQLException e) {
            throw new Failure("The airport reference cannot be made at " + reference + ": " + e.getMessage(), e);
        }
        SortedMap<String, Path> code = new TreeMap<>();
        code.put("flights.py", required(examples.resolve(FUNCTION)));
        code.put("airports.sqlite", reference);
        return code;
    }

    private static void makeReference(Path csv, Path reference) throws IOException, SQLException {
        List<List<String>> rows = new ArrayList<>();
        for (String line : Files.readAllLines(csv, StandardCharsets.UTF_8)) {
            rows.add(csvFields(line));
        }
        try (Connection database = DriverManager.getConnection("jdbc:sqlite:" + reference)) {
            database.setAutoCommit(false);
            try (Statement create = database.createStatement()) {
                create.execute(
                        "CREATE TABLE airport (iata TEXT PRIMARY KEY, name TEXT NOT NULL, city TEXT NOT NULL) WITHOUT ROWID");
            }
            try (PreparedStatement insert = database.prepareStatement("INSERT INTO airport VALUES (?, ?, ?)")) {
                for (List<String> row : rows.subList(1, rows.size())) {
                    for (int column = 0; column < 3; column++) {
                        insert.setString(column + 1, row.get(column));
                    }
                    insert.addBatch();
                }
                insert.executeBatch();
            }
            database.commit();
        }
    }

    /** The fields of a line of CSV; quotes hold commas, doubled quotes are quotes. */
    static List<String> csvFields(String line) {
        List<String> fields = new ArrayList<>();
        StringBuilder field = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c == '"' && quoted && i + 1 < line.length() && line.charAt(i + 1) == '"') {
                field.append('"');
                i++;
            } else if (c == '"') {
                quoted = !quoted;
            } else if (c == ',' && !quoted) {
                fields.add(field.toString());
                field.setLength(0);
            } else {
                field.append(c);
            }
        }
        fields.add(field.toString());
        return fields;
    }

    private static JsonNode parse(Path gzip) {
        try (InputStream in = new GZIPInputStream(Files.newInputStream(gzip))) {
            return Json.parse(in.readAllBytes());
        } catch (IOException e) {
            throw new Failure("The flights in " + gzip + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static Path required(Path file) {
        if (!Files.isReadable(file)) {
            throw new Failure("The demo needs " + file
                    + ", which is not there. Run ./berth from a whole checkout of the repository.");
        }
        return file;
    }
}

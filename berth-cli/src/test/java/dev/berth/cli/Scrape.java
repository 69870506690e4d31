package dev.berth.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What {@code /metrics} said once, read by the grammar of Prometheus' text format 0.0.4. */
final class Scrape {
    private static final Pattern COMMENT = Pattern.compile("# (HELP [a-zA-Z_:][a-zA-Z0-9_:]* .*"
            + "|TYPE [a-zA-Z_:][a-zA-Z0-9_:]* (counter|gauge|histogram|summary|untyped))");
    private static final Pattern SAMPLE =
            Pattern.compile("([a-zA-Z_:][a-zA-Z0-9_:]*)(\\{(.*)})? (NaN|[+-]Inf|[-+0-9.eE]+)");
    private static final Pattern LABEL = Pattern.compile("([a-zA-Z_][a-zA-Z0-9_]*)=\"((?:[^\"\\\\]|\\\\.)*)\"(?:,|$)");

    /** A line: its name, its labels, its value. */
    record Sample(String name, TreeMap<String, String> labels, double value) {}

    private final List<Sample> samples = new ArrayList<>();

    static Scrape of(String url) {
        try {
            HttpResponse<String> answer = HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create(url + "/metrics")).build(),
                            HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.headers().firstValue("Content-Type"))
                    .hasValueSatisfying(type -> assertThat(type).startsWith("text/plain; version=0.0.4"));
            return new Scrape(answer.body());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private Scrape(String text) {
        text.lines().forEach(line -> {
            if (line.startsWith("#")) {
                assertThat(line).matches(COMMENT);
                return;
            }
            Matcher sample = SAMPLE.matcher(line);
            assertThat(sample.matches()).as(line).isTrue();
            TreeMap<String, String> labels = new TreeMap<>();
            int end = 0;
            String all = sample.group(3) == null ? "" : sample.group(3);
            for (Matcher label = LABEL.matcher(all); label.find(); end = label.end()) {
                assertThat(label.start()).as(line).isEqualTo(end);
                labels.put(label.group(1), label.group(2));
            }
            assertThat(end).as(line).isEqualTo(all.length());
            String number = sample.group(4).replace("Inf", "Infinity");
            samples.add(new Sample(sample.group(1), labels, Double.parseDouble(number)));
        });
    }

    /** The sum of all samples of a name whose labels have these values: name, value, name, value. */
    double sum(String name, String... labels) {
        return samples.stream()
                .filter(sample -> sample.name().equals(name))
                .filter(sample -> {
                    for (int i = 0; i < labels.length; i += 2) {
                        if (!labels[i + 1].equals(sample.labels().get(labels[i]))) {
                            return false;
                        }
                    }
                    return true;
                })
                .mapToDouble(Sample::value)
                .sum();
    }

    boolean has(String name) {
        return samples.stream().anyMatch(sample -> sample.name().equals(name));
    }
}

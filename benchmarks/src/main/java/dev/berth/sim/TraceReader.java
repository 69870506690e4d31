package dev.berth.sim;

import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

/** Reads traces, plain or gzip. */
final class TraceReader {
    private TraceReader() {}

    /** Formats by name; {@code auto} tells them apart by what the file begins with. */
    enum Format {
        AUTO,
        BERTH,
        AZURE2019,
        AZURE2021
    }

    /**
     * Reads a trace.
     *
     * @param trace a file, a directory with Azure's files of 2019, {@code synthetic:NAME}, or {@code sample}: a small part of
     *     Azure's that is shipped with the simulator
     */
    static Trace read(String trace, Format format, long seed) throws IOException {
        if (trace.startsWith("synthetic:")) {
            return SyntheticTraces.named(trace.substring("synthetic:".length()), seed);
        }
        if (trace.equals("sample")) {
            try (InputStream in = TraceReader.class.getResourceAsStream("azure2019-b-sample.csv.gz")) {
                return berth(new GZIPInputStream(in));
            }
        }
        Path path = Path.of(trace);
        if (format == Format.AZURE2019 || (format == Format.AUTO && Files.isDirectory(path))) {
            return Azure2019.read(path, seed);
        }
        if (!Files.isRegularFile(path)) {
            throw new IOException("There is no trace " + path.toAbsolutePath() + ". Give a file, a directory of the"
                    + " Azure 2019 trace, sample, or synthetic: and one of " + String.join(", ", SyntheticTraces.NAMES)
                    + ".");
        }
        boolean azure2021 = format == Format.AZURE2021;
        if (format == Format.AUTO) {
            try (InputStream in = open(path)) {
                azure2021 = new String(in.readNBytes(9), StandardCharsets.UTF_8)
                        .replace("\"", "")
                        .startsWith("app,func");
            }
        }
        try (InputStream in = open(path)) {
            return azure2021 ? Azure2021.read(in, seed) : berth(in);
        }
    }

    /** Berth's own format: {@code t_ms,key,dur_ms,mem_mb,cold_ms} with a header. */
    static Trace berth(InputStream in) throws IOException {
        Trace.Builder builder = new Trace.Builder();
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8), 1 << 16)) {
            String header = lines.readLine();
            if (header == null || !header.startsWith("t_ms,key,dur_ms,mem_mb,cold_ms")) {
                throw new IOException("The trace does not begin with t_ms,key,dur_ms,mem_mb,cold_ms but with " + header
                        + ". Is it of another --format?");
            }
            int number = 1;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                number++;
                int a = line.indexOf(',');
                int b = line.indexOf(',', a + 1);
                int c = line.indexOf(',', b + 1);
                int d = line.indexOf(',', c + 1);
                if (d < 0) {
                    throw new IOException("Line " + number + " of the trace has fewer than five columns: " + line);
                }
                builder.add(
                        Double.parseDouble(line.substring(0, a)),
                        line.substring(a + 1, b),
                        Double.parseDouble(line.substring(b + 1, c)),
                        Double.parseDouble(line.substring(c + 1, d)),
                        Double.parseDouble(line.substring(d + 1)));
            }
        }
        return builder.build();
    }

    /** Opens a file, unpacking it if it is gzip, whatever its name. */
    static InputStream open(Path file) throws IOException {
        BufferedInputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
        in.mark(2);
        boolean gzip = in.read() == 0x1f && in.read() == 0x8b;
        in.reset();
        return gzip ? new GZIPInputStream(in, 1 << 16) : in;
    }
}

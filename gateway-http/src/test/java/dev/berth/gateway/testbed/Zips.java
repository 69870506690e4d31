package dev.berth.gateway.testbed;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Code packages. */
public final class Zips {
    private Zips() {}

    /** A zip with one file. */
    public static byte[] of(String name, byte[] content) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            ZipEntry entry = new ZipEntry(name);
            // The same file makes the same package, whenever it is made.
            entry.setTime(0);
            zip.putNextEntry(entry);
            zip.write(content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** A zip with a handler; another text makes another zip. */
    public static byte[] handler(String text) {
        return of("app.py", text.getBytes(StandardCharsets.UTF_8));
    }

    /** A zip that does not get smaller, of about so many bytes. */
    public static byte[] incompressible(int bytes) {
        byte[] content = new byte[bytes];
        new Random(1).nextBytes(content);
        return of("data.bin", content);
    }

    public static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    /** The body of a CreateFunction. */
    public static String create(String name, byte[] zip) {
        return """
                {"FunctionName":"%s","Runtime":"python3.12","Handler":"app.handler","Role":"arn:aws:iam::1:role/x",
                 "MemorySize":256,"Timeout":5,"Description":"a test","Environment":{"Variables":{"A":"1"}},
                 "Code":{"ZipFile":"%s"}}""".formatted(name, base64(zip));
    }
}

package dev.berth.executor.container;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * What a prewarmed container is told when it is given a function, whose code lies in its task root by then.
 *
 * @param environment all variables of the function, as in a container that was started for it
 * @param command what would have been started; a bootstrap that is running already knows better
 */
public record CodeOrder(Map<String, String> environment, List<String> command) {
    /**
     * As the container gets it: {@code NAME=value} each, an empty string, and the words of the command, each with a NUL behind
     * it, which none of them can hold. A shell can read that without being made to run any of it.
     */
    public byte[] bytes() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        environment.forEach((name, value) -> write(out, name + "=" + value));
        write(out, "");
        command.forEach(word -> write(out, word));
        return out.toByteArray();
    }

    private static void write(ByteArrayOutputStream out, String text) {
        out.writeBytes(text.replace("\0", "").getBytes(StandardCharsets.UTF_8));
        out.write(0);
    }
}

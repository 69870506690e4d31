package dev.berth.cli;

import java.util.Optional;
import org.apache.kafka.common.utils.AppInfoParser;
import picocli.CommandLine.IVersionProvider;

/** What {@code --version} prints, and {@code up} when it starts. */
final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
        return new String[] {text()};
    }

    static String text() {
        return "berth "
                + Optional.ofNullable(Main.class.getPackage().getImplementationVersion())
                        .orElse("(built in an IDE)")
                + ", Kafka " + AppInfoParser.getVersion()
                + ", Java " + Runtime.version();
    }
}

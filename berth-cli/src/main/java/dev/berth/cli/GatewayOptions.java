package dev.berth.cli;

import dev.berth.cli.client.GatewayClient;
import picocli.CommandLine.Option;

/** Options of each command that talks to a gateway. */
final class GatewayOptions {
    @Option(
            names = "--url",
            paramLabel = "URL",
            defaultValue = "${env:BERTH_URL:-http://127.0.0.1:8080}",
            description = "The gateway's address; also BERTH_URL. Default: ${DEFAULT-VALUE}")
    private String url;

    @Option(
            names = "--api-key",
            paramLabel = "KEY",
            defaultValue = "${env:BERTH_API_KEY}",
            description =
                    "For a gateway that wants one (see berth keys); also BERTH_API_KEY, which other users cannot see.")
    private String apiKey;

    @Option(names = "--json", description = "Print JSON, one line.")
    private boolean json;

    GatewayClient gateway() {
        return new GatewayClient(url, apiKey);
    }

    String url() {
        return url;
    }

    boolean json() {
        return json;
    }
}

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

    @Option(names = "--json", description = "Print JSON, one line.")
    private boolean json;

    GatewayClient gateway() {
        return new GatewayClient(url);
    }

    boolean json() {
        return json;
    }
}

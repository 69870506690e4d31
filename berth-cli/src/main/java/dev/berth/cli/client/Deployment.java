package dev.berth.cli.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.cli.text.Failure;
import dev.berth.cli.text.Json;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A function to be created, or updated if it is there already, through Lambda's API. */
public final class Deployment {
    private static final String FUNCTIONS = "/2015-03-31/functions";
    private static final int CONFLICT = 409;
    /** Lambda's API wants a role; Berth has none yet. */
    private static final String NO_ROLE = "arn:aws:iam::000000000000:role/berth";

    private final String name;
    private final String runtime;
    private final String handler;
    private final Map<String, String> environment = new TreeMap<>();
    private Integer memoryMb;
    private Integer timeoutSeconds;
    private boolean exclusive;
    private boolean network;
    private ObjectNode settings = Json.object();
    private final ArrayNode mounts = Json.object().putArray("Mounts");
    /** The function's code, or its image, as the gateway's API takes it. */
    private final ObjectNode source = Json.object();

    private Deployment(String name, String runtime, String handler) {
        this.name = name;
        this.runtime = runtime;
        this.handler = handler;
    }

    /**
     * A function that is a package of code.
     *
     * @param zip the package
     * @param layers packages laid over one another in /opt
     */
    public static Deployment ofCode(String name, String runtime, String handler, byte[] zip, List<byte[]> layers) {
        Deployment deployment = new Deployment(name, runtime, handler);
        deployment.source.put("ZipFile", Base64.getEncoder().encodeToString(zip));
        ArrayNode files = deployment.source.putArray("LayerFiles");
        layers.forEach(layer -> files.add(Base64.getEncoder().encodeToString(layer)));
        return deployment;
    }

    /** A function that is an image, whose entry point runs. */
    public static Deployment ofImage(String name, String image) {
        Deployment deployment = new Deployment(name, null, null);
        deployment.source.put("ImageUri", image);
        return deployment;
    }

    /** Paths of the instances, by where containers see them. */
    public Deployment mounts(Map<String, String> sourceByTarget) {
        sourceByTarget.forEach(
                (target, from) -> mounts.addObject().put("Source", from).put("Target", target));
        return this;
    }

    /** Memory of a container in MB; the gateway's default if it is not set. */
    public Deployment memoryMb(Integer memory) {
        this.memoryMb = memory;
        return this;
    }

    /** How long an invocation may run; the gateway's default if it is not set. */
    public Deployment timeoutSeconds(Integer seconds) {
        this.timeoutSeconds = seconds;
        return this;
    }

    /** Whether a container serves one routing value for its whole life. */
    public Deployment exclusive(boolean on) {
        this.exclusive = on;
        return this;
    }

    /** Whether its containers may reach the network outside, where the operator allows that. */
    public Deployment network(boolean on) {
        this.network = on;
        return this;
    }

    /** Further fields of the configuration, by their names; what is not among them stays as it is. */
    public Deployment settings(ObjectNode fields) {
        this.settings = fields;
        return this;
    }

    /** Variables of the function's environment. */
    public Deployment environment(Map<String, String> variables) {
        environment.putAll(variables);
        return this;
    }

    /**
     * Creates the function, or gives the one of that name this code and configuration.
     *
     * @return the configuration as the gateway answers it, with {@code "created"} beside it
     * @throws Failure if the gateway refuses
     */
    public ObjectNode send(GatewayClient gateway) {
        ObjectNode create = configuration();
        create.put("FunctionName", name);
        create.put("Role", NO_ROLE);
        create.put("PackageType", runtime == null ? "Image" : "Zip");
        create.set("Code", source);
        GatewayClient.Answer created = post(gateway, "POST", FUNCTIONS, create);
        if (created.status() != CONFLICT) {
            return answered(GatewayClient.required(created).json(), true);
        }
        String path = FUNCTIONS + "/" + GatewayClient.escaped(name);
        // Configuration first: should one of the two be refused, it is far likelier this one.
        GatewayClient.required(post(gateway, "PUT", path + "/configuration", configuration()));
        return answered(
                GatewayClient.required(post(gateway, "PUT", path + "/code", source))
                        .json(),
                false);
    }

    private ObjectNode configuration() {
        ObjectNode body = Json.object();
        if (runtime != null) {
            body.put("Runtime", runtime);
            body.put("Handler", handler);
        }
        body.set("Mounts", mounts);
        if (memoryMb != null) {
            body.put("MemorySize", memoryMb);
        }
        if (timeoutSeconds != null) {
            body.put("Timeout", timeoutSeconds);
        }
        body.put("Exclusive", exclusive);
        body.put("Network", network);
        ObjectNode variables = body.putObject("Environment").putObject("Variables");
        environment.forEach(variables::put);
        body.setAll(settings);
        return body;
    }

    private static GatewayClient.Answer post(GatewayClient gateway, String method, String path, ObjectNode body) {
        return gateway.send(method, path, Json.bytes(body), Map.of("Content-Type", "application/json"));
    }

    private static ObjectNode answered(JsonNode configuration, boolean created) {
        ObjectNode answer = configuration.isObject() ? (ObjectNode) configuration : Json.object();
        answer.put("created", created);
        return answer;
    }
}

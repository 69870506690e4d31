package dev.berth.gateway.registry.core;

import dev.berth.gateway.registry.core.RegistryRequest.SchemaText;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;

/**
 * The registry's decisions: {@code (state, request) -> (state, answer)}.
 *
 * <p>Schemas are compared by Avro's own rendering of them, so that white space and the order of attributes do not make two of
 * one. A schema has one id, whichever subjects it is registered under.
 */
public final class RegistryCore {
    private static final String LATEST = "latest";
    private static final String AVRO = "AVRO";

    private RegistryCore() {}

    /**
     * What became of a request.
     *
     * @param changed whether the state is another than before
     */
    public record Step(RegistryState state, boolean changed, RegistryAnswer answer) {}

    /** Answers a request. Never throws for what a client can send. */
    public static Step handle(RegistryState state, RegistryRequest request) {
        try {
            if (request instanceof RegistryRequest.Register register) {
                return register(state, register);
            }
            if (request instanceof RegistryRequest.PutConfig put) {
                return putConfig(state, put);
            }
            return new Step(state, false, new RegistryAnswer(200, query(state, request)));
        } catch (RegistryError refused) {
            return new Step(state, false, refused.answer());
        }
    }

    private static Object query(RegistryState state, RegistryRequest request) {
        if (request instanceof RegistryRequest.Lookup lookup) {
            return lookup(state, lookup);
        }
        if (request instanceof RegistryRequest.Subjects) {
            return List.copyOf(state.subjects().keySet());
        }
        if (request instanceof RegistryRequest.Versions versions) {
            int count = versions(state, versions.subject()).size();
            return IntStream.rangeClosed(1, count).boxed().toList();
        }
        if (request instanceof RegistryRequest.Version version) {
            List<Integer> ids = versions(state, version.subject());
            return version(state, version.subject(), number(version.version(), ids));
        }
        if (request instanceof RegistryRequest.SchemaById byId) {
            return Map.of("schema", schemaById(state, byId.id()));
        }
        if (request instanceof RegistryRequest.SchemaTypes) {
            return List.of(AVRO);
        }
        if (request instanceof RegistryRequest.Compatibility compatibility) {
            return compatibility(state, compatibility);
        }
        if (request instanceof RegistryRequest.GetConfig get) {
            return Map.of("compatibilityLevel", level(state, get).name());
        }
        throw new IllegalStateException("Not a query: " + request);
    }

    private static Step register(RegistryState state, RegistryRequest.Register request) {
        Schema schema = parse(request.schema());
        String text = schema.toString();
        String subject = request.subject();
        List<Integer> versions = state.versions(subject).orElse(List.of());
        Optional<Integer> known = state.idOf(text);
        if (known.isPresent() && versions.contains(known.get())) {
            return new Step(state, false, new RegistryAnswer(200, Map.of("id", known.get())));
        }
        CompatibilityLevel level = state.levelOf(subject);
        List<String> objections = level.objections(schema, schemas(state, versions));
        if (!objections.isEmpty()) {
            throw RegistryError.incompatible(
                    "Schema being registered is incompatible with an earlier schema for subject \""
                            + subject + "\" under compatibility " + level + ". Nothing was registered. "
                            + String.join("; ", objections));
        }
        RegistryState next = known.isPresent() ? state : state.withSchema(text);
        int id = known.orElseGet(() -> next.schemas().size());
        return new Step(next.withVersion(subject, id), true, new RegistryAnswer(200, Map.of("id", id)));
    }

    private static Object lookup(RegistryState state, RegistryRequest.Lookup request) {
        List<Integer> ids = versions(state, request.subject());
        int index =
                state.idOf(parse(request.schema()).toString()).map(ids::indexOf).orElse(-1);
        if (index < 0) {
            throw RegistryError.noSchema("in subject '" + request.subject() + "'");
        }
        return version(state, request.subject(), index + 1);
    }

    private static Object compatibility(RegistryState state, RegistryRequest.Compatibility request) {
        Schema schema = parse(request.schema());
        List<Integer> ids = versions(state, request.subject());
        int number = number(request.version(), ids);
        List<String> objections =
                state.levelOf(request.subject()).objections(schema, schemas(state, ids.subList(0, number)));
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("is_compatible", objections.isEmpty());
        if (request.verbose()) {
            body.put("messages", objections);
        }
        return body;
    }

    private static Step putConfig(RegistryState state, RegistryRequest.PutConfig request) {
        CompatibilityLevel level = CompatibilityLevel.named(request.level())
                .orElseThrow(() -> RegistryError.invalidLevel(request.level()));
        return new Step(
                state.withLevel(request.subject(), level),
                true,
                new RegistryAnswer(200, Map.of("compatibility", level.name())));
    }

    private static CompatibilityLevel level(RegistryState state, RegistryRequest.GetConfig request) {
        if (request.subject().isEmpty()) {
            return state.level();
        }
        String subject = request.subject().get();
        CompatibilityLevel own = state.levels().get(subject);
        if (own == null && !request.defaultToGlobal()) {
            throw RegistryError.noConfig(subject);
        }
        return state.levelOf(subject);
    }

    private static Map<String, Object> version(RegistryState state, String subject, int number) {
        int id = versions(state, subject).get(number - 1);
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("subject", subject);
        body.put("version", number);
        body.put("id", id);
        body.put("schema", state.schemas().get(id - 1));
        return body;
    }

    private static String schemaById(RegistryState state, String id) {
        try {
            return state.schema(Integer.parseInt(id)).orElseThrow(() -> RegistryError.noSchema(id));
        } catch (NumberFormatException e) {
            throw RegistryError.noSchema("'" + id + "'");
        }
    }

    private static List<Integer> versions(RegistryState state, String subject) {
        return state.versions(subject).orElseThrow(() -> RegistryError.noSubject(subject));
    }

    private static int number(String version, List<Integer> ids) {
        // Confluent takes -1 for the latest as well.
        if (version.equals(LATEST) || version.equals("-1")) {
            return ids.size();
        }
        int number;
        try {
            number = Integer.parseInt(version);
        } catch (NumberFormatException e) {
            throw RegistryError.invalidVersion(version);
        }
        if (number < 1) {
            throw RegistryError.invalidVersion(version);
        }
        if (number > ids.size()) {
            throw RegistryError.noVersion(version);
        }
        return number;
    }

    private static List<Schema> schemas(RegistryState state, List<Integer> ids) {
        return ids.stream()
                .map(id -> new Schema.Parser().parse(state.schemas().get(id - 1)))
                .toList();
    }

    private static Schema parse(SchemaText text) {
        if (!text.type().orElse(AVRO).equals(AVRO)) {
            throw RegistryError.invalidSchema(
                    "Schema type " + text.type().get()
                            + " is not held here: this registry is Berth's own and knows AVRO only. Run Confluent's for others.");
        }
        if (text.references() > 0) {
            throw RegistryError.invalidSchema(
                    "Schema references are not held here. Put the referenced types into the schema itself.");
        }
        try {
            return new Schema.Parser().parse(text.schema());
        } catch (AvroRuntimeException e) {
            throw RegistryError.invalidSchema("The schema is not valid Avro: " + e.getMessage());
        }
    }
}

package dev.berth.gateway.lambda;

import dev.berth.gateway.core.ApiError;
import dev.berth.gateway.core.Json;
import dev.berth.gateway.kafka.TableWriter;
import dev.berth.gateway.kafka.TopicTable;
import dev.berth.gateway.lambda.core.FunctionEdits;
import dev.berth.gateway.lambda.core.FunctionName;
import dev.berth.gateway.lambda.core.FunctionRequests;
import dev.berth.gateway.lambda.core.VersionEdits;
import dev.berth.schemas.CodeChunk;
import dev.berth.schemas.CodeRef;
import dev.berth.schemas.FunctionSpec;
import dev.berth.schemas.Limits;
import dev.berth.schemas.TopicCatalogue;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Changes functions: code to the code topic, then the spec to the functions topic; done when this gateway's own table has it.
 *
 * <p>Blocks; the gateway calls it on one worker thread, so its changes come one after another. Two gateways can still change
 * one function at once: the later record wins, and its revision differs.
 */
public final class FunctionDeployer {
    private static final Logger log = LoggerFactory.getLogger(FunctionDeployer.class);

    private final TopicCatalogue topics;
    private final TopicTable<FunctionSpec> functions;
    private final TableWriter writer;
    private final Clock clock = Clock.systemUTC();

    public FunctionDeployer(TopicCatalogue topics, TopicTable<FunctionSpec> functions, TableWriter writer) {
        this.topics = topics;
        this.functions = functions;
        this.writer = writer;
    }

    /** The key of a function on its topic. */
    public static String key(String tenant, String name) {
        return tenant + "/" + name;
    }

    /** CreateFunction. */
    public FunctionSpec create(String tenant, byte[] body) {
        var request = Json.lambda(body, FunctionRequests.Create.class);
        FunctionEdits.check(request);
        String key = key(tenant, request.functionName());
        requireNew(key, request.functionName());
        Packages packages =
                Packages.check(request.code().zipFile(), request.code().layerFiles());
        FunctionSpec created = FunctionEdits.create(
                tenant,
                request,
                packages.code() == null ? null : upload(tenant, packages.code()),
                packages.layers() == null ? List.of() : upload(tenant, packages.layers()),
                clock.millis());
        return store(key, published(created, request.publish()));
    }

    /** UpdateFunctionCode. */
    public FunctionSpec updateCode(String tenant, FunctionName name, byte[] body) {
        var request = Json.lambda(body, FunctionRequests.UpdateCode.class);
        FunctionSpec spec = existing(tenant, name);
        FunctionEdits.check(spec, request);
        FunctionEdits.requireRevision(spec, request.revisionId());
        Packages packages = Packages.check(request.zipFile(), request.layerFiles());
        if (Boolean.TRUE.equals(request.dryRun())) {
            return spec;
        }
        FunctionSpec changed = request.imageUri() != null
                ? FunctionEdits.withImage(spec, request.imageUri(), clock.millis())
                : FunctionEdits.withCode(
                        spec,
                        packages.code() == null ? null : upload(tenant, packages.code()),
                        packages.layers() == null ? null : upload(tenant, packages.layers()),
                        clock.millis());
        return store(key(tenant, name.name()), published(changed, request.publish()));
    }

    /** UpdateFunctionConfiguration. */
    public FunctionSpec updateConfiguration(String tenant, FunctionName name, byte[] body) {
        var request = Json.lambda(body, FunctionRequests.UpdateConfiguration.class);
        FunctionSpec spec = existing(tenant, name);
        FunctionEdits.requireRevision(spec, request.revisionId());
        return store(key(tenant, name.name()), FunctionEdits.withConfiguration(spec, request, clock.millis()));
    }

    /** Changes what is not part of a version. */
    public FunctionSpec change(String tenant, FunctionName name, UnaryOperator<FunctionSpec> edit) {
        FunctionSpec before = existing(tenant, name);
        FunctionSpec after = edit.apply(before);
        return after.equals(before) ? before : store(key(tenant, name.name()), after);
    }

    private FunctionSpec published(FunctionSpec spec, Boolean asked) {
        return Boolean.TRUE.equals(asked)
                ? VersionEdits.publish(spec, VersionEdits.Publish.plain(), clock.millis())
                : spec;
    }

    /** DeleteFunction: all of it, or the version that the name has as qualifier. Its code stays on the code topic, where others may refer to the same package. */
    public void delete(String tenant, FunctionName name) {
        if (name.qualifier().isPresent()) {
            change(tenant, name, spec -> VersionEdits.delete(spec, name));
            return;
        }
        existing(tenant, name);
        writer.put(topics.functions(), key(tenant, name.name()), null);
        log.info("Function deleted tenant={} function={}", tenant, name.name());
    }

    private FunctionSpec existing(String tenant, FunctionName name) {
        return functions
                .get(key(tenant, name.name()))
                .orElseThrow(() -> name.notFound().exception());
    }

    private void requireNew(String key, String name) {
        if (functions.get(key).isPresent()) {
            throw ApiError.conflict("Function already exist: " + name
                            + ". Update its code or configuration, or delete it first.")
                    .exception();
        }
    }

    private List<CodeRef> upload(String tenant, List<CodePackage> layers) {
        List<CodeRef> refs = new ArrayList<>();
        layers.forEach(layer -> refs.add(upload(tenant, layer)));
        return refs;
    }

    /** The package on the code topic; sent only if no function of the tenant has it there. */
    private CodeRef upload(String tenant, CodePackage code) {
        // Of the tenant only: another one must not learn by the time it takes that somebody has this code.
        Optional<CodeRef> there = functions
                .scan(tenant + "/", null)
                .map(row -> row.getValue().getLatest())
                .flatMap(latest -> Stream.concat(Stream.of(latest.getCode()), latest.getLayers().stream()))
                .filter(ref -> ref.getSha256().equals(code.sha256()))
                .findFirst();
        if (there.isPresent()) {
            return there.get();
        }
        long first = writer.append(
                topics.code(),
                IntStream.range(0, code.chunks())
                        .mapToObj(index -> Map.entry(code.sha256() + "/" + index, chunk(code, index))));
        return CodeRef.newBuilder()
                .setSha256(code.sha256())
                .setSizeBytes(code.zip().length)
                .setChunks(code.chunks())
                .setFirstOffset(first)
                .build();
    }

    private static CodeChunk chunk(CodePackage code, int index) {
        int from = index * Limits.CODE_CHUNK_BYTES;
        int length = Math.min(Limits.CODE_CHUNK_BYTES, code.zip().length - from);
        return CodeChunk.newBuilder()
                .setSha256(code.sha256())
                .setIndex(index)
                .setChunks(code.chunks())
                .setData(ByteBuffer.wrap(code.zip(), from, length))
                .build();
    }

    private FunctionSpec store(String key, FunctionSpec spec) {
        writer.put(topics.functions(), key, spec);
        log.info(
                "Function deployed tenant={} function={} revision={} sha256={}",
                spec.getTenant(),
                spec.getName(),
                spec.getLatest().getRevision(),
                spec.getLatest().getCode().getSha256());
        return spec;
    }
}

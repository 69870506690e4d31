package dev.berth.gateway.lambda;

import dev.berth.gateway.core.ApiError;
import dev.berth.gateway.core.Json;
import dev.berth.gateway.kafka.TopicFollower;
import dev.berth.gateway.kafka.TopicTable;
import dev.berth.gateway.lambda.core.FunctionEdits;
import dev.berth.gateway.lambda.core.FunctionName;
import dev.berth.gateway.lambda.core.FunctionRequests;
import dev.berth.gateway.lambda.core.VersionEdits;
import dev.berth.schemas.AvroCodec;
import dev.berth.schemas.CodeChunk;
import dev.berth.schemas.CodeRef;
import dev.berth.schemas.FunctionSpec;
import dev.berth.schemas.KafkaSettings;
import dev.berth.schemas.Limits;
import dev.berth.schemas.SchemaRegistry;
import dev.berth.schemas.TopicCatalogue;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Changes functions: code to the code topic, then the spec to the functions topic; done when this gateway's own table has it.
 *
 * <p>Blocks; the gateway calls it on one worker thread, so its changes come one after another. Two gateways can still change
 * one function at once: the later record wins, and its revision differs.
 */
public final class FunctionDeployer implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(FunctionDeployer.class);
    private static final long ACKNOWLEDGE_MS = 60_000;
    private static final long TABLE_MS = 10_000;
    private static final Duration CLOSE = Duration.ofSeconds(5);
    private static final int CODE_PARTITION = 0;

    private final TopicCatalogue topics;
    private final TopicTable<FunctionSpec> functions;
    private final TopicFollower follower;
    private final AvroCodec<FunctionSpec> specs;
    private final AvroCodec<CodeChunk> chunks;
    private final KafkaProducer<String, byte[]> producer;
    private final Clock clock = Clock.systemUTC();

    /** @param follower of the table of functions */
    public FunctionDeployer(
            KafkaSettings kafka,
            TopicCatalogue topics,
            SchemaRegistry registry,
            TopicTable<FunctionSpec> functions,
            TopicFollower follower) {
        this.topics = topics;
        this.functions = functions;
        this.follower = follower;
        this.specs = topics.functions().codec(registry).registered();
        this.chunks = topics.code().codec(registry).registered();
        Map<String, Object> config = kafka.producer("gateway-deploy");
        config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, (int) ACKNOWLEDGE_MS);
        config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, ACKNOWLEDGE_MS);
        this.producer = new KafkaProducer<>(config, new StringSerializer(), new ByteArraySerializer());
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
        put(key(tenant, name.name()), null);
        log.info("Function deleted tenant={} function={}", tenant, name.name());
    }

    @Override
    public void close() {
        producer.close(CLOSE);
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
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        for (int index = 0; index < code.chunks(); index++) {
            int from = index * Limits.CODE_CHUNK_BYTES;
            int length = Math.min(Limits.CODE_CHUNK_BYTES, code.zip().length - from);
            CodeChunk chunk = CodeChunk.newBuilder()
                    .setSha256(code.sha256())
                    .setIndex(index)
                    .setChunks(code.chunks())
                    .setData(ByteBuffer.wrap(code.zip(), from, length))
                    .build();
            sent.add(producer.send(new ProducerRecord<>(
                    topics.code().name(), CODE_PARTITION, code.sha256() + "/" + index, chunks.encode(chunk))));
        }
        long first = sent.stream()
                .mapToLong(each -> acknowledged(each).offset())
                .min()
                .orElseThrow();
        return CodeRef.newBuilder()
                .setSha256(code.sha256())
                .setSizeBytes(code.zip().length)
                .setChunks(code.chunks())
                .setFirstOffset(first)
                .build();
    }

    private FunctionSpec store(String key, FunctionSpec spec) {
        put(key, specs.encode(spec));
        log.info(
                "Function deployed tenant={} function={} revision={} sha256={}",
                spec.getTenant(),
                spec.getName(),
                spec.getLatest().getRevision(),
                spec.getLatest().getCode().getSha256());
        return spec;
    }

    private void put(String key, byte[] value) {
        RecordMetadata at = acknowledged(
                producer.send(new ProducerRecord<>(topics.functions().name(), 0, key, value)));
        await(
                follower.applied(new TopicPartition(at.topic(), at.partition()), at.offset()),
                TABLE_MS,
                "the gateway's own view");
    }

    private static RecordMetadata acknowledged(Future<RecordMetadata> sent) {
        return await(sent, ACKNOWLEDGE_MS, "Kafka's acknowledgement");
    }

    private static <T> T await(Future<T> future, long boundMs, String what) {
        try {
            return future.get(boundMs, TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw unavailable(what, e.getCause().getMessage());
        } catch (TimeoutException e) {
            throw unavailable(what, "nothing within " + boundMs + " ms");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unavailable(what, "the gateway stops");
        }
    }

    private static RuntimeException unavailable(String what, String why) {
        return ApiError.unavailable("The change waited for " + what + " in vain (" + why
                        + "). It may still take effect; look at the function, then try again.")
                .exception();
    }
}

package dev.berth.bench.core;

import dev.berth.schemas.AvroCodec;
import dev.berth.schemas.BusyPolicy;
import dev.berth.schemas.Candidate;
import dev.berth.schemas.Decision;
import dev.berth.schemas.DecisionAsk;
import dev.berth.schemas.DecisionInstance;
import dev.berth.schemas.DecisionKey;
import dev.berth.schemas.DecisionReplica;
import dev.berth.schemas.Dispatch;
import dev.berth.schemas.Invocation;
import dev.berth.schemas.Load;
import dev.berth.schemas.Result;
import dev.berth.schemas.ResultStatus;
import dev.berth.schemas.Reuse;
import dev.berth.schemas.SchemaRegistry;
import dev.berth.schemas.Timings;
import dev.berth.schemas.TopicCatalogue;
import dev.berth.schemas.UndecodableException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** What it takes to write and to read the records of one call, as a warm call with a small payload makes them. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class RecordCoding {
    private static final int PAYLOAD_BYTES = 100;
    private static final long NOW_MS = 1_700_000_000_000L;

    private AvroCodec<Invocation> invocations;
    private AvroCodec<Dispatch> dispatches;
    private AvroCodec<Result> results;
    private Invocation invocation;
    private Dispatch dispatch;
    private Result result;
    private byte[] invocationBytes;
    private byte[] dispatchBytes;
    private byte[] resultBytes;

    /** Makes a record of each kind. */
    @Setup
    public void fill() {
        TopicCatalogue topics = TopicCatalogue.defaults();
        SchemaRegistry registry = SchemaRegistry.inMemory();
        invocations = topics.invocations().codec(registry);
        dispatches = topics.dispatch().codec(registry);
        results = topics.results().codec(registry);
        invocation = Invocation.newBuilder()
                .setId("0b8e2f0a-8d3c-4c56-9d2f-0d6c6b7f1f4e")
                .setFunction("function")
                .setRoutingValue("customer-100000007")
                .setHeaders(Map.of("content-type", "application/json"))
                .setBusyPolicy(BusyPolicy.AUTO)
                .setPayload(ByteBuffer.wrap(new byte[PAYLOAD_BYTES]))
                .setReplyTo(1)
                .setDeadlineMs(NOW_MS)
                .build();
        dispatch = dispatch();
        result = Result.newBuilder()
                .setInvocationId(invocation.getId())
                .setAttempt(1)
                .setTenant("default")
                .setFunction("function")
                .setRoutingValue(invocation.getRoutingValue())
                .setStatus(ResultStatus.SUCCEEDED)
                .setPayload(ByteBuffer.wrap(new byte[PAYLOAD_BYTES]))
                .setFunctionVersion("$LATEST")
                .setRevision(1L)
                .setInstanceId("local-1")
                .setEpoch(1L)
                .setContainerId("local-1-k3x9-7")
                .setReuse(Reuse.WARM)
                .setTimings(new Timings(1L, 2L, 3L, 4L, 5L, 0L, 0L, 4L))
                .setLoad(new Load(1, 0, 10, 1_280, 1_024))
                .build();
        invocationBytes = invocations.encode(invocation);
        dispatchBytes = dispatches.encode(dispatch);
        resultBytes = results.encode(result);
    }

    private Dispatch dispatch() {
        DecisionAsk ask = DecisionAsk.newBuilder()
                .setMemoryMb(128)
                .setBusy("auto")
                .setKeyed(true)
                .build();
        DecisionKey key = DecisionKey.newBuilder()
                .setPinInstanceId("local-1")
                .setPinEpoch(1)
                .setReplicas(List.of(new DecisionReplica("local-1", 1L, 1, 0, -1.0)))
                .build();
        Decision decision = Decision.newBuilder()
                .setReason("pin")
                .setCandidates(List.of(new Candidate("local-1", 0.0, null)))
                .setDecidedMs(NOW_MS)
                .setAsk(ask)
                .setKey(key)
                .setInstances(List.of(new DecisionInstance("local-1", 1L, true, 8, 0, 1_024.0, 0.0, 0.1, 1)))
                .build();
        return Dispatch.newBuilder()
                .setInvocation(invocation)
                .setAttempt(1)
                .setInstanceId("local-1")
                .setEpoch(1)
                .setRouterPartition(3)
                .setFunctionVersion("$LATEST")
                .setRevision(1)
                .setContainerId("local-1-k3x9-7")
                .setPublishedUs(1)
                .setRoutedUs(2)
                .setDecision(decision)
                .build();
    }

    @Benchmark
    public byte[] writeInvocation() {
        return invocations.encode(invocation);
    }

    @Benchmark
    public Invocation readInvocation() throws UndecodableException {
        return invocations.decode(invocationBytes);
    }

    @Benchmark
    public byte[] writeDispatch() {
        return dispatches.encode(dispatch);
    }

    @Benchmark
    public Dispatch readDispatch() throws UndecodableException {
        return dispatches.decode(dispatchBytes);
    }

    @Benchmark
    public byte[] writeResult() {
        return results.encode(result);
    }

    @Benchmark
    public Result readResult() throws UndecodableException {
        return results.decode(resultBytes);
    }
}

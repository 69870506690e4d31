package dev.berth.executor.container;

import dev.berth.executor.runtimeapi.ContainerListener;
import dev.berth.executor.runtimeapi.Handover;
import dev.berth.executor.runtimeapi.RuntimeApi;
import dev.berth.executor.runtimeapi.RuntimeReports;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.awaitility.Awaitility;

/**
 * An executor's containers without the executor, in a process that is there to be killed: one container waits for work, one
 * runs a handler that never ends, and two wait for code.
 */
final class Victim implements RuntimeReports {
    private final CountDownLatch ready = new CountDownLatch(4);
    private ContainerLog busyLog;

    private Victim() {}

    /** Arguments: backend, instance id, directory, code directory. Prints a line when all is as described. */
    public static void main(String[] args) throws Exception {
        ContainerRuntime runtime = args[0].equals("docker")
                ? new DockerRuntime(args[1], Path.of(args[2]), DockerSettings.USUAL, InstanceGrants.NONE)
                : new ProcessRuntime(Path.of(args[2]), "", ProcessLimits.USUAL);
        Victim victim = new Victim();
        RuntimeApi api = new RuntimeApi(runtime.apiHost(), victim);
        victim.prewarm(runtime, api, args, "python3");
        victim.prewarm(runtime, api, args, "provided");
        victim.start(runtime, api, args, "idle");
        ContainerListener busy = victim.start(runtime, api, args, "busy");
        victim.ready.await();
        ByteBuffer event = ByteBuffer.wrap("{}".getBytes(StandardCharsets.UTF_8));
        busy.handOver(new Handover("ticket", "1", Long.MAX_VALUE, "arn", null, null, null, null, false, event));
        // Handed over is not yet arrived: only the code itself can say that it runs.
        Awaitility.await()
                .until(() -> String.valueOf(victim.busyLog.end("victim")).contains("running"));
        System.out.println("all is as described");
        new CountDownLatch(1).await();
    }

    private void prewarm(ContainerRuntime runtime, RuntimeApi api, String[] args, String kind)
            throws ContainerStartException {
        String id = args[1] + "-without-code-" + kind;
        ContainerListener listener = api.open(id, 1);
        listener.awaitCode();
        ContainerRuntime.RunningContainer container = runtime.start(
                ContainerSpec.withoutCode(id, kind, 128, listener.address()),
                (container0, end) -> System.out.println("ended: " + end.how()));
        listener.expect(container.remoteAddress());
    }

    private ContainerListener start(ContainerRuntime runtime, RuntimeApi api, String[] args, String what)
            throws ContainerStartException {
        String id = args[1] + "-" + what;
        ContainerListener listener = api.open(id, 1);
        ContainerRuntime.RunningContainer container = runtime.start(
                new ContainerSpec(
                        id,
                        "t",
                        "f",
                        "$LATEST",
                        "python3",
                        "app.handler",
                        128,
                        Map.of(),
                        false,
                        Path.of(args[3]),
                        listener.address(),
                        ContainerSpec.Extras.NONE),
                (container0, end) -> System.out.println("ended: " + end.how()));
        listener.expect(container.remoteAddress());
        busyLog = container.log();
        return listener;
    }

    @Override
    public void ready(String containerId) {
        ready.countDown();
    }

    @Override
    public void initFailed(String containerId, String errorType, String message) {
        System.out.println("init failed: " + message);
    }

    @Override
    public void handedOver(String containerId, Object ticket) {}

    @Override
    public void returned(String containerId, Object ticket, byte[] payload) {}

    @Override
    public void failed(String containerId, Object ticket, String errorType, String message, byte[] payload) {}
}

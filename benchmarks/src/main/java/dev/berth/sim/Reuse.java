package dev.berth.sim;

import dev.berth.schemas.retention.ContainerWorth;
import dev.berth.schemas.retention.ReuseCurve;
import java.util.Arrays;

/**
 * {@link ContainerWorth}, fed as in life: what the router knew at a key's last dispatch is what the executor evicts by. The container
 * that the key's next invocation will find is the most recently used idle one where the key is pinned.
 */
final class Reuse implements KeepAlive {
    private final ReuseCurve[] curves;
    private final double[] lastMs;
    private final Node[] pinned;
    private ContainerWorth[] worth = new ContainerWorth[0];

    Reuse(int keys) {
        curves = new ReuseCurve[keys];
        lastMs = new double[keys];
        pinned = new Node[keys];
    }

    @Override
    public void arrived(int key, double nowMs, ReuseCurve curve) {
        lastMs[key] = nowMs;
        curves[key] = curve;
    }

    @Override
    public void dispatched(int key, Node node, Node pin) {
        pinned[key] = pin;
    }

    @Override
    public void used(Box box, boolean cold, double nowMs) {
        if (cold) {
            worth(box.node).started(box.coldMs);
        }
    }

    @Override
    public double value(Box box, double nowMs) {
        int key = box.key;
        ContainerWorth worth = worth(box.node);
        if (pinned[key] == box.node && box.node.isLastUsed(box)) {
            return worth.first(box.coldMs, box.memoryMb, curves[key], nowMs - lastMs[key]);
        }
        return worth.surplus(
                box.coldMs, box.memoryMb, box.ownIntervalMs, nowMs - box.createdMs, nowMs - box.lastUsedMs);
    }

    private ContainerWorth worth(Node node) {
        while (node.index >= worth.length) {
            worth = Arrays.copyOf(worth, worth.length + 1);
            worth[worth.length - 1] = new ContainerWorth();
        }
        return worth[node.index];
    }
}

package dev.berth.sim;

import dev.berth.router.core.affinity.InstanceLoad;

/**
 * OpenWhisk's ShardingContainerPoolBalancer: an action's home is its hash modulo the invokers; from there, steps of a size that is
 * coprime to their number, until one has the memory permits for one more; if none has, a random one.
 *
 * <p>An invoker's permits are its memory; here also its slots, since its instances have a bound on both.
 */
final class HomeInvoker implements Policy {

    @Override
    public Choice choose(RouterView view, Call call, double nowMs) {
        int n = view.live.size();
        long hash = Hashes.of(view.keyName(call.key));
        int at = (int) Long.remainderUnsigned(hash, n);
        int step = step(n, (int) Long.remainderUnsigned(hash, 1 << 20));
        for (int i = 0; i < n; i++) {
            InstanceLoad instance = view.live.get(at);
            double busyMb = instance.memoryMb() - instance.freeMb() - instance.idleMb();
            if (instance.inFlight() < instance.slots() && busyMb + call.memoryMb <= instance.memoryMb()) {
                return Policies.go(view, call, instance, nowMs);
            }
            at = (at + step) % n;
        }
        return Policies.go(view, call, view.live.get(view.random.nextInt(n)), nowMs);
    }

    /** The index-th number below n that is coprime to it. */
    private static int step(int n, int index) {
        int[] coprime = new int[n + 1];
        int count = 0;
        for (int i = 1; i <= n; i++) {
            if (gcd(i, n) == 1) {
                coprime[count++] = i;
            }
        }
        return coprime[index % count];
    }

    private static int gcd(int a, int b) {
        return b == 0 ? a : gcd(b, a % b);
    }
}

package dev.berth.executor.pool;

/** One deployed revision of a tenant's function: what the containers of a pool are alike by. */
public record FunctionKey(String tenant, String function, long revision) {
    /** Whether this is a revision of the same tenant's same function. */
    boolean sameFunctionAs(FunctionKey other) {
        return tenant.equals(other.tenant) && function.equals(other.function);
    }
}

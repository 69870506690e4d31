package dev.berth.gateway.auth.core;

/** Whoever has a key of a tenant may do everything with what is that tenant's, and nothing with what is another's. */
public final class TenantOwnsResource implements Authorizer {
    @Override
    public Verdict decide(Caller caller, String operation, Resource resource) {
        return caller.tenant().equals(resource.tenant())
                ? Verdict.allow()
                : Verdict.deny("Key " + caller.keyId() + " is not authorized to perform: " + operation
                        + " for another tenant than its own, " + caller.tenant()
                        + ". Leave the tenant out of the request, or use a key of that tenant.");
    }
}

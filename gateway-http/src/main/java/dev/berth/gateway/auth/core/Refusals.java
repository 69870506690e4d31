package dev.berth.gateway.auth.core;

import dev.berth.gateway.core.ApiError;

/** Why a caller is not let in, under AWS's names. None says which of key and secret was wrong of what it does not know. */
public final class Refusals {
    private static final int FORBIDDEN = 403;

    private Refusals() {}

    /** No credentials at all. */
    public static ApiError missing() {
        return new ApiError(
                FORBIDDEN,
                "MissingAuthenticationTokenException",
                "Missing Authentication Token. This gateway wants a key: sign the request with an access key (AWS Signature"
                        + " Version 4), or send an API key as Authorization: Bearer. ./berth keys create makes keys.");
    }

    /** The key is not known, was deleted, or its secret is another. */
    public static ApiError unknownKey(String why) {
        return new ApiError(
                FORBIDDEN,
                "UnrecognizedClientException",
                why
                        + "The security token included in the request is invalid. Is the key one of this gateway's, and was it"
                        + " not deleted? See ./berth keys list.");
    }

    /** A part of the signature is missing or cannot be read. */
    static ApiError incomplete(String why) {
        return new ApiError(FORBIDDEN, "IncompleteSignatureException", why);
    }

    /** The signature is another than the request and the secret give. */
    static ApiError mismatch(String why) {
        return new ApiError(
                FORBIDDEN,
                "InvalidSignatureException",
                why + "The request signature we calculated does not match the signature you provided. Check your secret"
                        + " access key and signing method.");
    }

    /** The signature is too old, or of the future, or for something else. */
    static ApiError notNow(String why) {
        return new ApiError(FORBIDDEN, "InvalidSignatureException", why);
    }

    /** The caller is known and may not do this. */
    public static ApiError denied(String why) {
        return new ApiError(FORBIDDEN, "AccessDeniedException", why);
    }
}

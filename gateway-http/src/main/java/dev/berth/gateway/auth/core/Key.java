package dev.berth.gateway.auth.core;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/** A key that lets in. It belongs to one tenant. */
public sealed interface Key {
    /** With what an API key begins, so that people and scanners of secrets know it. */
    String API_PREFIX = "berth_";

    /** Public; letters and digits. */
    String id();

    /** Whom it acts for. */
    String tenant();

    /** In its owner's words; may be empty. */
    String note();

    /** Milliseconds of the epoch. */
    long createdMs();

    /** Whether a secret is this key's. Takes as long whatever is wrong. */
    boolean opensWith(String secret);

    /**
     * For signatures, which need the secret itself.
     *
     * @param secret as it was given out
     */
    record Access(String id, String tenant, String note, long createdMs, String secret) implements Key {
        @Override
        public boolean opensWith(String given) {
            return MessageDigest.isEqual(bytes(secret), bytes(given));
        }

        @Override
        public String toString() {
            return "Access[" + id + " of " + tenant + "]";
        }
    }

    /**
     * A bearer token, {@code berth_<id>_<secret>}.
     *
     * @param secretHash the secret's SHA-256 in hex: as the secret is random and long, a slow hash would add nothing
     */
    record Api(String id, String tenant, String note, long createdMs, String secretHash) implements Key {
        @Override
        public boolean opensWith(String given) {
            return MessageDigest.isEqual(bytes(secretHash), bytes(SigV4.sha256(bytes(given))));
        }

        /** The whole token that its owner sends. */
        public static String token(String id, String secret) {
            return API_PREFIX + id + "_" + secret;
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}

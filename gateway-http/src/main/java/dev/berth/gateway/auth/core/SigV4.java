package dev.berth.gateway.auth.core;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Checks signatures of AWS Signature Version 4. */
public final class SigV4 {
    /** How far clocks may be apart. */
    public static final Duration SKEW = Duration.ofMinutes(5);

    private static final String TERMINATOR = "aws4_request";
    private static final String HMAC = "HmacSHA256";

    private SigV4() {}

    /**
     * Refuses a signature that is not for now or not for a service of Berth's.
     *
     * @param service that the scope must name
     * @throws dev.berth.gateway.core.ApiException InvalidSignatureException
     */
    public static void requireFresh(SigV4Claim claim, Instant now, String service) {
        if (!claim.stamp().startsWith(claim.date() + "T")) {
            throw Refusals.notNow("Date in Credential scope does not match YYYYMMDD from the request's date.")
                    .exception();
        }
        if (!claim.service().equals(service)) {
            throw Refusals.notNow("Credential should be scoped to correct service: '" + service + "'.")
                    .exception();
        }
        Instant until = claim.at()
                .plus(
                        claim.expiresS().isPresent()
                                ? Duration.ofSeconds(claim.expiresS().getAsInt())
                                : SKEW);
        if (now.isAfter(until)) {
            throw Refusals.notNow("Signature expired: " + claim.stamp() + " held until " + until + ", and it is " + now
                            + ". Is your clock right?")
                    .exception();
        }
        if (claim.at().isAfter(now.plus(SKEW))) {
            throw Refusals.notNow("Signature not yet current: " + claim.stamp() + " is more than " + SKEW.toMinutes()
                            + " minutes after " + now + ". Is your clock right?")
                    .exception();
        }
    }

    /**
     * Refuses a signature that the secret does not give. Takes as long whatever is wrong.
     *
     * @param payloadHash of the body, as the request names it or as it was found
     * @throws dev.berth.gateway.core.ApiException InvalidSignatureException
     */
    public static void requireSigned(SigV4Claim claim, WireRequest request, String secret, String payloadHash) {
        byte[] due = signature(claim, request, secret, payloadHash).getBytes(StandardCharsets.ISO_8859_1);
        if (!MessageDigest.isEqual(due, claim.signature().getBytes(StandardCharsets.ISO_8859_1))) {
            throw Refusals.mismatch("").exception();
        }
    }

    /**
     * Refuses a body that is not the one that was signed.
     *
     * @throws dev.berth.gateway.core.ApiException InvalidSignatureException
     */
    public static void requireBody(SigV4Claim claim, byte[] body) {
        if (!SigV4Claim.UNSIGNED.equals(claim.payloadHash()) && !sha256(body).equals(claim.payloadHash())) {
            throw Refusals.mismatch("The body's SHA-256 is not the X-Amz-Content-Sha256 that was signed. ")
                    .exception();
        }
    }

    /** The SHA-256 of some bytes in small hex digits. */
    public static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Each Java has SHA-256", e);
        }
    }

    static String signature(SigV4Claim claim, WireRequest request, String secret, String payloadHash) {
        String canonical = CanonicalRequest.of(
                request, claim.signedHeaders(), claim.expiresS().isPresent(), payloadHash);
        String scope = claim.date() + "/" + claim.region() + "/" + claim.service() + "/" + TERMINATOR;
        String toSign = SigV4Claim.ALGORITHM + "\n" + claim.stamp() + "\n" + scope + "\n"
                + sha256(canonical.getBytes(StandardCharsets.ISO_8859_1));
        byte[] key = hmac(("AWS4" + secret).getBytes(StandardCharsets.UTF_8), claim.date());
        key = hmac(hmac(hmac(key, claim.region()), claim.service()), TERMINATOR);
        return HexFormat.of().formatHex(hmac(key, toSign));
    }

    private static byte[] hmac(byte[] key, String text) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(new SecretKeySpec(key, HMAC));
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Each Java has " + HMAC, e);
        }
    }
}

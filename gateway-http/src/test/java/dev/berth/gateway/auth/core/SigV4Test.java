package dev.berth.gateway.auth.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.gateway.core.ApiException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Signatures that AWS publishes: its "Signature Version 4 test suite", the examples of the IAM User Guide, and, where a rule of S3's
 * makes no difference, of the S3 API Reference.
 */
@Tag("core")
@Tag("S2")
class SigV4Test {
    private static final String SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
    private static final String NOTHING = SigV4.sha256(new byte[0]);
    private static final Instant SIGNED = Instant.parse("2015-08-30T12:36:00Z");

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "get-vanilla | GET | / | | 5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
                "get-vanilla-query-order-key-case | GET | /?Param2=value2&Param1=value1 | | b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500",
                "get-utf8 | GET | /ሴ | | 8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85",
                "get-relative | GET | /example/.. | | 5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
                "get-relative-relative | GET | /example1/example2/../.. | | 5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
                "get-slash | GET | // | | 5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
                "get-slash-dot-slash | GET | /./ | | 5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
                "post-vanilla | POST | / | | 5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b",
                "get-header-key-duplicate | GET | / | My-Header1:value2;My-Header1:value2;My-Header1:value1 | c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea",
                "get-header-value-multiline | GET | / | My-Header1:value1,value2,value3 | ba17b383a53190154eb5fa66a1b836cc297cc0a3d70a5d00705980573d8ff790",
            })
    void theSuitesSignaturesAreRight(String name, String method, String uri, String header, String signature) {
        WireRequest request = suite(method, uri, header, signature);
        SigV4Claim claim = SigV4Claim.of(request);

        SigV4.requireFresh(claim, SIGNED, "service");
        SigV4.requireSigned(claim, request, SECRET, NOTHING);
        assertThat(claim.keyId()).isEqualTo("AKIDEXAMPLE");
        assertThat(claim.payloadHash()).isNull();
    }

    @Test
    void theIamGuidesExampleIsRight() {
        WireRequest request = request(
                "GET",
                "/?Action=ListUsers&Version=2010-05-08",
                "Host:iam.amazonaws.com",
                "Content-Type:application/x-www-form-urlencoded; charset=utf-8",
                "X-Amz-Date:20150830T123600Z",
                "Authorization:AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request,"
                        + " SignedHeaders=content-type;host;x-amz-date,"
                        + " Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7");

        SigV4.requireSigned(SigV4Claim.of(request), request, SECRET, NOTHING);
    }

    @Test
    void aPayloadsHashMayStandInAHeader() {
        WireRequest request = request(
                "GET",
                "/test.txt",
                "Host:examplebucket.s3.amazonaws.com",
                "Range:bytes=0-9",
                "X-Amz-Content-Sha256:" + NOTHING,
                "X-Amz-Date:20130524T000000Z",
                "Authorization:AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,"
                        + "SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,"
                        + "Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41");
        SigV4Claim claim = SigV4Claim.of(request);

        SigV4.requireSigned(claim, request, "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", claim.payloadHash());
        SigV4.requireBody(claim, new byte[0]);
        refused(() -> SigV4.requireBody(claim, new byte[] {1}), "InvalidSignatureException");
    }

    @Test
    void aPresignedQueryHoldsAsLongAsItSays() {
        WireRequest request = request(
                "GET",
                "/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1"
                        + "%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host"
                        + "&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404",
                "Host:examplebucket.s3.amazonaws.com");
        SigV4Claim claim = SigV4Claim.of(request);
        Instant signed = Instant.parse("2013-05-24T00:00:00Z");

        SigV4.requireSigned(claim, request, "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", SigV4Claim.UNSIGNED);
        SigV4.requireFresh(claim, signed.plusSeconds(86_400), "s3");
        refused(() -> SigV4.requireFresh(claim, signed.plusSeconds(86_401), "s3"), "InvalidSignatureException");
    }

    @Test
    void anotherSecretPathQueryHeaderOrBodyIsNotWhatWasSigned() {
        String right = "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31";
        WireRequest request = suite("GET", "/", null, right);
        SigV4Claim claim = SigV4Claim.of(request);

        refused(() -> SigV4.requireSigned(claim, request, SECRET + "x", NOTHING), "InvalidSignatureException");
        refused(
                () -> SigV4.requireSigned(claim, request, SECRET, SigV4.sha256(new byte[1])),
                "InvalidSignatureException");
        for (WireRequest other : List.of(
                suite("POST", "/", null, right),
                suite("GET", "/a", null, right),
                suite("GET", "/?a=b", null, right),
                suite("GET", "/", "My-Header1:x", right))) {
            refused(
                    () -> SigV4.requireSigned(SigV4Claim.of(other), other, SECRET, NOTHING),
                    "InvalidSignatureException");
        }
    }

    @Test
    void aSignatureHoldsForTheTimeThatClocksMayBeApartAndForItsService() {
        SigV4Claim claim = SigV4Claim.of(suite("GET", "/", null, "00"));
        Duration tooMuch = SigV4.SKEW.plusSeconds(1);

        SigV4.requireFresh(claim, SIGNED.plus(SigV4.SKEW), "service");
        SigV4.requireFresh(claim, SIGNED.minus(SigV4.SKEW), "service");
        refused(() -> SigV4.requireFresh(claim, SIGNED.plus(tooMuch), "service"), "InvalidSignatureException");
        refused(() -> SigV4.requireFresh(claim, SIGNED.minus(tooMuch), "service"), "InvalidSignatureException");
        refused(() -> SigV4.requireFresh(claim, SIGNED, "lambda"), "InvalidSignatureException");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "AWS4-HMAC-SHA256",
                "AWS4-HMAC-SHA256 Credential=a/20150830/us-east-1/service/aws4_request",
                "AWS4-HMAC-SHA256 Credential=a/b/c, SignedHeaders=host;x-amz-date, Signature=00",
                "AWS4-HMAC-SHA256 Credential=a/20150830/r/s/other, SignedHeaders=host;x-amz-date, Signature=00",
                "AWS4-HMAC-SHA256 Credential=a/20150830/r/s/aws4_request, SignedHeaders=x-amz-date, Signature=00",
                "AWS4-HMAC-SHA256 Credential=a/20150830/r/s/aws4_request, SignedHeaders=host, Signature=00",
                "AWS4-HMAC-SHA256 Credential=a/20150830/r/s/aws4_request, SignedHeaders=host;x-amz-date, Signature=",
                "AWS4-HMAC-SHA256 ,,,===;;;",
            })
    void whatIsNoSignatureIsCalledIncomplete(String authorization) {
        refused(
                () -> SigV4Claim.of(
                        request("GET", "/", "Host:h", "X-Amz-Date:20150830T123600Z", "Authorization:" + authorization)),
                "IncompleteSignatureException");
    }

    @Test
    void aHeaderOfAwssThatIsNotSignedIsRefused() {
        refused(
                () -> SigV4Claim.of(request(
                        "POST",
                        "/",
                        "Host:h",
                        "X-Amz-Date:20150830T123600Z",
                        "X-Amz-Invocation-Type:Event",
                        "Authorization:AWS4-HMAC-SHA256 Credential=a/20150830/r/s/aws4_request,"
                                + " SignedHeaders=host;x-amz-date, Signature=00")),
                "IncompleteSignatureException");
    }

    @Test
    void aDateThatIsNoneAndATokenThatNobodyGaveAreRefused() {
        String authorization = "Authorization:AWS4-HMAC-SHA256 Credential=a/20150830/r/s/aws4_request,"
                + " SignedHeaders=host;x-amz-date, Signature=00";
        refused(
                () -> SigV4Claim.of(request("GET", "/", "Host:h", "X-Amz-Date:yesterday", authorization)),
                "IncompleteSignatureException");
        refused(() -> SigV4Claim.of(request("GET", "/", "Host:h", authorization)), "IncompleteSignatureException");
        refused(
                () -> SigV4Claim.of(request(
                        "GET", "/", "Host:h", "X-Amz-Date:20150830T123600Z", "X-Amz-Security-Token:t", authorization)),
                "UnrecognizedClientException");
    }

    private static WireRequest suite(String method, String uri, String header, String signature) {
        List<String> headers = new ArrayList<>(List.of("Host:example.amazonaws.com", "X-Amz-Date:20150830T123600Z"));
        String signed = "host;x-amz-date";
        if (header != null) {
            headers.addAll(List.of(header.split(";", -1)));
            signed = "host;my-header1;x-amz-date";
        }
        headers.add("Authorization:AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request,"
                + " SignedHeaders=" + signed + ", Signature=" + signature);
        return request(method, uri, headers.toArray(String[]::new));
    }

    private static WireRequest request(String method, String uri, String... headers) {
        String wire = new String(uri.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
        Map<String, List<String>> named = new TreeMap<>();
        for (String header : headers) {
            int colon = header.indexOf(':');
            named.computeIfAbsent(header.substring(0, colon).toLowerCase(java.util.Locale.ROOT), n -> new ArrayList<>())
                    .add(header.substring(colon + 1));
        }
        int question = wire.indexOf('?');
        return question < 0
                ? new WireRequest(method, wire, "", named)
                : new WireRequest(method, wire.substring(0, question), wire.substring(question + 1), named);
    }

    private static void refused(Runnable check, String type) {
        assertThatThrownBy(check::run).isInstanceOfSatisfying(ApiException.class, refusal -> {
            assertThat(refusal.error().type()).isEqualTo(type);
            assertThat(refusal.error().status()).isEqualTo(403);
        });
    }
}

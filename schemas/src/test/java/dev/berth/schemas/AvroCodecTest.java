package dev.berth.schemas;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("core")
class AvroCodecTest {
    private final SchemaRegistry registry = SchemaRegistry.inMemory();
    private final AvroCodec<Invocation> codec =
            TopicCatalogue.defaults().invocations().codec(registry);

    @Test
    void aRecordComesBackAsItWas() throws Exception {
        Invocation invocation = invocation("{\"n\":1}".getBytes(UTF_8));
        assertThat(codec.decode(codec.encode(invocation))).isEqualTo(invocation);
    }

    @Test
    void theBytesAreConfluentsWireFormat() {
        byte[] bytes = codec.encode(invocation(new byte[0]));
        assertThat(bytes[0]).isZero();
        assertThat(ByteBuffer.wrap(bytes).getInt(1)).isPositive();
    }

    @Test
    void encodingLeavesThePayloadReadable() {
        Invocation invocation = invocation("abc".getBytes(UTF_8));
        codec.encode(invocation);
        assertThat(invocation.getPayload().remaining()).isEqualTo(3);
    }

    @Test
    void twoRecordsInARowDoNotShareBytes() throws Exception {
        Invocation first = codec.decode(codec.encode(invocation("first".getBytes(UTF_8))));
        codec.decode(codec.encode(invocation("other".getBytes(UTF_8))));
        assertThat(UTF_8.decode(first.getPayload().duplicate()).toString()).isEqualTo("first");
    }

    @Test
    void damagedBytesAreUndecodableAndNothingWorse() {
        byte[] whole = codec.encode(invocation(new byte[100]));
        Random random = new Random(7);
        for (int i = 0; i < 20_000; i++) {
            byte[] damaged = Arrays.copyOf(whole, random.nextInt(whole.length + 1));
            for (int flips = random.nextInt(4); flips > 0 && damaged.length > 5; flips--) {
                damaged[5 + random.nextInt(damaged.length - 5)] = (byte) random.nextInt();
            }
            try {
                codec.decode(damaged);
            } catch (UndecodableException expected) {
                assertThat(expected.reason()).isNotNull();
            }
        }
    }

    @Test
    void aLengthThatNoRecordCanHaveAllocatesNothing() {
        byte[] whole = codec.encode(invocation(new byte[0]));
        ByteBuffer lie = ByteBuffer.allocate(10)
                .put(whole, 0, 5)
                .put(new byte[] {(byte) 0xfe, (byte) 0xff, (byte) 0xff, (byte) 0xff, 0x0f});
        assertThatThrownBy(() -> codec.decode(lie.array())).isInstanceOf(UndecodableException.class);
    }

    private static Invocation invocation(byte[] payload) {
        return Invocation.newBuilder()
                .setId("i-1")
                .setFunction("f")
                .setRoutingValue("ünïcode/with/slashes")
                .setPayload(ByteBuffer.wrap(payload))
                .build();
    }
}

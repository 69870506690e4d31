package dev.berth.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("core")
class TraceReaderTest {
    @TempDir
    Path directory;

    @Test
    void azure2021InvocationsArriveWhenTheyBegan() throws Exception {
        Path file = Files.writeString(
                directory.resolve("trace.txt"), "app,func,end_timestamp,duration\na,f,10.5,0.5\na,g,3.0,1.0\n");

        Trace trace = TraceReader.read(file.toString(), TraceReader.Format.AUTO, 1);

        assertThat(trace.size()).isEqualTo(2);
        assertThat(trace.keyName(trace.key(0))).isEqualTo("a/g");
        assertThat(trace.atMs(0)).isEqualTo(2_000);
        assertThat(trace.atMs(1)).isEqualTo(10_000);
        assertThat(trace.serviceMs(1)).isEqualTo(500);
    }

    @Test
    void azure2019CountsBecomeInvocationsWithinTheirMinuteAndPercentiles() throws Exception {
        StringBuilder header = new StringBuilder("HashOwner,HashApp,HashFunction,Trigger");
        StringBuilder counts = new StringBuilder("o,a,f,timer");
        for (int minute = 1; minute <= 1_440; minute++) {
            header.append(',').append(minute);
            counts.append(minute == 3 ? ",40" : ",0");
        }
        write("invocations_per_function_md.anon.d01.csv", header + "\n" + counts + "\n");
        write(
                "function_durations_percentiles.anon.d01.csv",
                "HashOwner,HashApp,HashFunction,Average,Count,Minimum,Maximum,percentile_Average_0,"
                        + "percentile_Average_1,percentile_Average_25,percentile_Average_50,percentile_Average_75,"
                        + "percentile_Average_99,percentile_Average_100\no,a,f,20,40,10,30,10,11,15,20,25,29,30\n");
        write(
                "app_memory_percentiles.anon.d01.csv",
                "HashOwner,HashApp,SampleCount,AverageAllocatedMb,AverageAllocatedMb_pct1,AverageAllocatedMb_pct5,"
                        + "AverageAllocatedMb_pct25,AverageAllocatedMb_pct50,AverageAllocatedMb_pct75,"
                        + "AverageAllocatedMb_pct95,AverageAllocatedMb_pct99,AverageAllocatedMb_pct100\n"
                        + "o,a,9,150,100,110,120,150,160,180,190,200\n");

        Trace trace = TraceReader.read(directory.toString(), TraceReader.Format.AUTO, 1);

        assertThat(trace.size()).isEqualTo(40);
        for (int row = 0; row < trace.size(); row++) {
            assertThat(trace.atMs(row)).isBetween(120_000.0, 180_000.0);
            assertThat(trace.serviceMs(row)).isBetween(10.0, 30.0);
            assertThat(trace.memoryMb(row)).isBetween(100.0, 200.0);
            assertThat(trace.coldMs(row)).isGreaterThan(400);
        }
    }

    @Test
    void wrongFormatAndMissingFileAreExplained() throws Exception {
        Path file = Files.writeString(directory.resolve("other.csv"), "time,who\n1,2\n");

        assertThatThrownBy(() -> TraceReader.read(file.toString(), TraceReader.Format.AUTO, 1))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("but with time,who");
        assertThatThrownBy(() -> TraceReader.read("no-such-trace", TraceReader.Format.AUTO, 1))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("There is no trace");
    }

    @Test
    void madeUpTracesAreTheSameForTheSameSeed() {
        Trace first = SyntheticTraces.named("gpu", 7);
        Trace second = SyntheticTraces.named("gpu", 7);

        assertThat(second.size()).isEqualTo(first.size());
        assertThat(second.atMs(1_000)).isEqualTo(first.atMs(1_000));
        assertThat(SyntheticTraces.named("gpu", 8).atMs(1_000)).isNotEqualTo(first.atMs(1_000));
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(directory.resolve(name), text);
    }
}

package dev.berth.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("core")
class VerdictTest {
    private final Map<String, long[]> stateByContainer = new HashMap<>();

    @Test
    void everyFlightOnceInOneContainerAnAirportPasses() {
        Tally tally = tally("ATL 10", "ORD -5", "ATL 20");

        outcomes(tally, "c1 0", "c2 1", "c1 2");

        Verdict verdict = new Verdict(tally, 2, 1.5);
        assertThat(verdict.faults()).isEmpty();
        assertThat(verdict.json().toString())
                .isEqualTo(
                        "{\"events\":3,\"succeeded\":3,\"failed\":0,\"lost\":0,\"duplicates\":0,\"keys\":2,\"instances\":1,"
                                + "\"containersStarted\":2,\"warmPercent\":33.33,\"keysOnMoreThanOneContainer\":0,"
                                + "\"referenceReads\":2,\"publishToStartMs\":{\"p50\":2.0,\"p99\":2.0},"
                                + "\"endToEndMs\":{\"p50\":5.0,\"p99\":5.0},\"seconds\":1.5}");
    }

    @Test
    void aFlightWithoutOutcomeIsLostAndNamed() {
        Tally tally = tally("ATL 10", "ORD -5");

        outcomes(tally, "c1 0");

        assertThat(new Verdict(tally, 1, 1).faults().toString()).contains("1 of 2 flights have no outcome", "ORD");
        assertThat(tally.missing()).extracting(Flight::origin).containsExactly("ORD");
    }

    @Test
    void aSecondOutcomeOfAFlightIsADuplicate() {
        Tally tally = tally("ATL 10");

        outcomes(tally, "c1 0", "c1 0");

        assertThat(new Verdict(tally, 1, 1).faults().toString()).contains("more than one outcome");
    }

    @Test
    void anAirportInTwoContainersIsFound() {
        Tally tally = tally("ATL 10", "ATL 20");

        outcomes(tally, "c1 0", "c2 1");

        assertThat(new Verdict(tally, 2, 1).faults())
                .hasSize(3)
                .anySatisfy(fault -> assertThat(fault).contains("more than one container"))
                .anySatisfy(fault -> assertThat(fault).contains("counts or means differ"))
                .anySatisfy(fault -> assertThat(fault).contains("read 2 times for 1 airports"));
    }

    @Test
    void anExecutionThatLeftNoOutcomeOfItsOwnShowsInTheCount() {
        Tally tally = tally("ATL 10", "ATL 20");
        long[] state = stateByContainer.computeIfAbsent("c1/ATL", key -> new long[2]);
        state[0] = 1; // the function counted a flight more than the file has

        outcomes(tally, "c1 0", "c1 1");

        assertThat(new Verdict(tally, 1, 1).faults().toString()).contains("counts or means differ", "ATL");
    }

    @Test
    void outcomesOfOtherRunsAreIgnored() {
        Tally tally = tally("ATL 10");
        tally.add(new Seen("another-1", "local-1", "c1", true, 1, 1, null, "failed"));

        outcomes(tally, "c1 0");

        assertThat(new Verdict(tally, 1, 1).faults()).isEmpty();
    }

    @Test
    void aFailedFlightIsCountedAndItsErrorSaid() {
        Tally tally = tally("ATL 10");
        tally.add(new Seen("run-0", null, null, false, 0, 0, null, "TIMED_OUT Sandbox.Timedout: after 3 s"));

        assertThat(new Verdict(tally, 1, 1).faults().toString()).contains("1 flights failed", "after 3 s");
        assertThat(new Verdict(tally, 1, 1).lost()).isZero();
    }

    @Test
    void progressShowsABarForEachInstance() {
        Tally tally = tally("ATL 10", "ORD -5");
        outcomes(tally, "c1 0");

        List<String> lines = ProgressLines.of(tally, 2, 1.0);

        assertThat(lines.get(0)).contains("in 2", "done 1 of 2 (50 %)", "warm 0.0 %", "containers 1");
        assertThat(lines.get(2)).contains("local-1", "in 1 containers");
    }

    @Test
    void quotedCommasInTheReferenceStayInTheirField() {
        assertThat(Flights.csvFields("35A,\"Union County, Troy Shelton\",Union,SC"))
                .isEqualTo(Arrays.asList("35A", "Union County, Troy Shelton", "Union", "SC"));
        assertThat(Flights.csvFields("a,\"say \"\"hi\"\"\",")).isEqualTo(Arrays.asList("a", "say \"hi\"", ""));
    }

    private Tally tally(String... originAndDelay) {
        List<Flight> flights = new ArrayList<>();
        for (String flight : originAndDelay) {
            int space = flight.indexOf(' ');
            flights.add(new Flight(
                    "run-" + flights.size(),
                    flight.substring(0, space),
                    Integer.parseInt(flight.substring(space + 1)),
                    "{}"));
        }
        return new Tally(flights);
    }

    /** Answers flights as the function would, each "container index". */
    private void outcomes(Tally tally, String... containerAndIndex) {
        List<Flight> flights = tally.flights();
        for (String outcome : containerAndIndex) {
            int space = outcome.indexOf(' ');
            String container = outcome.substring(0, space);
            Flight flight = flights.get(Integer.parseInt(outcome.substring(space + 1)));
            long[] state = stateByContainer.computeIfAbsent(container + "/" + flight.origin(), key -> new long[2]);
            boolean warm = state[0] > 0;
            state[0]++;
            state[1] += flight.delayMinutes();
            var answer = new Seen.Answer(flight.origin(), "name", "city", state[0], (double) state[1] / state[0], 1);
            tally.add(new Seen(flight.id(), "local-1", container, warm, 2_000, 5_000, answer, null));
        }
    }
}

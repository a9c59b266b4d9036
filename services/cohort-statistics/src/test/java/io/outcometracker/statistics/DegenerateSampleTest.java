package io.outcometracker.statistics;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever little there is, every number is finite or null, and nothing throws. */
class DegenerateSampleTest {

    private static final List<Observation> OBSERVATIONS = List.of(
            new Observation(0, null),
            new Observation(0, 0L),
            new Observation(0, 1L),
            new Observation(1, 0L),
            new Observation(1, 1L),
            new Observation(-1, -1L),
            new Observation(Long.MAX_VALUE, Long.MIN_VALUE),
            new Observation(Long.MIN_VALUE, Long.MAX_VALUE),
            new Observation(Long.MAX_VALUE - 1, 1L));

    private static Scoring scoring(int decimals, Mcid.Kind kind) {
        return new Scoring(decimals, true, true, true, new Mcid(BigDecimal.ONE, kind));
    }

    /** All tallies of at most so many participants. */
    private static List<CohortTally> tallies(int participants) {
        List<CohortTally> tallies = new ArrayList<>();
        collect(new CohortTally(), 0, participants, tallies);
        return tallies;
    }

    private static void collect(CohortTally start, int firstObservation, int participants, List<CohortTally> tallies) {
        tallies.add(start);
        for (int i = firstObservation; participants > 0 && i < OBSERVATIONS.size(); i++) {
            CohortTally larger = new CohortTally();
            start.counts().forEach(larger::add);
            larger.add(OBSERVATIONS.get(i), 1);
            collect(larger, i, participants - 1, tallies);
        }
    }

    @ParameterizedTest
    @EnumSource
    void givesFiniteStatisticsOfACohort(Mcid.Kind kind) {
        List<CohortTally> tallies = tallies(3);
        for (CohortTally tally : tallies) {
            assertFinite(CohortStatistics.of(tally, scoring(0, kind), tally.n() + 1));
            assertFinite(CohortStatistics.of(tally, scoring(9, kind), tally.n()));
        }
        assertThat(tallies).hasSize(220);
    }

    @Test
    void givesFiniteGeometricMeans() {
        for (CohortTally tally : tallies(3)) {
            assertFinite(GeometricMean.of(tally, scoring(9, Mcid.Kind.ABSOLUTE)));
        }
    }

    @Test
    void givesFiniteComparisonsOfArms() {
        List<CohortTally> tallies = tallies(2);
        for (CohortTally active : tallies) {
            for (CohortTally control : tallies) {
                Map<String, CohortTally> arms = new LinkedHashMap<>();
                arms.put("active", active);
                arms.put("control", control);
                assertFinite(ArmComparison.against("control", arms, scoring(0, Mcid.Kind.ABSOLUTE))
                        .get("active"));
            }
        }
    }

    private static void assertFinite(Record statistics) {
        for (RecordComponent component : statistics.getClass().getRecordComponents()) {
            Object value;
            try {
                value = component.getAccessor().invoke(statistics);
            } catch (ReflectiveOperationException e) {
                throw new LinkageError(e.getMessage(), e);
            }
            if (value instanceof Record nested) {
                assertFinite(nested);
            } else if (value instanceof Double number) {
                assertThat(number).as(component.getName()).isFinite();
            }
        }
    }
}

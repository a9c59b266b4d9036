package io.outcometracker.statistics;

import static io.outcometracker.statistics.Tallies.ofPairs;
import static io.outcometracker.statistics.Tallies.ofValues;
import static io.outcometracker.statistics.Tallies.pair;
import static io.outcometracker.statistics.Tallies.scoring;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.math.BigDecimal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class CohortStatisticsTest {

    private static CohortStatistics of(CohortTally tally, Scoring scoring) {
        return CohortStatistics.of(tally, scoring, tally.n());
    }

    private static Scoring withMcid(int decimals, boolean higherIsWorse, String value, Mcid.Kind kind) {
        return new Scoring(decimals, higherIsWorse, true, true, new Mcid(new BigDecimal(value), kind));
    }

    @Test
    void givesNullForAnEmptyCohort() {
        CohortStatistics actual = CohortStatistics.of(new CohortTally(), withMcid(0, true, "2", Mcid.Kind.ABSOLUTE), 0);

        Distribution nothing = new Distribution(0, null, null, null, null, null, null, null, null, null);
        Proportion none = new Proportion(0, 0, null, null);
        Responders nobody = new Responders(none, none);
        assertThat(actual).isEqualTo(new CohortStatistics(nothing, nothing, nothing, 0, nobody, nobody, nobody));
    }

    @Test
    void pairsOnlyParticipantsWithABaseline() {
        CohortTally tally = ofPairs(pair(7, 3), pair(6, 4));
        tally.add(new Observation(9, null), 1);

        CohortStatistics actual = of(tally, scoring(0));

        assertThat(actual.value().n()).isEqualTo(3);
        assertThat(actual.value().max()).isEqualTo(9);
        assertThat(actual.change().n()).isEqualTo(2);
        assertThat(actual.change().mean()).isEqualTo(-3);
        assertThat(actual.change().min()).isEqualTo(-4);
        assertThat(actual.change().max()).isEqualTo(-2);
    }

    @Test
    void takesPercentChangePerParticipantBeforeAveraging() {
        CohortStatistics actual = of(ofPairs(pair(10, 5), pair(2, 2), pair(3, 2)), scoring(0));

        assertThat(actual.percentChange().n()).isEqualTo(3);
        assertThat(actual.percentChange().mean()).isCloseTo(-250.0 / 9, within(1e-12));
        assertThat(actual.percentChange().median()).isEqualTo(-100.0 / 3);
        assertThat(actual.percentChange().min()).isEqualTo(-50);
        assertThat(actual.percentChange().max()).isEqualTo(0);
    }

    @Test
    void addsPercentChangesExactly() {
        assertThat(of(ofPairs(pair(3, 4), pair(3, 4), pair(3, 1)), scoring(0))
                        .percentChange()
                        .mean())
                .isEqualTo(0.0);
        assertThat(of(ofPairs(pair(3, 4), pair(9, 12), pair(27, 36)), scoring(0))
                        .percentChange()
                        .sd())
                .isEqualTo(0.0);
    }

    @Test
    void percentChangeDoesNotDependOnTheScale() {
        assertThat(of(ofPairs(pair(70, 49), pair(30, 40)), scoring(1)).percentChange())
                .isEqualTo(of(ofPairs(pair(7000, 4900), pair(3000, 4000)), scoring(3))
                        .percentChange());
    }

    @Test
    void countsBaselinesThatAllowNoPercentChange() {
        CohortTally tally = ofPairs(pair(0, 0), pair(0, 3), pair(-1, 2), pair(1, 1), pair(10, 5));
        tally.add(new Observation(0, null), 4);

        CohortStatistics actual = of(tally, scoring(0));

        assertThat(actual.nBaselineZero()).isEqualTo(3);
        assertThat(actual.change().n()).isEqualTo(5);
        assertThat(actual.percentChange().n()).isEqualTo(2);
        assertThat(actual.responders30().observed().n()).isEqualTo(2);
        assertThat(actual.responders30().imputed().n()).isEqualTo(9);
        assertThat(actual.responders50().observed().n()).isEqualTo(2);
    }

    @Test
    void comparesWithThePercentThresholdInIntegers() {
        for (JsonNode example : EdgeCases.named("responder")) {
            CohortTally tally = ofPairs(
                    pair(example.get("baseline").asLong(), example.get("value").asLong()));
            CohortStatistics statistics = of(tally, scoring(0));

            Responders actual = switch (example.get("thresholdPct").asInt()) {
                case 30 -> statistics.responders30();
                case 50 -> statistics.responders50();
                default -> throw new AssertionError("unknown threshold");
            };

            JsonNode expected = example.get("expect");
            assertThat(actual.observed().n()).isEqualTo(expected.isNull() ? 0 : 1);
            assertThat(actual.observed().k()).isEqualTo(expected.asBoolean(false) ? 1 : 0);
            assertThat(actual.imputed().k()).isEqualTo(actual.observed().k());
            assertThat(actual.imputed().n()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @CsvSource({"10, 13, 1, 0", "10, 12, 0, 0", "10, 15, 1, 1", "10, 7, 0, 0"})
    void countsARiseAsImprovementWhereHigherIsBetter(long baseline, long value, long thirty, long fifty) {
        CohortStatistics actual = of(ofPairs(pair(baseline, value)), new Scoring(0, false, true, true, null));

        assertThat(actual.responders30().observed().k()).isEqualTo(thirty);
        assertThat(actual.responders50().observed().k()).isEqualTo(fifty);
    }

    @Test
    void publishesBothDenominators() {
        CohortTally tally = ofPairs(pair(10, 5), pair(10, 10));
        tally.add(new Observation(3, null), 1);

        Responders actual = CohortStatistics.of(tally, scoring(0), 5).responders30();

        assertThat(actual.observed()).isEqualTo(Proportion.of(1, 2));
        assertThat(actual.imputed()).isEqualTo(Proportion.of(1, 5));
    }

    @Test
    void refusesADenominatorThatLeavesOutSomeoneWithAValue() {
        assertThatThrownBy(() -> CohortStatistics.of(ofValues(1, 2, 3), scoring(0), 2))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({"2, 1", "2.0, 1", "2.1, 1", "2.11, 0", "-1, 1"})
    void countsAnAbsoluteImprovementInUnitsWithTheThresholdIncluded(String threshold, long responders) {
        Scoring scoring = withMcid(1, true, threshold, Mcid.Kind.ABSOLUTE);

        Proportion actual = of(ofPairs(pair(70, 49)), scoring).respondersMcid().observed();

        assertThat(actual).isEqualTo(Proportion.of(responders, 1));
    }

    @Test
    void countsAnAbsoluteImprovementFromABaselineOfZero() {
        Scoring scoring = withMcid(0, false, "3", Mcid.Kind.ABSOLUTE);
        CohortTally tally = ofPairs(pair(0, 3), pair(0, -3));
        tally.add(new Observation(8, null), 1);

        assertThat(of(tally, scoring).respondersMcid().observed()).isEqualTo(Proportion.of(1, 2));
    }

    @ParameterizedTest
    @CsvSource({"20, 1", "20.000001, 0", "19.9, 1"})
    void countsAnImprovementInPercentOfTheBaseline(String threshold, long responders) {
        Scoring scoring = withMcid(2, true, threshold, Mcid.Kind.PERCENT);
        CohortTally tally = ofPairs(pair(1000, 800), pair(0, 0));

        Responders actual = of(tally, scoring).respondersMcid();

        assertThat(actual.observed()).isEqualTo(Proportion.of(responders, 1));
        assertThat(actual.imputed()).isEqualTo(Proportion.of(responders, 2));
    }

    @Test
    void countsScoresAtMostTheThresholdWithoutABaseline() {
        Scoring scoring = new Scoring(1, true, false, false, new Mcid(BigDecimal.valueOf(2), Mcid.Kind.VALUE_AT_MOST));

        CohortStatistics actual = CohortStatistics.of(ofValues(10, 20, 21), scoring, 4);

        assertThat(actual.respondersMcid()).isEqualTo(new Responders(Proportion.of(2, 3), Proportion.of(2, 4)));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void readsNoChangeWithoutABaseline(boolean percentChange) {
        CohortStatistics actual = of(
                ofPairs(pair(0, 3), pair(10, 5)),
                new Scoring(0, true, false, percentChange, new Mcid(BigDecimal.ONE, Mcid.Kind.ABSOLUTE)));

        assertThat(actual.value().n()).isEqualTo(2);
        assertThat(actual.change()).isNull();
        assertThat(actual.percentChange()).isNull();
        assertThat(actual.nBaselineZero()).isZero();
        assertThat(actual.responders30()).isNull();
        assertThat(actual.responders50()).isNull();
        assertThat(actual.respondersMcid()).isNull();
    }

    @Test
    void readsNothingInPercentWhereThatIsSwitchedOff() {
        CohortTally tally = ofPairs(pair(0, 3), pair(10, 5));

        CohortStatistics actual =
                of(tally, new Scoring(0, true, true, false, new Mcid(BigDecimal.ONE, Mcid.Kind.PERCENT)));

        assertThat(actual.change().n()).isEqualTo(2);
        assertThat(actual.percentChange()).isNull();
        assertThat(actual.nBaselineZero()).isZero();
        assertThat(actual.responders30()).isNull();
        assertThat(actual.responders50()).isNull();
        assertThat(actual.respondersMcid()).isNull();
    }

    @Test
    void stillCountsAbsoluteImprovementWherePercentIsSwitchedOff() {
        Scoring scoring = new Scoring(0, true, true, false, new Mcid(BigDecimal.ONE, Mcid.Kind.ABSOLUTE));

        assertThat(of(ofPairs(pair(10, 5)), scoring).respondersMcid().observed())
                .isEqualTo(Proportion.of(1, 1));
    }

    @Test
    void countsNoMcidRespondersWithoutAnMcid() {
        assertThat(of(ofPairs(pair(10, 5)), scoring(0)).respondersMcid()).isNull();
    }

    @Test
    void readsNeitherChangeNorResponseAtTheBaselineVisit() {
        Mcid mcid = new Mcid(BigDecimal.valueOf(2), Mcid.Kind.VALUE_AT_MOST);

        assertThat(new Scoring(3, true, true, true, mcid).atBaselineVisit())
                .isEqualTo(new Scoring(3, true, false, false, null));
    }

    @Test
    void overflowsNeitherInDifferencesNorInPercentages() {
        CohortTally tally = ofPairs(pair(Long.MIN_VALUE, Long.MAX_VALUE), pair(Long.MAX_VALUE, Long.MIN_VALUE));

        CohortStatistics actual = of(tally, withMcid(9, true, "18446744073.709551615", Mcid.Kind.ABSOLUTE));

        assertThat(actual.change().mean()).isEqualTo(0.0);
        assertThat(actual.change().max()).isEqualTo(0x1p64 / 1e9);
        assertThat(actual.percentChange().mean()).isCloseTo(-200, within(1e-9));
        assertThat(actual.responders50().observed()).isEqualTo(Proportion.of(1, 1));
        assertThat(actual.respondersMcid().observed()).isEqualTo(Proportion.of(1, 2));
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 10})
    void refusesDecimalsThatScoresCannotHave(int decimals) {
        assertThatThrownBy(() -> scoring(decimals)).isInstanceOf(IllegalArgumentException.class);
    }
}

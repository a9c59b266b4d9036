package io.outcometracker.cohort.chart;

import static org.assertj.core.api.Assertions.assertThat;

import io.outcometracker.cohort.Reports;
import io.outcometracker.cohort.Reports.FollowUpReport;
import io.outcometracker.cohort.tally.TallyRow;
import io.outcometracker.statistics.CohortStatistics;
import io.outcometracker.statistics.CohortTally;
import io.outcometracker.statistics.Mcid;
import io.outcometracker.statistics.Observation;
import io.outcometracker.statistics.Scoring;
import io.outcometracker.testkit.Seeds;
import io.outcometracker.testkit.WorkedExample;
import java.math.BigDecimal;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** However often a cohort was amended, its numbers are those of the final data, to the last bit. */
class AmendedCohortTest {
    private static final int AMENDMENTS = 1_000_000;
    private static final int PARTICIPANTS = 250;
    private static final int BASELINE = 0;
    private static final int WEEK4 = 1;
    private static final int DECIMALS = 2;
    private static final Scoring SCORING =
            new Scoring(DECIMALS, true, true, true, new Mcid(BigDecimal.valueOf(2), Mcid.Kind.ABSOLUTE));

    private final Fold lived = new Fold();
    /** By participant, then baseline and week 4: the last version, and the score in hundredths that it has. */
    private final int[][] versions = new int[PARTICIPANTS][2];

    private final @Nullable Long[][] scores = new Long[PARTICIPANTS][2];

    @Test
    void equalsAFreshComputationAfterAMillionAmendmentsAndRetractions() {
        long seed = (long)
                Seeds.seeds().reduce((first, second) -> second).orElseThrow().get()[0];
        Random random = new Random(seed);
        for (int participant = 0; participant < PARTICIPANTS; participant++) {
            lived.report(Reports.enrolment("P" + participant).event());
        }
        for (int i = 0; i < AMENDMENTS; i++) {
            amend(random.nextInt(PARTICIPANTS), random.nextInt(2), random);
        }

        CohortTally fresh = new CohortTally();
        for (@Nullable Long[] score : scores) {
            if (score[WEEK4] != null) {
                fresh.add(new Observation(score[WEEK4], score[BASELINE]), 1);
            }
        }
        CohortTally amended = tally(lived.tallies().get(WorkedExample.TRIAL + "|W4|NRS"));
        assertThat(amended.counts()).as("-Dtest.seed=%d", seed).isEqualTo(fresh.counts());
        assertThat(CohortStatistics.of(amended, SCORING, PARTICIPANTS))
                .as("-Dtest.seed=%d", seed)
                .isEqualTo(CohortStatistics.of(fresh, SCORING, PARTICIPANTS));
    }

    /** Every fourth is a retraction, and now and then a score is mistyped beyond all measure. */
    private void amend(int participant, int visit, Random random) {
        @Nullable
        Long score = random.nextInt(4) == 0
                ? null
                : Long.valueOf(random.nextInt(50) == 0 ? random.nextLong(1_000_000_000_000L) : random.nextInt(1001));
        scores[participant][visit] = score;
        FollowUpReport report = Reports.score(
                        "P" + participant,
                        visit == BASELINE ? "BL" : "W4",
                        "NRS",
                        score == null
                                ? "0"
                                : BigDecimal.valueOf(score, DECIMALS).toString())
                .version(++versions[participant][visit]);
        lived.report((score == null ? report.retracted() : report).event());
    }

    private static CohortTally tally(Map<TallyRow, Long> rows) {
        CohortTally tally = new CohortTally();
        rows.forEach((row, count) -> {
            TallyRow.Result result = (TallyRow.Result) row;
            BigDecimal value = result.value();
            if (value != null) {
                BigDecimal baseline = result.baseline();
                tally.add(new Observation(scaled(value), baseline == null ? null : scaled(baseline)), count);
            }
        });
        return tally;
    }

    private static long scaled(BigDecimal number) {
        return number.setScale(DECIMALS).unscaledValue().longValueExact();
    }
}

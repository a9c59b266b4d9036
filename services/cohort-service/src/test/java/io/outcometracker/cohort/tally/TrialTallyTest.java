package io.outcometracker.cohort.tally;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.outcometracker.cohort.tally.TallyRow.Participation;
import io.outcometracker.cohort.tally.TallyRow.Presence;
import io.outcometracker.contract.AdverseEvent.Severity;
import io.outcometracker.contract.Cohort;
import io.outcometracker.contract.Enrolment.Status;
import io.outcometracker.contract.TrialSummary;
import io.outcometracker.contract.TrialSummary.AdverseEvents;
import io.outcometracker.contract.TrialSummary.Flow;
import io.outcometracker.testkit.WorkedExample;
import java.time.Instant;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrialTallyTest {
    private static final LocalDate DAY1 = LocalDate.of(2025, 1, 1);
    private static final double MONTH = 365.25 / 12;

    private final Map<TallyRow, Long> rows = new HashMap<>();

    private void add(
            long count,
            String site,
            @Nullable String arm,
            Status status,
            @Nullable LocalDate day1,
            @Nullable LocalDate left,
            @Nullable String reason) {
        add(count, site, arm, status, day1, left, reason, 0, 0, null);
    }

    private void add(
            long count,
            String site,
            @Nullable String arm,
            Status status,
            @Nullable LocalDate day1,
            @Nullable LocalDate left,
            @Nullable String reason,
            int events,
            int seriousEvents,
            @Nullable Severity worst) {
        rows.merge(
                new Participation(
                        new Cell(site, arm, new TreeMap<>()),
                        new Presence(day1, left),
                        status,
                        reason,
                        events,
                        seriousEvents,
                        worst),
                count,
                Long::sum);
    }

    private SortedMap<Cohort, TrialSummary> summaries(View view, String day) {
        return new TrialTally(WorkedExample.TRIAL, () -> rows)
                .summaries(WorkedExample.protocol(), view, Instant.parse(day + "T23:59:59Z"));
    }

    private TrialSummary summary(Cohort cohort, String day) {
        return Objects.requireNonNull(summaries(View.unblinded(), day).get(cohort));
    }

    @Test
    void countsHowFarParticipantsCame() {
        add(2, "S1", null, Status.SCREENED, null, null, null);
        add(3, "S1", null, Status.EXCLUDED, null, null, "INELIGIBLE");
        add(1, "S1", null, Status.EXCLUDED, null, null, null);
        add(5, "S1", "ACT", Status.ON_STUDY, DAY1, null, null);
        add(1, "S1", "PBO", Status.ON_STUDY, null, null, null);
        add(2, "S1", "PBO", Status.OFF_STUDY, DAY1, DAY1.plusDays(9), "DEATH");
        add(4, "S1", "PBO", Status.FOLLOW_UP_WITHDRAWN, DAY1, DAY1.plusDays(9), "WITHDRAWAL BY SUBJECT");

        assertThat(summary(Cohort.ALL, "2025-06-01").flow())
                .isEqualTo(new Flow(
                        18,
                        4,
                        Map.of("INELIGIBLE", 3L),
                        12,
                        11,
                        6,
                        6,
                        4,
                        Map.of("DEATH", 2L, "WITHDRAWAL BY SUBJECT", 4L)));
        assertThat(summary(Cohort.arm("PBO"), "2025-06-01").flow())
                .isEqualTo(new Flow(7, 0, Map.of(), 7, 6, 1, 6, 4, Map.of("DEATH", 2L, "WITHDRAWAL BY SUBJECT", 4L)));
    }

    @Test
    void countsAParticipantWithThreeEventsOnce() {
        add(1, "S1", "ACT", Status.ON_STUDY, DAY1, null, null, 3, 1, Severity.SEVERE);
        add(2, "S1", "ACT", Status.ON_STUDY, DAY1, null, null, 1, 0, Severity.MILD);
        add(1, "S1", "ACT", Status.ON_STUDY, DAY1, null, null, 2, 2, Severity.MODERATE);
        add(4, "S1", "ACT", Status.ON_STUDY, DAY1, null, null);

        AdverseEvents events = summary(Cohort.ALL, "2025-01-31").adverseEvents();

        assertThat(events.treated()).isEqualTo(8);
        assertThat(events.participants()).isEqualTo(4);
        assertThat(events.share()).isEqualTo(0.5);
        assertThat(events.events()).isEqualTo(7);
        assertThat(events.seriousEvents()).isEqualTo(3);
        assertThat(events.participantsWithSerious()).isEqualTo(2);
        assertThat(events.worstMild()).isEqualTo(2);
        assertThat(events.worstModerate()).isEqualTo(1);
        assertThat(events.worstSevere()).isEqualTo(1);
        assertThat(events.participantMonths()).isCloseTo(8 * 31 / MONTH, within(1e-12));
        assertThat(events.eventsPer100Months()).isCloseTo(700 / (8 * 31 / MONTH), within(1e-12));
    }

    @ParameterizedTest
    @CsvSource({
        "2025-01-01, , 1",
        "2025-01-10, , 10",
        "2025-01-10, 2025-01-04, 4",
        "2025-01-10, 2025-01-01, 1",
        "2025-01-10, 2024-12-31, 0",
        "2025-01-10, 2025-02-01, 10"
    })
    void countsTimeFromDay1ToTheLastDayWithBothIncluded(String day, @Nullable LocalDate left, int days) {
        add(1, "S1", "ACT", left == null ? Status.ON_STUDY : Status.OFF_STUDY, DAY1, left, null);

        assertThat(summary(Cohort.ALL, day).adverseEvents().participantMonths()).isCloseTo(days / MONTH, within(1e-12));
    }

    @Test
    void countsNothingOfWhoIsTreatedLater() {
        add(1, "S1", "ACT", Status.ON_STUDY, DAY1.plusDays(1), null, null, 1, 1, Severity.SEVERE);

        assertThat(summary(Cohort.ALL, "2025-01-01").adverseEvents())
                .isEqualTo(new AdverseEvents(0, 0, null, 0, 0, 0, 0, 0, 0, 0, null));
    }

    @Test
    void publishesATrialWithoutParticipants() {
        TrialSummary summary = summary(Cohort.ALL, "2025-01-01");

        assertThat(summary.flow()).isEqualTo(new Flow(0, 0, Map.of(), 0, 0, 0, 0, 0, Map.of()));
        assertThat(summary.adverseEvents().share()).isNull();
        assertThat(summary.adverseEvents().eventsPer100Months()).isNull();
    }

    @Test
    void summarisesArmsOnlyForWhoMayKnowThem() {
        add(1, "S1", "ACT", Status.ON_STUDY, DAY1, null, null);

        assertThat(summaries(View.operational(false), "2025-01-01")).containsOnlyKeys(Cohort.ALL, Cohort.site("S1"));
        assertThat(summaries(View.operational(true), "2025-01-01"))
                .containsOnlyKeys(Cohort.ALL, Cohort.site("S1"), Cohort.arm("ACT"));
    }
}

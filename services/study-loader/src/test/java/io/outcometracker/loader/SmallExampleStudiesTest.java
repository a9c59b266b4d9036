package io.outcometracker.loader;

import static org.assertj.core.api.Assertions.assertThat;

import io.outcometracker.contract.Cohort;
import io.outcometracker.contract.CohortMetric;
import io.outcometracker.contract.Enrolment;
import io.outcometracker.contract.FollowUp;
import io.outcometracker.contract.Protocol;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The two small simulated studies have what their READMEs say. */
class SmallExampleStudiesTest {
    private static final String CELL_THERAPY = "cell-therapy";
    private static final String SLEEP = "sleep-inflammation";
    private static final LocalDate TODAY = LocalDate.of(2026, 11, 1);

    private static Study study(String name) {
        return StudyFolder.read(Path.of("../../infra/example-studies", name));
    }

    @ParameterizedTest
    @ValueSource(strings = {CELL_THERAPY, SLEEP})
    void saysThatItIsSimulated(String name) {
        Study study = study(name);

        assertThat(study.trial()).startsWith("SIM-");
        assertThat(study.protocol().title()).startsWith("Simulated").contains("no real person");
        assertThat(Path.of("../../infra/example-studies", name, "README.md"))
                .content()
                .contains("**Simulated data, no real person.**");
    }

    @ParameterizedTest
    @ValueSource(strings = {CELL_THERAPY, SLEEP})
    void givesOnlyScoresThatTheProtocolAllowsAndAllOfThemInThePast(String name) {
        Study study = study(name);

        for (FollowUpRecord record : study.followUps()) {
            Protocol.Instrument instrument =
                    study.protocol().instrument(record.instrument()).orElseThrow();
            BigDecimal value = record.value();
            if (value != null) {
                assertThat(value).isGreaterThanOrEqualTo(instrument.min());
                assertThat(instrument.max() == null || value.compareTo(instrument.max()) <= 0)
                        .isTrue();
                assertThat(value.stripTrailingZeros().scale()).isLessThanOrEqualTo(instrument.decimals());
                assertThat(record.assessedOn()).isBefore("2025-12-31");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {CELL_THERAPY, SLEEP})
    void hasCorrectionsRepetitionsAndGaps(String name) {
        Study study = study(name);

        assertThat(study.followUps())
                .extracting(FollowUpRecord::status)
                .contains(FollowUp.Status.AMENDED, FollowUp.Status.NOT_DONE, FollowUp.Status.ENTERED_IN_ERROR);
        assertThat(study.followUps())
                .filteredOn(it -> it.status() == FollowUp.Status.AMENDED)
                .allMatch(it -> it.reasonForChange() != null);
        assertThat(study.followUps())
                .filteredOn(it -> it.status() == FollowUp.Status.NOT_DONE)
                .allMatch(it -> it.notDoneReason() != null);
        assertThat(new HashSet<>(study.followUps()))
                .hasSizeLessThan(study.followUps().size());
    }

    /** The order of the folder is that of arrival. */
    @ParameterizedTest
    @ValueSource(strings = {CELL_THERAPY, SLEEP})
    void hasRecordsThatComeAfterThoseOfParticipantsWhoWereAssessedLater(String name) {
        List<LocalDate> assessed = study(name).followUps().stream()
                .filter(it -> it.version() == 1)
                .map(FollowUpRecord::assessedOn)
                .filter(Objects::nonNull)
                .toList();

        LocalDate latest = assessed.get(0);
        int late = 0;
        for (LocalDate date : assessed) {
            late += date.isBefore(latest) ? 1 : 0;
            latest = date.isAfter(latest) ? date : latest;
        }
        assertThat(late).isGreaterThan(assessed.size() / 10);
    }

    @Test
    void isAMaskedTrialOfTwoArmsOfEleven() {
        Study study = study(CELL_THERAPY);

        assertThat(study.protocol().masked()).isTrue();
        assertThat(study.protocol().pValues()).isFalse();
        assertThat(study.protocol().sponsorRule(false).threshold()).isEqualTo(5);
        assertThat(enrolled(study).collect(Collectors.groupingBy(EnrolmentRecord::arm, Collectors.counting())))
                .containsOnlyKeys("CELLS", "SHAM")
                .allSatisfy((arm, participants) -> assertThat(participants).isEqualTo(11));
        assertThat(study.protocol().instruments())
                .extracting(Protocol.Instrument::code)
                .containsExactly("NRS", "ODI", "STEPS", "SAT", "PHQ9", "GAD7");
    }

    private static Stream<EnrolmentRecord> enrolled(Study study) {
        return study.enrolments().stream()
                .collect(Collectors.toMap(
                        EnrolmentRecord::participant, it -> it, (a, b) -> a.version() > b.version() ? a : b))
                .values()
                .stream()
                .filter(it -> it.arm() != null);
    }

    @Test
    void hasScreeningFailuresLeaversAndAnArmThatWasCorrected() {
        Study study = study(CELL_THERAPY);

        assertThat(study.enrolments())
                .filteredOn(it -> it.status() == Enrolment.Status.EXCLUDED)
                .extracting(EnrolmentRecord::offStudyReason)
                .containsOnly("INELIGIBLE", "DECLINED")
                .hasSize(6);
        assertThat(study.enrolments())
                .extracting(EnrolmentRecord::status)
                .contains(Enrolment.Status.OFF_STUDY, Enrolment.Status.FOLLOW_UP_WITHDRAWN);
        assertThat(study.enrolments())
                .filteredOn(it -> it.version() == 3 && it.status() == Enrolment.Status.ON_STUDY)
                .hasSize(1)
                .allSatisfy(corrected -> assertThat(study.enrolments())
                        .anyMatch(it -> it.participant().equals(corrected.participant())
                                && it.version() == 2
                                && !corrected.arm().equals(it.arm())));
    }

    @Test
    void amendsABaselineAfterMonthFour() {
        List<FollowUpRecord> records = study(CELL_THERAPY).followUps();
        Set<String> atMonthFour = new HashSet<>();

        boolean late = false;
        for (FollowUpRecord record : records) {
            if (record.visit().equals("M4")) {
                atMonthFour.add(record.participant() + record.instrument());
            }
            late |= record.visit().equals("BL")
                    && record.status() == FollowUp.Status.AMENDED
                    && atMonthFour.contains(record.participant() + record.instrument());
        }
        assertThat(late).isTrue();
    }

    @Test
    void hasAdverseEventsWithCorrectionsRepetitionsAndSeriousOnes() {
        List<AdverseEventRecord> events = study(CELL_THERAPY).adverseEvents();

        assertThat(events.stream().map(AdverseEventRecord::recordId).distinct()).hasSizeBetween(15, 45);
        assertThat(new HashSet<>(events)).hasSizeLessThan(events.size());
        assertThat(events).extracting(it -> it.status().name()).contains("FINAL", "AMENDED", "ENTERED_IN_ERROR");
        assertThat(events).extracting(AdverseEventRecord::serious).contains(true, false);
    }

    @Test
    void isATrialWithoutArmsInWhichConcentrationsFallBelowTheLimitOfDetection() {
        Study study = study(SLEEP);

        assertThat(study.protocol().masked()).isFalse();
        assertThat(study.protocol().arms()).isEmpty();
        assertThat(study.protocol().visits()).hasSize(4);
        assertThat(study.enrolments().stream().map(EnrolmentRecord::participant).distinct())
                .hasSize(31);
        for (String lab : List.of("CRP", "IL6")) {
            CohortMetric metric = metric(study, "W12", lab, Cohort.ALL);
            assertThat(study.protocol().instrument(lab).orElseThrow().logScale())
                    .isTrue();
            assertThat(metric.geometricMean().mean())
                    .isLessThan(metric.value().mean())
                    .isBetween(1.0, 6.0);
            assertThat(study.followUps())
                    .anyMatch(it -> it.instrument().equals(lab) && it.comparator() == FollowUp.Comparator.LESS);
        }
    }

    @Test
    void showsBelievableEffects() {
        assertThat(metric(study(CELL_THERAPY), "M4", "NRS", Cohort.arm("CELLS"))
                        .change()
                        .mean())
                .isBetween(-5.0, -2.0);
        assertThat(metric(study(CELL_THERAPY), "M4", "NRS", Cohort.arm("SHAM"))
                        .change()
                        .mean())
                .isBetween(-2.0, 0.0);
        assertThat(metric(study(SLEEP), "W12", "PSQI", Cohort.ALL).change().mean())
                .isBetween(-5.0, -1.5);
    }

    private static CohortMetric metric(Study study, String visit, String instrument, Cohort cohort) {
        return Recomputation.of(study, TODAY).stream()
                .filter(it -> it.visit().equals(visit)
                        && it.instrument().equals(instrument)
                        && it.cohort().equals(cohort))
                .findFirst()
                .orElseThrow();
    }
}

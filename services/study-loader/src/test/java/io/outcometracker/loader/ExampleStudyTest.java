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
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The simulated study has what studies have in life, so that whoever loads it sees that handled. */
class ExampleStudyTest {
    private static final LocalDate TODAY = LocalDate.of(2026, 11, 1);

    private final Study study = StudyFolder.read(Path.of("../../infra/example-studies/chronic-pain"));

    @Test
    void isOfTheSizeOfARealTrial() {
        assertThat(study.protocol().sites()).hasSize(4);
        assertThat(study.protocol().visits()).hasSize(5);
        assertThat(study.protocol().instruments()).hasSizeBetween(8, 15);
        assertThat(study.enrolments().stream().map(EnrolmentRecord::participant).distinct())
                .hasSize(128);
        assertThat(study.followUps()).hasSizeBetween(4000, 7000);
    }

    @Test
    void givesOnlyScoresThatTheProtocolAllows() {
        for (FollowUpRecord record : study.followUps()) {
            Protocol.Instrument instrument =
                    study.protocol().instrument(record.instrument()).orElseThrow();
            BigDecimal value = record.value();
            if (value != null) {
                assertThat(value).isBetween(instrument.min(), instrument.max());
                assertThat(value.stripTrailingZeros().scale()).isLessThanOrEqualTo(instrument.decimals());
            }
        }
    }

    @Test
    void liesWhollyInThePast() {
        LocalDate lastDay1 = study.enrolments().stream()
                .map(EnrolmentRecord::day1)
                .max(LocalDate::compareTo)
                .orElseThrow();

        for (Protocol.Visit visit : study.protocol().visits()) {
            assertThat(lastDay1.plusDays(visit.windowClose())).isBefore("2025-12-31");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"AMENDED", "NOT_DONE", "ENTERED_IN_ERROR"})
    void hasCorrections(FollowUp.Status status) {
        assertThat(study.followUps()).extracting(FollowUpRecord::status).contains(status);
    }

    @Test
    void hasRepetitionsAndCorrectionsThatOvertakeEachOther() {
        assertThat(study.followUps().stream().distinct().count())
                .isLessThan(study.followUps().size());
        assertThat(study.followUps()).anyMatch(it -> it.version() == 3);
    }

    @Test
    void hasParticipantsWhoLeftOrWithdrewAndAnArmThatWasCorrected() {
        assertThat(study.enrolments())
                .extracting(EnrolmentRecord::status)
                .contains(Enrolment.Status.OFF_STUDY, Enrolment.Status.FOLLOW_UP_WITHDRAWN);
        assertThat(study.enrolments()).anyMatch(it -> it.version() == 2 && it.status() == Enrolment.Status.ON_STUDY);
    }

    @Test
    void hasGapsAndVisitsOutsideTheirWindow() {
        long participants = study.enrolments().stream()
                .map(EnrolmentRecord::participant)
                .distinct()
                .count();
        List<CohortMetric> metrics = Recomputation.of(study, TODAY);

        assertThat(metric(metrics, "M4", "NRS", Cohort.ALL).value().n()).isBetween(90L, participants - 10);
        assertThat(study.followUps())
                .anyMatch(it -> it.visit().equals("W2") && studyDay(it) > 18)
                .anyMatch(it -> it.visit().equals("M4") && studyDay(it) < 107 && it.value() != null);
    }

    private long studyDay(FollowUpRecord record) {
        LocalDate day1 = study.enrolments().stream()
                .filter(it -> it.participant().equals(record.participant()))
                .findFirst()
                .orElseThrow()
                .day1();
        return record.assessedOn() == null ? 110 : record.assessedOn().toEpochDay() - day1.toEpochDay() + 1;
    }

    @Test
    void showsABelievableEffect() {
        List<CohortMetric> metrics = Recomputation.of(study, TODAY);

        CohortMetric cells = metric(metrics, "M4", "NRS", Cohort.arm("BM-MSC"));
        CohortMetric usualCare = metric(metrics, "M4", "NRS", Cohort.arm("USUAL-CARE"));
        assertThat(cells.change().mean()).isBetween(-4.0, -1.5);
        assertThat(usualCare.change().mean()).isBetween(-1.5, 0.0);
    }

    private static CohortMetric metric(List<CohortMetric> metrics, String visit, String instrument, Cohort cohort) {
        return metrics.stream()
                .filter(it -> it.visit().equals(visit)
                        && it.instrument().equals(instrument)
                        && it.cohort().equals(cohort))
                .findFirst()
                .orElseThrow();
    }
}

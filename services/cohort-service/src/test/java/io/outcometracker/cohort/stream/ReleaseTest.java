package io.outcometracker.cohort.stream;

import static io.outcometracker.cohort.Reports.enrolment;
import static io.outcometracker.cohort.Reports.score;
import static io.outcometracker.cohort.stream.Plans.daily;
import static io.outcometracker.cohort.stream.Plans.plan;
import static io.outcometracker.cohort.stream.Plans.unblinding;
import static org.assertj.core.api.Assertions.assertThat;

import io.outcometracker.contract.Cohort;
import io.outcometracker.contract.CohortMetric;
import io.outcometracker.contract.Protocol.Release;
import io.outcometracker.contract.Topics;
import io.outcometracker.testkit.WorkedExample;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What of a masked trial the sponsor sees when; the clock starts at noon. */
class ReleaseTest {
    private static final Instant MIDNIGHT = Instant.parse("2025-09-26T00:00:00Z");
    private static final Instant NEXT_MIDNIGHT = MIDNIGHT.plus(Duration.ofDays(1));
    private static final String ALL = "CLBP-CELL-01|BL|NRS|all";

    @TempDir
    Path state;

    private TopologyHarness pipeline;

    @BeforeEach
    void start() {
        pipeline = new TopologyHarness(state, WorkedExample.AS_OF);
        pipeline.plan(plan().masked().version(1));
    }

    @AfterEach
    void stop() {
        pipeline.close();
    }

    private void enrolAndScore(int first, int last) {
        for (int i = first; i <= last; i++) {
            String participant = "P" + i;
            pipeline.report(
                    enrolment(participant).arm(i % 2 == 0 ? "ACT" : "PBO").build());
            pipeline.report(score(participant, "BL", "NRS", i % 10).build());
        }
        pipeline.publish();
    }

    private CohortMetric sponsors() {
        return Objects.requireNonNull(pipeline.blinded().get(ALL), "nothing released");
    }

    private long n() {
        return Objects.requireNonNull(sponsors().value(), "suppressed").n();
    }

    @Test
    void showsWhatWasReportedOnceItsDayIsOver() {
        enrolAndScore(1, 6);
        pipeline.passTo(MIDNIGHT.minusSeconds(1));
        assertThat(pipeline.blinded()).isEmpty();

        pipeline.passTo(MIDNIGHT);

        assertThat(pipeline.blinded()).containsOnlyKeys(ALL);
        assertThat(n()).isEqualTo(6);
        assertThat(sponsors().asOf()).isEqualTo(MIDNIGHT);
    }

    @Test
    void saysUpToWhereTheLogIsInARelease() {
        enrolAndScore(1, 6);
        pipeline.passTo(MIDNIGHT);
        enrolAndScore(7, 8);

        assertThat(sponsors().upTo())
                .isEqualTo(Map.of(
                        Topics.ENROLMENTS.name(), List.of(6L),
                        Topics.FOLLOW_UPS.name(), List.of(6L),
                        Topics.ERASURES.name(), List.of(0L)));
    }

    @Test
    void showsTheUnblindedAudienceEverythingAtOnce() {
        enrolAndScore(1, 2);

        assertThat(pipeline.unblinded().keySet())
                .filteredOn(it -> it.startsWith("CLBP-CELL-01|BL|NRS|"))
                .containsExactlyInAnyOrder(
                        ALL,
                        "CLBP-CELL-01|BL|NRS|arm=ACT",
                        "CLBP-CELL-01|BL|NRS|arm=PBO",
                        "CLBP-CELL-01|BL|NRS|site=S1");
        assertThat(pipeline.unblinded().get(ALL).upTo()).isNull();
    }

    @Test
    void doesNotReleaseWhatTooFewReported() {
        enrolAndScore(1, 6);
        pipeline.passTo(MIDNIGHT);
        enrolAndScore(7, 10);

        pipeline.passTo(NEXT_MIDNIGHT);

        assertThat(n()).isEqualTo(6);
        assertThat(sponsors().asOf()).isEqualTo(MIDNIGHT);
    }

    /** Otherwise the time of a release would be the time of a record. */
    @Test
    void waitsForTheEndOfTheDayAfterTooFewReported() {
        enrolAndScore(1, 6);
        pipeline.passTo(MIDNIGHT);
        enrolAndScore(7, 10);
        pipeline.passTo(NEXT_MIDNIGHT);

        enrolAndScore(11, 12);
        assertThat(n()).isEqualTo(6);
        pipeline.passTo(NEXT_MIDNIGHT.plus(Duration.ofDays(1)));

        assertThat(n()).isEqualTo(12);
    }

    /** An event's changes arrive one after the other, and time may pass between them. */
    @Test
    void releasesNothingInTheMiddleOfAnEvent() {
        enrolAndScore(1, 6);
        Map<String, Long> upTo = Map.of(Topics.FOLLOW_UPS.name(), 100L);
        pipeline.change("CLBP-CELL-01|BL|NRS", new TallyChange(0, upTo, true, List.of()));

        pipeline.passTo(MIDNIGHT);
        assertThat(pipeline.blinded()).isEmpty();
        pipeline.restart();
        pipeline.publish();
        assertThat(pipeline.blinded()).isEmpty();
        pipeline.change("CLBP-CELL-01", new TallyChange(0, upTo, false, List.of()));
        pipeline.publish();

        assertThat(n()).isEqualTo(6);
        assertThat(sponsors().upTo()).isEqualTo(Map.of(Topics.FOLLOW_UPS.name(), List.of(100L)));
    }

    @Test
    void keepsAReleaseWhileRecordsComeAndDaysPass() {
        pipeline.plan(plan().masked()
                .sponsor(1, new Release(Duration.ofDays(1000), 1))
                .version(2));
        enrolAndScore(1, 6);
        Instant release = Instant.EPOCH.plus(Duration.ofDays(21_000));
        pipeline.passTo(release);
        assertThat(sponsors().asOf()).isEqualTo(release);
        int released = sponsorsMessages();

        enrolAndScore(7, 12);
        pipeline.pass(Duration.ofDays(3));

        assertThat(n()).isEqualTo(6);
        assertThat(sponsorsMessages()).isEqualTo(released);
    }

    private int sponsorsMessages() {
        return (int) pipeline.messages().stream()
                .filter(it -> it.topic().equals(Topics.COHORT_METRICS.name()))
                .count();
    }

    @Test
    void goesOnAfterARestartWhereItStopped() {
        enrolAndScore(1, 6);
        pipeline.passTo(MIDNIGHT);
        enrolAndScore(7, 12);
        int before = pipeline.messages().size();

        pipeline.restart();
        pipeline.publish();
        assertThat(pipeline.messages()).hasSize(before);
        assertThat(n()).isEqualTo(6);
        pipeline.passTo(NEXT_MIDNIGHT);

        assertThat(n()).isEqualTo(12);
        assertThat(sponsors().upTo()).containsEntry(Topics.FOLLOW_UPS.name(), List.of(12L));
    }

    @Test
    void releasesAfterARestartWhatBecameDueMeanwhile() {
        enrolAndScore(1, 6);

        pipeline.restart(MIDNIGHT.plusSeconds(3600));
        pipeline.publish();

        assertThat(n()).isEqualTo(6);
    }

    @Test
    void appliesAnotherPlanToWhatWasReleased() {
        enrolAndScore(1, 6);
        pipeline.passTo(MIDNIGHT);
        enrolAndScore(7, 12);

        pipeline.plan(plan().masked().version(2));
        pipeline.publish();

        assertThat(n()).isEqualTo(6);
        assertThat(sponsors().protocolVersion()).isEqualTo(2);
        assertThat(sponsors().asOf()).isEqualTo(MIDNIGHT);
    }

    @Test
    void opensTheArmsWhenTheTrialIsUnblinded() {
        enrolAndScore(1, 6);

        pipeline.unblind(unblinding(null));
        pipeline.publish();

        assertThat(pipeline.blinded()).containsKeys(ALL, "CLBP-CELL-01|BL|NRS|arm=ACT", "CLBP-CELL-01|BL|NRS|arm=PBO");
        assertThat(n()).isEqualTo(6);
        assertThat(sponsors().upTo()).isNull();
        assertThat(pipeline.view(Topics.COMPLETENESS)).containsKey("CLBP-CELL-01|BL|NRS|arm=ACT");
        assertThat(pipeline.view(Topics.TRIAL_SUMMARIES)).containsKey("CLBP-CELL-01|arm=ACT");
    }

    @Test
    void opensNothingWhenOneParticipantIsUnblinded() {
        enrolAndScore(1, 6);
        int before = pipeline.messages().size();

        pipeline.unblind(unblinding("P1"));
        pipeline.publish();

        assertThat(pipeline.messages()).hasSize(before);
    }

    @Test
    void keepsReleasingInBatchesAfterUnblindingIfTheProtocolSaysSo() {
        pipeline.plan(plan().masked().sponsor(1, daily(1)).version(2));
        pipeline.unblind(unblinding(null));
        enrolAndScore(1, 6);
        assertThat(pipeline.blinded()).isEmpty();

        pipeline.passTo(MIDNIGHT);

        assertThat(pipeline.blinded()).containsKeys(ALL, "CLBP-CELL-01|BL|NRS|arm=ACT");
    }

    @Test
    void takesEverythingBackWhenAnOpenTrialIsMaskedAndStartsOver() {
        enrolAndScore(1, 6);
        pipeline.passTo(MIDNIGHT);
        pipeline.plan(plan().version(2));
        enrolAndScore(7, 8);
        assertThat(n()).isEqualTo(8);

        pipeline.plan(plan().masked().version(3));
        pipeline.publish();
        assertThat(pipeline.blinded()).isEmpty();
        pipeline.passTo(NEXT_MIDNIGHT);

        assertThat(pipeline.blinded()).containsOnlyKeys(ALL);
        assertThat(n()).isEqualTo(8);
    }

    /** The longest time that can be said in a protocol. */
    @Test
    void neverReleasesWhereTheProtocolSaysSoToAllIntents() {
        pipeline.plan(plan().masked()
                .sponsor(1, new Release(Duration.ofSeconds(Long.MAX_VALUE), 1))
                .version(2));

        enrolAndScore(1, 6);
        pipeline.pass(Duration.ofDays(1000));

        assertThat(pipeline.blinded()).isEmpty();
        assertThat(pipeline.unblinded()).containsKey("CLBP-CELL-01|BL|NRS|" + Cohort.ALL);
    }

    @Test
    void releasesToEveryoneByARuleOfItsOwn() {
        pipeline.plan(plan().masked().everyone(5, daily(5)).version(2));
        pipeline.unblind(unblinding(null));
        enrolAndScore(1, 10);
        assertThat(pipeline.view(Topics.COHORT_METRICS_PUBLIC)).isEmpty();
        assertThat(n()).isEqualTo(10);

        pipeline.passTo(MIDNIGHT);

        assertThat(pipeline.view(Topics.COHORT_METRICS_PUBLIC))
                .containsOnlyKeys(ALL, "CLBP-CELL-01|BL|NRS|arm=ACT", "CLBP-CELL-01|BL|NRS|arm=PBO");
    }

    @Test
    void takesBackWhatEveryoneSawWhenTheProtocolPublishesNothingAnyMore() {
        pipeline.plan(plan().masked().everyone(5, daily(5)).version(2));
        enrolAndScore(1, 6);
        pipeline.passTo(MIDNIGHT);
        assertThat(pipeline.view(Topics.COHORT_METRICS_PUBLIC)).containsOnlyKeys(ALL);

        pipeline.plan(plan().masked().version(3));
        pipeline.publish();

        assertThat(pipeline.view(Topics.COHORT_METRICS_PUBLIC)).isEmpty();
        assertThat(n()).isEqualTo(6);
    }
}

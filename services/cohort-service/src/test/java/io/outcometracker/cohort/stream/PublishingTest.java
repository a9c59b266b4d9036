package io.outcometracker.cohort.stream;

import static io.outcometracker.cohort.Reports.adverseEvent;
import static io.outcometracker.cohort.Reports.enrolment;
import static io.outcometracker.cohort.Reports.erasure;
import static io.outcometracker.cohort.Reports.score;
import static io.outcometracker.cohort.stream.Plans.plan;
import static org.assertj.core.api.Assertions.assertThat;

import io.outcometracker.contract.Completeness;
import io.outcometracker.contract.Enrolment.Status;
import io.outcometracker.contract.Topic;
import io.outcometracker.contract.Topics;
import io.outcometracker.contract.TrialSummary;
import io.outcometracker.testkit.WorkedExample;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is published besides cohort metrics, and what is taken back. */
class PublishingTest {
    private static final LocalDate TODAY = LocalDate.ofInstant(WorkedExample.AS_OF, ZoneOffset.UTC);

    @TempDir
    Path state;

    private TopologyHarness pipeline;

    @BeforeEach
    void start() {
        pipeline = new TopologyHarness(state, WorkedExample.AS_OF);
    }

    @AfterEach
    void stop() {
        pipeline.close();
    }

    private Completeness.Counts completeness(String key) {
        return Objects.requireNonNull(pipeline.view(Topics.COMPLETENESS).get(key), key)
                .counts();
    }

    private TrialSummary summary() {
        return Objects.requireNonNull(pipeline.view(Topics.TRIAL_SUMMARIES).get("CLBP-CELL-01|all"));
    }

    @Test
    void countsAVisitAsOverdueFromMidnightOnThoughNoRecordComes() {
        pipeline.plan(plan().version(1));
        pipeline.report(enrolment("P1").day1(TODAY.minusDays(35)).build());
        pipeline.report(enrolment("P2").day1(TODAY.minusDays(35)).build());
        pipeline.report(score("P2", "W4", "NRS", 5).assessedOn(TODAY).build());
        pipeline.publish();
        assertThat(completeness("CLBP-CELL-01|W4|NRS|all").due()).isEqualTo(1);

        pipeline.pass(Duration.ofHours(12));

        assertThat(completeness("CLBP-CELL-01|W4|NRS|all").due()).isZero();
        assertThat(completeness("CLBP-CELL-01|W4|NRS|all").overdue()).isEqualTo(1);
        assertThat(completeness("CLBP-CELL-01|W4|NRS|all").receivedInWindow()).isEqualTo(1);
        assertThat(pipeline.unblinded().get("CLBP-CELL-01|W4|NRS|arm=ACT").completeness())
                .isEqualTo(completeness("CLBP-CELL-01|W4|NRS|all"));
    }

    @Test
    void countsAVisitAsOverdueOfWhichNoRecordEverCame() {
        pipeline.plan(plan().version(1));
        pipeline.report(enrolment("P1").day1(TODAY.minusDays(35)).build());
        pipeline.report(enrolment("P2").day1(TODAY.minusDays(10)).build());
        pipeline.publish();
        assertThat(completeness("CLBP-CELL-01|W4|ODI|all").due()).isEqualTo(1);
        assertThat(completeness("CLBP-CELL-01|W4|ODI|all").notDue()).isEqualTo(1);

        pipeline.pass(Duration.ofHours(12));

        assertThat(completeness("CLBP-CELL-01|W4|ODI|all").overdue()).isEqualTo(1);
        assertThat(completeness("CLBP-CELL-01|W4|ODI|all").notDue()).isEqualTo(1);
        assertThat(completeness("CLBP-CELL-01|W4|ODI|site=S1").overdue()).isEqualTo(1);
        assertThat(completeness("CLBP-CELL-01|M4|ODI|all").notDue()).isEqualTo(2);
        assertThat(pipeline.unblinded().get("CLBP-CELL-01|W4|ODI|all").value().n())
                .isZero();
    }

    @Test
    void publishesWhatIsPlannedAndNothingElse() {
        pipeline.plan(plan().visiting("W4", List.of("ODI")).version(1));
        pipeline.report(enrolment("P1").build());
        pipeline.report(score("P1", "W4", "NRS", 7).build());
        pipeline.publish();

        Set<String> endpoints = Set.of(
                "CLBP-CELL-01|BL|NRS",
                "CLBP-CELL-01|BL|ODI",
                "CLBP-CELL-01|W4|ODI",
                "CLBP-CELL-01|M4|NRS",
                "CLBP-CELL-01|M4|ODI");
        for (Topic<?> topic : List.of(Topics.COMPLETENESS, Topics.COHORT_METRICS, Topics.COHORT_METRICS_UNBLINDED)) {
            assertThat(pipeline.view(topic).keySet())
                    .extracting(it -> it.substring(0, it.lastIndexOf('|')))
                    .hasSameElementsAs(endpoints);
        }

        pipeline.plan(plan().version(2));
        pipeline.publish();

        assertThat(pipeline.blinded().get("CLBP-CELL-01|W4|NRS|all").value().n())
                .isEqualTo(1);
    }

    @Test
    void publishesAVisitThatALaterPlanAdds() {
        pipeline.plan(plan().without("M4").version(1));
        pipeline.report(enrolment("P1").build());
        pipeline.publish();
        pipeline.restart();
        pipeline.publish();
        assertThat(pipeline.view(Topics.COMPLETENESS).keySet()).isNotEmpty().noneMatch(it -> it.contains("|M4|"));

        pipeline.plan(plan().version(2));
        pipeline.publish();

        assertThat(completeness("CLBP-CELL-01|M4|ODI|all").overdue()).isEqualTo(1);
    }

    @Test
    void publishesWhatIsPlannedOfATrialThatHasNobodyYet() {
        pipeline.plan(plan().version(1));
        pipeline.publish();

        assertThat(pipeline.view(Topics.COMPLETENESS)).hasSize(6).containsKey("CLBP-CELL-01|M4|ODI|all");
        assertThat(completeness("CLBP-CELL-01|M4|ODI|all").randomised()).isZero();
    }

    @Test
    void publishesWhatWaitedLongestFirstAndLeavesTheRestForLaterWhereItTakesLong() {
        pipeline.plan(plan().version(1));
        pipeline.report(enrolment("P1").build());
        pipeline.publish();
        pipeline.report(score("P1", "W4", "NRS", 5).build());
        pipeline.report(score("P1", "M4", "ODI", 30).build());
        pipeline.report(score("P1", "W4", "ODI", 40).build());
        pipeline.takeTime(Duration.ofMillis(40));

        assertThat(publishedEndpoints()).containsExactly("W4|NRS");
        assertThat(publishedEndpoints()).containsExactly("M4|ODI");
        assertThat(publishedEndpoints()).containsExactly("W4|ODI");
    }

    @Test
    void leavesMoreTimeToRecordsWhileThoseThatComeAreOld() {
        pipeline.plan(plan().version(1));
        pipeline.report(enrolment("P1").build());
        pipeline.publish();
        pipeline.report(score("P1", "W4", "NRS", 5).build());
        pipeline.report(score("P1", "M4", "ODI", 30).build());
        pipeline.takeTime(Duration.ofMillis(40));
        assertThat(publishedEndpoints()).containsExactly("W4|NRS");

        pipeline.reportOld(score("P1", "W4", "ODI", 40).build(), Duration.ofSeconds(5));

        assertThat(publishedEndpoints()).isEmpty();
        pipeline.report(score("P1", "BL", "ODI", 50).build());
        assertThat(publishedEndpoints()).containsExactly("M4|ODI");
    }

    private List<String> publishedEndpoints() {
        return pipeline.publish().stream()
                .map(it -> String.join("|", List.of(it.split("\\|")).subList(1, 3)))
                .distinct()
                .toList();
    }

    @Test
    void followsAdverseEventsAndLeaving() {
        pipeline.plan(plan().version(1));
        pipeline.report(enrolment("P1").build());
        pipeline.report(adverseEvent("P1", "AE-1").build());
        pipeline.publish();
        assertThat(summary().flow().onStudy()).isEqualTo(1);
        assertThat(summary().adverseEvents().events()).isEqualTo(1);

        pipeline.report(adverseEvent("P1", "AE-2").serious().build());
        pipeline.report(enrolment("P1")
                .version(2)
                .left(Status.OFF_STUDY, TODAY, "ADVERSE EVENT")
                .build());
        pipeline.publish();

        assertThat(summary().flow().onStudy()).isZero();
        assertThat(summary().flow().leftBy()).isEqualTo(Map.of("ADVERSE EVENT", 1L));
        assertThat(summary().adverseEvents().events()).isEqualTo(2);
        assertThat(summary().adverseEvents().seriousEvents()).isEqualTo(1);
    }

    @Test
    void countsAnotherDayOfParticipantTimeFromMidnightOn() {
        pipeline.plan(plan().version(1));
        pipeline.report(enrolment("P1").day1(TODAY).build());
        pipeline.publish();
        double oneDay = summary().adverseEvents().participantMonths();

        pipeline.pass(Duration.ofHours(12));

        assertThat(summary().adverseEvents().participantMonths()).isEqualTo(2 * oneDay);
    }

    @Test
    void showsTheSponsorOfAMaskedTrialTheStateOfSitesButNotOfArmsOrStrata() {
        pipeline.plan(plan().masked().groupedBy("sex").version(1));
        pipeline.report(enrolment("P1").strata(Map.of("sex", "F")).build());
        pipeline.report(score("P1", "BL", "NRS", 7).build());
        pipeline.publish();

        assertThat(pipeline.view(Topics.COMPLETENESS).keySet())
                .allMatch(it -> it.endsWith("|all") || it.endsWith("|site=S1"))
                .contains("CLBP-CELL-01|BL|NRS|all", "CLBP-CELL-01|BL|NRS|site=S1");
        assertThat(pipeline.view(Topics.TRIAL_SUMMARIES)).containsOnlyKeys("CLBP-CELL-01|all", "CLBP-CELL-01|site=S1");
        assertThat(pipeline.view(Topics.TRIAL_SUMMARIES_UNBLINDED))
                .containsOnlyKeys(
                        "CLBP-CELL-01|all", "CLBP-CELL-01|site=S1", "CLBP-CELL-01|arm=ACT", "CLBP-CELL-01|sex=F");
    }

    @Test
    void hidesCohortsThatAreTooSmallFromTheSponsorOnly() {
        pipeline.plan(plan().sponsor(3, null).version(1));
        for (int i = 1; i <= 5; i++) {
            pipeline.report(enrolment("P" + i).arm(i <= 3 ? "ACT" : "PBO").build());
            pipeline.report(score("P" + i, "BL", "NRS", i).build());
        }
        pipeline.publish();

        assertThat(pipeline.blinded().get("CLBP-CELL-01|BL|NRS|all").suppressed())
                .isFalse();
        assertThat(pipeline.blinded().get("CLBP-CELL-01|BL|NRS|arm=PBO").suppressed())
                .isTrue();
        assertThat(pipeline.unblinded().get("CLBP-CELL-01|BL|NRS|arm=PBO").suppressed())
                .isFalse();
    }

    @Test
    void takesBackAStratumThatTheProtocolDoesNotFormAnyMore() {
        pipeline.plan(plan().groupedBy("sex").version(1));
        pipeline.report(enrolment("P1").strata(Map.of("sex", "F")).build());
        pipeline.report(score("P1", "BL", "NRS", 7).build());
        pipeline.publish();
        assertThat(pipeline.blinded()).containsKey("CLBP-CELL-01|BL|NRS|sex=F");
        assertThat(pipeline.view(Topics.TRIAL_SUMMARIES)).containsKey("CLBP-CELL-01|sex=F");

        pipeline.plan(plan().version(2));
        pipeline.publish();

        assertThat(pipeline.blinded()).isNotEmpty().doesNotContainKey("CLBP-CELL-01|BL|NRS|sex=F");
        assertThat(pipeline.unblinded()).isNotEmpty().doesNotContainKey("CLBP-CELL-01|BL|NRS|sex=F");
        assertThat(pipeline.view(Topics.COMPLETENESS)).isNotEmpty().doesNotContainKey("CLBP-CELL-01|BL|NRS|sex=F");
        assertThat(pipeline.view(Topics.TRIAL_SUMMARIES)).isNotEmpty().doesNotContainKey("CLBP-CELL-01|sex=F");
    }

    @Test
    void takesBackAVisitThatIsNotPlannedAnyMore() {
        pipeline.plan(plan().version(1));
        pipeline.report(enrolment("P1").build());
        pipeline.report(score("P1", "BL", "NRS", 7).build());
        pipeline.report(score("P1", "W4", "NRS", 5).build());
        pipeline.publish();

        pipeline.plan(plan().without("W4").version(2));
        pipeline.publish();
        assertThat(pipeline.blinded().keySet()).isNotEmpty().noneMatch(it -> it.contains("|W4|"));
        assertThat(pipeline.unblinded().keySet()).isNotEmpty().noneMatch(it -> it.contains("|W4|"));
        assertThat(pipeline.view(Topics.COMPLETENESS).keySet()).isNotEmpty().noneMatch(it -> it.contains("|W4|"));

        pipeline.plan(plan().version(3));
        pipeline.publish();
        assertThat(pipeline.blinded()).containsKey("CLBP-CELL-01|W4|NRS|all");
    }

    @Test
    void forgetsAnErasedParticipant() {
        pipeline.plan(plan().version(1));
        pipeline.report(enrolment("P1").build());
        pipeline.report(enrolment("P2").build());
        pipeline.report(score("P1", "BL", "NRS", 7).build());
        pipeline.report(adverseEvent("P1", "AE-1").build());
        pipeline.publish();

        pipeline.report(erasure("P1"));
        pipeline.publish();

        assertThat(pipeline.blinded().get("CLBP-CELL-01|BL|NRS|all").value().n())
                .isZero();
        assertThat(completeness("CLBP-CELL-01|BL|NRS|all").randomised()).isEqualTo(1);
        assertThat(summary().flow().assessed()).isEqualTo(1);
        assertThat(summary().adverseEvents().events()).isZero();
    }

    @Test
    void publishesNothingAnewAfterARestart() {
        pipeline.plan(plan().version(1));
        pipeline.report(enrolment("P1").build());
        pipeline.report(score("P1", "BL", "NRS", 7).build());
        pipeline.publish();
        int before = pipeline.messages().size();

        pipeline.restart();
        pipeline.publish();
        assertThat(pipeline.messages()).hasSize(before);

        pipeline.report(score("P1", "BL", "NRS", 6).version(2).build());
        pipeline.publish();
        assertThat(pipeline.blinded().get("CLBP-CELL-01|BL|NRS|all").value().mean())
                .isEqualTo(6);
    }
}

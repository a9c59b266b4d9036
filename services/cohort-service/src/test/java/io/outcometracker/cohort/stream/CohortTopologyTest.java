package io.outcometracker.cohort.stream;

import static io.outcometracker.cohort.Reports.enrolment;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import io.outcometracker.cohort.Reports;
import io.outcometracker.contract.Cohort;
import io.outcometracker.contract.CohortMetric;
import io.outcometracker.contract.DeadLetter;
import io.outcometracker.contract.Disposition;
import io.outcometracker.contract.Disposition.Fate;
import io.outcometracker.contract.Enrolment;
import io.outcometracker.contract.FollowUp;
import io.outcometracker.contract.Protocol;
import io.outcometracker.testkit.WorkedExample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CohortTopologyTest {
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

    private static Protocol protocol(int version, boolean masked) {
        Protocol it = WorkedExample.protocol();
        return new Protocol(
                it.trial(),
                it.title(),
                version,
                masked,
                it.arms(),
                it.sites(),
                it.visits(),
                it.instruments(),
                it.groupings());
    }

    private static Enrolment enrolled(String participant, int version, String site, String arm) {
        return enrolment(participant).version(version).site(site).arm(arm).build();
    }

    private static FollowUp score(String participant, int version, String visit, int value) {
        return Reports.score(participant, visit, "NRS", value).version(version).build();
    }

    /**
     * State lies under the names of stores and nodes. A change here must be thought through for what is deployed: it
     * either keeps the names, or comes with a migration and a page in services/decisions.
     */
    @Test
    void keepsTheNamesOfStoresAndNodes() throws IOException {
        String topology = TopologyHarness.topology(TopologyHarness.settings(state))
                .describe()
                .toString();
        Path golden = Path.of("src/test/resources/expected-topology.txt");

        assertThat(topology.strip()).isEqualTo(Files.readString(golden, UTF_8).strip());
    }

    @Test
    void publishesACohortOncePerIntervalHoweverManyRecordsCame() {
        pipeline.plan(protocol(1, false));
        pipeline.report(enrolled("P1", 1, "S1", "ACT"));
        pipeline.report(score("P1", 1, "BL", 7));
        pipeline.report(score("P1", 2, "BL", 6));

        assertThat(pipeline.publish())
                .filteredOn(it -> it.startsWith("CLBP-CELL-01|BL|NRS|"))
                .containsExactly(
                        "CLBP-CELL-01|BL|NRS|all", "CLBP-CELL-01|BL|NRS|arm=ACT", "CLBP-CELL-01|BL|NRS|site=S1");
    }

    /** Arm ACT does, since it is compared with the control arm; site S1 does not. */
    @Test
    void publishesOnlyCohortsThatChanged() {
        pipeline.plan(protocol(1, false));
        pipeline.report(enrolled("P1", 1, "S1", "ACT"));
        pipeline.report(enrolled("P2", 1, "S2", "PBO"));
        pipeline.report(score("P1", 1, "BL", 7));
        pipeline.publish();

        FollowUp other = Reports.score("P2", "BL", "NRS", 5).site("S2").build();
        pipeline.report(other);
        assertThat(pipeline.publish())
                .containsExactly(
                        "CLBP-CELL-01|BL|NRS|all",
                        "CLBP-CELL-01|BL|NRS|arm=ACT",
                        "CLBP-CELL-01|BL|NRS|arm=PBO",
                        "CLBP-CELL-01|BL|NRS|site=S2");
        pipeline.report(other);
        assertThat(pipeline.publish()).isEmpty();
    }

    @Test
    void waitsForTheProtocolOfARecordThatWasQuicker() {
        pipeline.report(enrolled("P1", 1, "S1", "ACT"));
        pipeline.report(score("P1", 1, "BL", 7));
        assertThat(pipeline.publish()).isEmpty();

        pipeline.plan(protocol(1, false));

        assertThat(pipeline.blinded())
                .containsOnlyKeys(
                        "CLBP-CELL-01|BL|NRS|all", "CLBP-CELL-01|BL|NRS|arm=ACT", "CLBP-CELL-01|BL|NRS|site=S1");
        pipeline.publish();
        assertThat(pipeline.blinded()).hasSize(6 * 3);
    }

    @Test
    void publishesAgainWhenTheProtocolChanges() {
        pipeline.plan(protocol(1, false));
        pipeline.report(enrolled("P1", 1, "S1", "ACT"));
        pipeline.report(score("P1", 1, "BL", 7));
        pipeline.publish();

        pipeline.plan(protocol(2, false));

        assertThat(pipeline.blinded().values()).isNotEmpty().allMatch(it -> it.protocolVersion() == 2);
    }

    @Test
    void withdrawsACohortThatHasNobodyAnyMore() {
        pipeline.plan(protocol(1, false));
        pipeline.report(enrolled("P1", 1, "S1", "ACT"));
        pipeline.report(score("P1", 1, "BL", 7));
        pipeline.publish();

        pipeline.report(enrolled("P1", 2, "S1", "PBO"));
        pipeline.publish();

        assertThat(pipeline.metric("BL", "NRS", Cohort.arm("ACT"))).isNull();
        assertThat(pipeline.metric("BL", "NRS", Cohort.arm("PBO"))).isNotNull();
    }

    @Test
    void publishesAnEmptyCohortWhenItsOnlyScoreIsRetracted() {
        pipeline.plan(protocol(1, false));
        pipeline.report(enrolled("P1", 1, "S1", "ACT"));
        pipeline.report(score("P1", 1, "BL", 7));
        pipeline.report(
                Reports.score("P1", "BL", "NRS", 7).version(2).retracted().build());
        pipeline.publish();

        assertThat(Objects.requireNonNull(pipeline.metric("BL", "NRS", Cohort.ALL))
                        .value()
                        .n())
                .isZero();
    }

    @Test
    void countsAVisitAsMissedWhenItsWindowIsOverThoughNoRecordComes() {
        pipeline.plan(protocol(1, false));
        LocalDate today = LocalDate.ofInstant(WorkedExample.AS_OF, ZoneOffset.UTC);
        pipeline.report(enrolment("P1").day1(today.minusDays(35)).build());
        pipeline.report(enrolled("P2", 1, "S1", "ACT"));
        pipeline.report(score("P2", 1, "W4", 5));
        pipeline.publish();
        assertThat(imputed(pipeline.metric("W4", "NRS", Cohort.ALL))).isEqualTo(1);

        pipeline.pass(Duration.ofDays(1));
        pipeline.publish();

        assertThat(imputed(pipeline.metric("W4", "NRS", Cohort.ALL))).isEqualTo(2);
    }

    private static long imputed(CohortMetric metric) {
        return Objects.requireNonNull(
                        Objects.requireNonNull(metric.responders()).fiftyPercent())
                .imputed()
                .n();
    }

    @Test
    void takesArmsAwayWhenATrialIsMaskedLater() {
        pipeline.plan(protocol(1, false));
        pipeline.report(enrolled("P1", 1, "S1", "ACT"));
        pipeline.report(score("P1", 1, "BL", 7));
        pipeline.publish();

        pipeline.plan(protocol(2, true));
        pipeline.publish();

        assertThat(pipeline.blinded()).doesNotContainKey("CLBP-CELL-01|BL|NRS|arm=ACT");
    }

    @Test
    void tellsWhatBecameOfRecordsThatAnEnrolmentReleased() {
        pipeline.report(score("P1", 1, "BL", 7));

        List<Disposition> dispositions = pipeline.report(enrolled("P1", 1, "S1", "ACT"));

        assertThat(dispositions)
                .extracting(Disposition::key, Disposition::fate, Disposition::currentFate)
                .containsExactly(
                        tuple("CLBP-CELL-01|P1|enrolment", Fate.APPLIED, Fate.APPLIED),
                        tuple("CLBP-CELL-01|P1|follow-up|P1-BL-NRS", Fate.APPLIED, Fate.APPLIED));
    }

    @Test
    void namesTheVersionThatStandsBesideOneThatCameLate() {
        pipeline.report(enrolled("P1", 1, "S1", "ACT"));
        pipeline.report(score("P1", 3, "BL", 7));

        Disposition late = pipeline.report(score("P1", 1, "BL", 6)).get(0);

        assertThat(late.version()).isEqualTo(1);
        assertThat(late.fate()).isEqualTo(Fate.STALE);
        assertThat(late.currentVersion()).isEqualTo(3);
        assertThat(late.currentFate()).isEqualTo(Fate.APPLIED);
    }

    @Test
    void writesDownWhereAMessageLiesThatIsUnderAnotherKeyAndGoesOn() {
        pipeline.plan(protocol(1, false));
        pipeline.report(enrolled("P1", 1, "S1", "ACT"));

        pipeline.sendUnderKey(null, score("P1", 1, "W4", 5));
        pipeline.sendUnderKey("CLBP-CELL-01|P2", score("P1", 1, "W4", 5));
        pipeline.sendUnderKey("CLBP-CELL-01|P1", null);
        pipeline.report(score("P1", 1, "BL", 7));
        pipeline.publish();

        assertThat(pipeline.metric("BL", "NRS", Cohort.ALL)).isNotNull();
        assertThat(Objects.requireNonNull(pipeline.metric("W4", "NRS", Cohort.ALL))
                        .value()
                        .n())
                .isZero();
        assertThat(pipeline.deadLetters())
                .extracting(DeadLetter::topic, DeadLetter::offset, DeadLetter::error)
                .containsExactly(
                        tuple("outcomes.follow-ups.v1", 0L, "WrongKey"),
                        tuple("outcomes.follow-ups.v1", 1L, "WrongKey"));
    }

    @Test
    void goesOnAfterAnUnreadableMessage() {
        pipeline.plan(protocol(1, false));
        pipeline.report(enrolled("P1", 1, "S1", "ACT"));

        pipeline.sendUnreadableFollowUp("CLBP-CELL-01|P1", "{\"value\":\"secret\"".getBytes(UTF_8));
        pipeline.report(score("P1", 1, "BL", 7));
        pipeline.publish();

        assertThat(pipeline.metric("BL", "NRS", Cohort.ALL)).isNotNull();
    }
}

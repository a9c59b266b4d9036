package io.outcometracker.loader;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.outcometracker.contract.Cohort;
import io.outcometracker.contract.CohortMetric;
import io.outcometracker.contract.TrialSummary;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StudyTablesTest {
    private static final LocalDate TODAY = LocalDate.of(2026, 11, 1);

    @TempDir
    Path folder;

    private FolderWriter files() {
        return new FolderWriter(folder)
                .with(
                        "instruments.csv",
                        "instrument,direction,min,max,label\nNRS,lower,0,10,pain\nSTEPS,higher,,,steps a day\nQOL,higher,,,\n")
                .withScores(
                        "T1,S1,P1,A,BL,1,NRS,8",
                        "T1,S1,P2,A,BL,1,NRS,6",
                        "T1,S1,P3,usual care,BL,1,NRS,6",
                        "T1,S1,P1,A,posttreatment-M4,121,NRS,4",
                        "T1,S1,P2,A,posttreatment-M4,121,NRS,5",
                        "T1,S1,P1,A,posttreatment-M4,121,STEPS,5123",
                        "T1,S1,P2,A,posttreatment-M4,121,STEPS,4002");
    }

    private static String print(Study study, List<CohortMetric> metrics, TrialSummary... summaries) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        new StudyTables(study.protocol(), metrics, List.of(summaries), PublishedComparison.of(study, metrics))
                .print(new PrintStream(bytes, true, UTF_8));
        return bytes.toString(UTF_8).replace(System.lineSeparator(), "\n");
    }

    @Test
    void showsVisitsAndArmsOfEachInstrumentThatHasScores() {
        Study study = files().read();

        assertThat(print(study, Recomputation.of(study, TODAY))).isEqualTo("""

                          visit         cohort           n  mean (SD)       change (SD) [n]      50% better
                        NRS: pain (lower is better)
                          BL            A                2  7.00 (1.41)
                                        usual-care       1  6.00
                          posttreatmen~ A                2  4.50 (0.71)     -2.50 (2.12) [2]     1/2 50%
                                        usual-care       0                                       0/1 0%
                        STEPS: steps a day (higher is better)
                          posttreatmen~ A                2  4563 (793)
                                        usual-care       0

                        """);
    }

    @Test
    void showsBesideThemWhatWasPrinted() {
        Study study = files().with("published.csv", """
                        visit,arm,instrument,metric,value,decimals
                        BL,A,NRS,sd,1.41,2
                        BL,A,NRS,mean,7.0,1
                        posttreatment-M4,A,NRS,responder50NriPercent,51,0
                        posttreatment-M4,A,NRS,changeMean,-2.5,1
                        posttreatment-M4,usual care,NRS,mean,5.0,1
                        """).read();

        assertThat(print(study, Recomputation.of(study, TODAY)))
                .contains("50% better as printed\n")
                .contains("  BL            A                2  7.00 (1.41)" + " ".repeat(37) + "mean 7.0, SD 1.41 ok\n")
                .contains("1/2 50%    change -2.5, 50% 51 NOT 50\n")
                .contains("0/1 0%     mean 5.0 NOT there\n");
    }

    @Test
    void showsAllParticipantsTogetherWhereNoArmIsShown() {
        Study study = files().read();
        List<CohortMetric> pooled = Recomputation.of(study, TODAY).stream()
                .filter(it -> it.cohort().equals(Cohort.ALL))
                .toList();

        assertThat(print(study, pooled)).contains("  BL            all              3  6.67 (1.15)");
    }

    @Test
    void showsOfALaboratoryValueTheGeometricMeanAndHowManyCouldNotBeMeasured() {
        Study study = new FolderWriter(folder)
                .with("protocol.yml", """
                        version: 1
                        sites: [S1]
                        visits: [{code: BL, day: 1, windowOpen: 1, windowClose: 1}]
                        instruments: [{code: CRP, decimals: 2, higherIsWorse: true, logScale: true}]
                        """)
                .with("enrolments.csv", "participant,site,day1\nP1,S1,2025-03-01\nP2,S1,2025-03-01\nP3,S1,2025-03-01\n")
                .with("follow-ups.csv", """
                        recordId,version,site,participant,visit,instrument,value,comparator,assessedOn,status
                        P3-BL-CRP,1,S1,P3,BL,CRP,0.5,<,2025-03-01,final
                        """)
                .withScores("T1,S1,P1,,BL,1,CRP,2", "T1,S1,P2,,BL,1,CRP,8")
                .read();

        assertThat(print(study, Recomputation.of(study, TODAY)))
                .contains("  BL            all              2  5.00 (4.24)" + " ".repeat(37)
                        + "geometric mean 4.00 (1 outside limits)\n");
    }

    @Test
    void showsHowParticipantsWentThroughTheTrialAndTheirAdverseEvents() {
        Study study = files().read();
        TrialSummary.Flow flow = new TrialSummary.Flow(
                28, 6, Map.of("DECLINED", 2L, "INELIGIBLE", 4L), 22, 21, 20, 2, 1, Map.of("LOST TO FOLLOW-UP", 1L));
        TrialSummary.AdverseEvents events =
                new TrialSummary.AdverseEvents(21, 9, 9.0 / 21, 14, 2, 1, 5, 3, 1, 80, 17.5);

        String tables = print(
                study,
                List.of(),
                new TrialSummary("T1", Cohort.ALL, flow, events, Instant.EPOCH, 1),
                new TrialSummary("T1", Cohort.site("S1"), flow, events, Instant.EPOCH, 1));

        assertThat(tables).endsWith("""
                        Participants
                          all           28 assessed, 6 excluded; 22 enrolled, 21 treated, 20 on study, 2 left
                                        excluded: declined 2, ineligible 4
                                        left: lost to follow-up 1
                        Adverse events
                          all           9 of 21 treated; 14 events, 2 serious; worst mild 5, moderate 3, severe 1

                        """);
    }

    @Test
    void saysWhatIsWithheldOrTooSmallToBeShown() {
        Study study = files().read();
        List<CohortMetric> metrics = Recomputation.of(study, TODAY).stream()
                .filter(it ->
                        it.visit().equals("posttreatment-M4") && it.instrument().equals("NRS"))
                .map(it -> it.cohort().equals(Cohort.arm("A")) ? withoutChange(it) : suppressed(it))
                .toList();

        assertThat(print(study, metrics))
                .contains("  posttreatmen~ A                2  4.50 (0.71)     withheld             withheld\n")
                .contains("                usual-care       *\n");
    }

    private static CohortMetric withoutChange(CohortMetric it) {
        return metric(it, it.value(), false, List.of("change", "responders.50"));
    }

    private static CohortMetric suppressed(CohortMetric it) {
        return metric(it, null, true, null);
    }

    private static CohortMetric metric(
            CohortMetric it, CohortMetric.Distribution value, boolean suppressed, List<String> withheld) {
        return new CohortMetric(
                it.trial(),
                it.visit(),
                it.instrument(),
                it.cohort(),
                value,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                suppressed,
                null,
                withheld,
                null,
                it.asOf(),
                it.protocolVersion());
    }
}

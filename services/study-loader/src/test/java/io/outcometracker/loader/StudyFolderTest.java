package io.outcometracker.loader;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.outcometracker.contract.AdverseEvent;
import io.outcometracker.contract.Cohort;
import io.outcometracker.contract.Enrolment;
import io.outcometracker.contract.FollowUp;
import io.outcometracker.contract.Protocol;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.LocalDate;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StudyFolderTest {
    private static final String PROTOCOL = """
            version: 3
            masked: false
            arms: [{code: A, control: false}, {code: B, control: true}]
            sites: [S1]
            visits:
              - {code: BL, day: 1, windowOpen: -14, windowClose: 1, baseline: true}
              - {code: M4, day: 121, windowOpen: 107, windowClose: 135}
            instruments:
              - {code: NRS, min: 0, max: 10, decimals: 0, higherIsWorse: true}
            """;

    @TempDir
    Path folder;

    private FolderWriter files;

    @BeforeEach
    void describeAnInstrument() {
        files = new FolderWriter(folder).with("instruments.csv", FolderWriter.INSTRUMENTS);
    }

    @Test
    void readsScoresAsFirstVersionsOfRecords() {
        Study study = files.withScores("T1,S1,P1,A,BL,1,NRS,7", "T1,S1,P1,A,M4,121,NRS,4")
                .read();

        assertThat(study.trial()).isEqualTo("T1");
        assertThat(study.followUps())
                .containsExactly(
                        score("P1-BL-NRS", "BL", "7", DerivedProtocol.DAY_1),
                        score("P1-M4-NRS", "M4", "4", DerivedProtocol.DAY_1.plusDays(120)));
        assertThat(study.enrolments())
                .containsExactly(new EnrolmentRecord(
                        "P1", 1, "S1", "A", DerivedProtocol.DAY_1, null, Enrolment.Status.ON_STUDY, null, null));
    }

    private static FollowUpRecord score(String recordId, String visit, String value, LocalDate assessedOn) {
        return new FollowUpRecord(
                recordId,
                1,
                "S1",
                "P1",
                visit,
                "NRS",
                new BigDecimal(value),
                null,
                null,
                assessedOn,
                FollowUp.Status.FINAL,
                null,
                null);
    }

    @Test
    void readsColumnsInAnyOrderAndPassesOverOthers() {
        files.with(
                "long.csv",
                "score,,instrument,visit_day,visit,arm,participant,site,trial,remark\n4,1,NRS,1,BL,A,P1,S1,T1,none\n");

        assertThat(files.read().followUps()).containsExactly(score("P1-BL-NRS", "BL", "4", DerivedProtocol.DAY_1));
    }

    @Test
    void readsAByteOrderMarkWindowsLineEndsQuotesAndAMissingLastLineEnd() {
        files.with(
                "long.csv",
                "\uFEFF\"trial\"," + FolderWriter.LONG_HEADER.substring(6)
                        + "\r\nT1,S1,\"P1\",A,BL,1,NRS, 7 \r\n\r\nT1,S1,P1,A,M4,121,NRS,4");

        assertThat(files.read().followUps()).hasSize(2);
    }

    @Test
    void takesAnEmptyScoreForMissingNeverForZero() {
        Study study = files.withScores("T1,S1,P1,A,BL,1,NRS,7", "T1,S1,P1,A,M4,121,NRS,", "T1,S1,P1,A,M6,180,NRS,NA")
                .read();

        assertThat(study.followUps()).hasSize(1);
        assertThat(study.notes()).containsExactly("2 rows of long.csv have no score and are not sent");
    }

    @Test
    void keepsEveryDigitOfAScore() {
        Study study = files.withScores("T1,S1,P1,A,BL,1,NRS,2.3333333333333335").read();

        assertThat(study.followUps().get(0).value()).isEqualTo(new BigDecimal("2.3333333333333335"));
    }

    @Test
    void countsElapsedDaysWhereTheStudyHasADayZero() {
        Study study = files.withScores("T1,S1,P1,A,BL,0,NRS,7", "T1,S1,P1,A,PRE,-3,NRS,7", "T1,S1,P1,A,M1,30,NRS,4")
                .read();

        assertThat(study.followUps())
                .extracting(FollowUpRecord::assessedOn)
                .containsExactly(
                        DerivedProtocol.DAY_1, DerivedProtocol.DAY_1.minusDays(3), DerivedProtocol.DAY_1.plusDays(30));
    }

    @Test
    void countsStudyDaysWhereItHasNone() {
        Study study = files.withScores("T1,S1,P1,A,BL,-3,NRS,7", "T1,S1,P1,A,M1,31,NRS,4")
                .read();

        assertThat(study.followUps())
                .extracting(FollowUpRecord::assessedOn)
                .containsExactly(DerivedProtocol.DAY_1.minusDays(3), DerivedProtocol.DAY_1.plusDays(30));
    }

    @Test
    void takesThePlannedDayWhereTheDayIsEmpty() {
        Study study = files.with("protocol.yml", PROTOCOL)
                .withScores("T1,S1,P1,A,M4,,NRS,7")
                .read();

        assertThat(study.followUps().get(0).assessedOn()).isEqualTo(DerivedProtocol.DAY_1.plusDays(120));
    }

    @Test
    void makesCodesFitAndSaysSo() {
        Study study = files.with("instruments.csv", "instrument,direction\nPain NRS (0-10),lower\n")
                .withScores("T1,Site #1,P 1,Usual care,Week 4,29,Pain NRS (0-10),7")
                .read();

        FollowUpRecord record = study.followUps().get(0);
        assertThat(record.site()).isEqualTo("Site-1");
        assertThat(record.participant()).isEqualTo("P-1");
        assertThat(record.visit()).isEqualTo("Week-4");
        assertThat(record.instrument()).isEqualTo("Pain-NRS-0-10-");
        assertThat(record.recordId()).isEqualTo("P-1-Week-4-Pain-NRS-0-10-");
        assertThat(study.protocol().visit("Week-4").orElseThrow().label()).isEqualTo("Week 4");
        assertThat(study.notes())
                .contains("visit \"Week 4\" is sent as Week-4", "arm \"Usual care\" is sent as Usual-care")
                .contains("1 participant codes are sent with hyphens for characters not allowed")
                .noneMatch(it -> it.contains("P 1"));
    }

    @Test
    void shortensARecordIdThatWouldBeTooLong() {
        String participant = "0f8fad5b-d9cb-469f-a165-70867728950e";
        Study study = files.withScores(
                        "T1,S1," + participant + ",A,posttreatment-visit,1,NRS,7",
                        "T1,S1," + participant + ",A,posttreatment-visit-at-home,8,NRS,7")
                .read();

        assertThat(study.followUps())
                .extracting(FollowUpRecord::recordId)
                .contains(participant + "-posttreatment-visit-NRS")
                .anyMatch(it -> it.length() == 64 && it.startsWith(participant + "-posttreat"))
                .doesNotHaveDuplicates();
    }

    @Test
    void readsTheProtocolOfTheFolder() {
        Study study = files.with("protocol.yml", PROTOCOL)
                .withScores("T1,S1,P1,A,BL,1,NRS,7")
                .read();

        assertThat(study.protocolDerived()).isFalse();
        assertThat(study.protocol().trial()).isEqualTo("T1");
        assertThat(study.protocol().version()).isEqualTo(3);
        assertThat(study.protocol().arm("B").map(Protocol.Arm::control)).contains(true);
    }

    @Test
    void countsDaysFromTheDay1OfTheLatestEnrolment() {
        Study study = files.with("enrolments.csv", """
                        participant,version,site,arm,day1,status,offStudyOn,offStudyReason,strata.sex
                        P1,1,S1,B,2025-03-01,,,,f
                        P1,2,S1,A,2025-03-03,off-study,2025-04-01,LOST TO FOLLOW-UP,f
                        """)
                .withScores("T1,S1,P1,A,M1,31,NRS,7")
                .read();

        assertThat(study.followUps().get(0).assessedOn()).isEqualTo(LocalDate.of(2025, 4, 2));
        assertThat(study.enrolments())
                .extracting(EnrolmentRecord::status)
                .containsExactly(Enrolment.Status.ON_STUDY, Enrolment.Status.OFF_STUDY);
        assertThat(study.enrolments().get(1).strata()).containsEntry("sex", "f");
    }

    @Test
    void readsLaterVersionsFromFollowUps() {
        Study study = files.with("follow-ups.csv", """
                        recordId,version,site,participant,visit,instrument,value,assessedOn,status,reasonForChange,notDoneReason
                        P1-BL-NRS,2,S1,P1,BL,NRS,6,2000-01-01,,mistyped,
                        P1-M4-NRS,1,S1,P1,BL,NRS,,,not-done,,unwell
                        P1-M4-NRS,2,S1,P1,BL,NRS,,,entered-in-error,wrong visit,
                        """)
                .withScores("T1,S1,P1,A,BL,1,NRS,7")
                .read();

        assertThat(study.followUps())
                .extracting(FollowUpRecord::status)
                .containsExactly(
                        FollowUp.Status.FINAL,
                        FollowUp.Status.AMENDED,
                        FollowUp.Status.NOT_DONE,
                        FollowUp.Status.ENTERED_IN_ERROR);
        assertThat(StandingRecords.of(study.followUps()))
                .extracting(FollowUpRecord::value)
                .containsExactly(new BigDecimal("6"));
    }

    @Test
    void readsFiguresPrintedOfAnArmOrOfAll() {
        Study study = files.with(
                        "published.csv",
                        "visit,arm,instrument,metric,value,decimals\nBL,A,NRS,mean,7.00,2\nBL,,NRS,n,1,0\n")
                .withScores("T1,S1,P1,A,BL,1,NRS,7")
                .read();

        assertThat(study.published())
                .containsExactly(
                        new PublishedFigure(
                                "BL", "NRS", Cohort.arm("A"), PublishedMetric.MEAN, new BigDecimal("7.00"), 2),
                        new PublishedFigure("BL", "NRS", Cohort.ALL, PublishedMetric.N, BigDecimal.ONE, 0));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "T1,S1,P1,A,BL,1,NRS,seven        | long.csv, line 3, column score: is not a number",
                "T1,S1,P1,A,BL,first,NRS,7        | long.csv, line 3, column visit_day: is not a number",
                "T1,S1,P1,A,,1,NRS,7              | long.csv, line 3, column visit: must not be empty",
                "T1,S1,(),A,BL,1,NRS,7            | long.csv, line 3, column participant: a code is 1 to 64 letters, digits, dots, underscores or hyphens, starting with a letter or digit",
                "T1,S1,P1,A,BL,1,NRS              | long.csv, line 3: 7 cells under a header of 8",
                "T1,S1,P1,A,BL,1,ODI,7            | long.csv, line 3, column instrument: is not in instruments.csv",
                "T2,S1,P1,A,BL,1,NRS,7            | long.csv, line 3, column trial: another trial than above; a study folder holds one",
                "T1,S1,P0,A,BL,1,NRS,3            | long.csv, line 3, column score: the same participant, visit and instrument as in line 2",
                "T1,S2,P0,A,M4,1,NRS,3            | long.csv, line 3, column site: another site than that of the same participant in line 2",
                "T1,S1,P0,B,M4,1,NRS,3            | long.csv, line 3, column arm: another arm than that of the same participant in line 2",
                "T1,S-1,P2,A,B L,1,NRS,3          | ",
            })
    void saysWhichCellIsWrong(String row, String message) {
        files.withScores("T1,S1,P0,A,BL,1,NRS,7", row);

        if (message == null) {
            assertThat(files.read().followUps()).hasSize(2);
        } else {
            refused().hasMessage(message);
        }
    }

    private AbstractThrowableAssert<?, ?> refused() {
        return assertThatThrownBy(files::read).isInstanceOf(LoadFailure.class);
    }

    @Test
    void refusesCodesThatOnlyDifferInWhatCannotBeKept() {
        files.withScores("T1,S1,P 1,A,BL,1,NRS,7", "T1,S1,P#1,A,BL,1,NRS,7");

        refused()
                .hasMessage("long.csv, line 3, column participant: "
                        + "differs from an earlier code only in characters that are not allowed in codes");
    }

    @Test
    void refusesAFolderWithoutScoresOrPlan() {
        refused().hasMessageStartingWith("there is no long.csv in");
        files.with("long.csv", "");
        refused().hasMessage("long.csv is empty");
        files.with("long.csv", FolderWriter.LONG_HEADER);
        refused().hasMessage("long.csv: there is no score");
        files.with("long.csv", "trial,site,participant,arm,visit,visit_day,instrument\n");
        refused().hasMessage("long.csv, line 1: there is no column score");
        files.with("long.csv", "T\u00e4st\n".getBytes(ISO_8859_1));
        refused().hasMessage("long.csv is not UTF-8");
    }

    @Test
    void refusesInstrumentsThatMakeNoSense() {
        files.withScores("T1,S1,P0,A,BL,1,NRS,7");
        files.with("instruments.csv", "instrument,direction\nNRS,down\n");
        refused()
                .hasMessage(
                        "instruments.csv, line 2, column direction: says which way is improvement: lower or higher");
        files.with("instruments.csv", "instrument,direction,min,max\nNRS,lower,10,0\n");
        refused().hasMessage("instruments.csv, line 2, column max: is below min");
        files.with("instruments.csv", "instrument,direction\nNRS,lower\nNRS,lower\n");
        refused().hasMessage("instruments.csv, line 3, column instrument: is there twice");
    }

    @Test
    void refusesAProtocolThatIsNotOneOrIsOfAnotherTrial() {
        files.withScores("T1,S1,P0,A,BL,1,NRS,7");
        files.with("protocol.yml", PROTOCOL + "trial: T2\n");
        refused().hasMessage("protocol.yml is of trial T2, long.csv of T1");
        files.with("protocol.yml", PROTOCOL + "colour: red\n");
        refused().hasMessageStartingWith("protocol.yml: ").hasMessageContaining("colour");
        files.with("protocol.yml", "- a list\n");
        refused().hasMessage("protocol.yml must be a mapping");
        files.with("protocol.yml", PROTOCOL.replace("BL", "V0"));
        refused().hasMessage("long.csv, line 2, column visit: is not in the protocol");
        files.with("protocol.yml", PROTOCOL.replace("code: BL", "code: BL, instruments: []"));
        refused().hasMessage("long.csv, line 2, column instrument: is not planned at this visit in the protocol");
    }

    @Test
    void refusesFurtherFilesThatDoNotFit() {
        files.withScores("T1,S1,P0,A,BL,1,NRS,7");
        files.with("enrolments.csv", "participant,site,arm,day1\nP1,S1,A,2025-03-01\n");
        refused().hasMessage("long.csv, line 2, column participant: is not in enrolments.csv");
        files.with("enrolments.csv", "participant,site,arm,day1\nP0,S1,B,2025-03-01\n");
        refused().hasMessage("long.csv, line 2, column arm: is another one in enrolments.csv");
        files.with("enrolments.csv", "participant,site,arm,day1\nP0,S1,A,1 March\n");
        refused().hasMessage("enrolments.csv, line 2, column day1: is not a date such as 2026-03-01");
        files.with("enrolments.csv", "participant,site,arm,day1,name\nP0,S1,A,2025-03-01,x\n");
        refused().hasMessage("enrolments.csv: there is no such column as name");
        files.with("enrolments.csv", "participant,site,arm,day1,status\nP0,S1,A,2025-03-01,gone\n");
        refused().hasMessage("enrolments.csv, line 2, column status: is not one of those defined");
    }

    @Test
    void refusesTwoStandingRecordsOfOneAssessment() {
        files.withScores("T1,S1,P0,A,BL,1,NRS,7").with("follow-ups.csv", """
                        recordId,version,site,participant,visit,instrument,value,assessedOn,status
                        X,1,S1,P0,BL,NRS,7,2000-01-01,final
                        """);

        refused()
                .hasMessage("follow-ups.csv: records P0-BL-NRS and X both stand for the same participant, "
                        + "visit and instrument");
    }

    @Test
    void refusesAPrintedFigureThatItDoesNotKnow() {
        files.withScores("T1,S1,P0,A,BL,1,NRS,7")
                .with("published.csv", "visit,arm,instrument,metric,value,decimals\nBL,A,NRS,variance,7,2\n");

        refused().hasMessageStartingWith("published.csv, line 2, column metric: is not one of [n, mean, sd, median");
    }

    @Test
    void readsAdverseEvents() {
        Study study = files.withScores("T1,S1,P1,A,BL,1,NRS,7")
                .with("adverse-events.csv", """
                        recordId,version,site,participant,term,onsetOn,severity,serious,status,reasonForChange
                        AE-1,,S1,P1,FALL,2000-02-01,moderate,true,,
                        AE-1,2,S1,P1,,,,,entered-in-error,another participant
                        """)
                .read();

        assertThat(study.adverseEvents())
                .containsExactly(
                        new AdverseEventRecord(
                                "AE-1",
                                1,
                                "S1",
                                "P1",
                                "FALL",
                                LocalDate.of(2000, 2, 1),
                                AdverseEvent.Severity.MODERATE,
                                true,
                                AdverseEvent.Status.FINAL,
                                null),
                        new AdverseEventRecord(
                                "AE-1",
                                2,
                                "S1",
                                "P1",
                                null,
                                null,
                                null,
                                null,
                                AdverseEvent.Status.ENTERED_IN_ERROR,
                                "another participant"));
    }

    @ParameterizedTest
    @CsvSource({
        "severity, deadly, is not one of those defined",
        "serious, perhaps, is neither true nor false",
        "onsetOn, yesterday, is not a date such as 2026-03-01"
    })
    void saysWhichCellOfAnAdverseEventIsWrong(String column, String cell, String rule) {
        String row = "AE-1,1,S1,P1,FALL,2000-02-01,mild,false,final,";
        files.withScores("T1,S1,P1,A,BL,1,NRS,7")
                .with(
                        "adverse-events.csv",
                        "recordId,version,site,participant,term,onsetOn,severity,serious,status,reasonForChange\n"
                                + row.replace(
                                        switch (column) {
                                            case "severity" -> "mild";
                                            case "serious" -> "false";
                                            default -> "2000-02-01";
                                        },
                                        cell));

        assertThatThrownBy(files::read)
                .isInstanceOf(LoadFailure.class)
                .hasMessage("adverse-events.csv, line 2, column " + column + ": " + rule);
    }
}

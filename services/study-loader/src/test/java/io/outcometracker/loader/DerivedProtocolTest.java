package io.outcometracker.loader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.outcometracker.contract.Protocol;
import io.outcometracker.contract.Protocol.Instrument;
import io.outcometracker.contract.Protocol.Visit;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DerivedProtocolTest {
    @TempDir
    Path folder;

    private FolderWriter files;

    @BeforeEach
    void describeInstruments() {
        files = new FolderWriter(folder)
                .with("instruments.csv", "instrument,direction,min,max,label\nNRS,lower,0,10,pain\nSAT,higher,,,\n");
    }

    private Protocol derived(String... rows) {
        Study study = files.withScores(rows).read();
        assertThat(study.protocolDerived()).isTrue();
        return study.protocol();
    }

    @Test
    void isOpenAndHasTheCodesOfTheData() {
        Protocol protocol = derived("T1,S2,P1,A,BL,1,NRS,7", "T1,S1,P2,B,BL,1,NRS,7");

        assertThat(protocol.masked()).isFalse();
        assertThat(protocol.version()).isEqualTo(1);
        assertThat(protocol.sites()).containsExactly("S2", "S1");
        assertThat(protocol.arms()).extracting(Protocol.Arm::code).containsExactly("A", "B");
        assertThat(protocol.groupings()).isEmpty();
    }

    @Test
    void ordersVisitsByTheirUsualDayThenByAppearance() {
        Protocol protocol = derived(
                "T1,S1,P1,A,late,90,NRS,7",
                "T1,S1,P1,A,BL,1,NRS,7",
                "T1,S1,P1,A,noon,30,NRS,7",
                "T1,S1,P1,A,evening,30,NRS,7",
                "T1,S1,P2,A,noon,28,NRS,7",
                "T1,S1,P3,A,noon,30,NRS,7");

        assertThat(protocol.visits()).extracting(Visit::code).containsExactly("BL", "noon", "evening", "late");
        assertThat(protocol.visits()).extracting(Visit::day).containsExactly(1, 30, 30, 90);
    }

    @Test
    void givesAVisitWithoutDayThatOfTheVisitBefore() {
        Protocol protocol = derived("T1,S1,P1,A,entry,,NRS,7", "T1,S1,P1,A,M1,30,NRS,7", "T1,S1,P1,A,M1-phone,,NRS,7");

        assertThat(protocol.visits()).extracting(Visit::day).containsExactly(1, 30, 30);
    }

    @Test
    void plansAtEachVisitWhatWasReportedOfIt() {
        files.with("follow-ups.csv", """
                recordId,version,site,participant,visit,instrument,status,notDoneReason
                X1,1,S1,P1,M2,SAT,not-done,no show
                """);

        Protocol protocol = derived(
                "T1,S1,P1,A,BL,1,NRS,7", "T1,S1,P1,A,M1,30,SAT,7", "T1,S1,P1,A,M1,30,NRS,7", "T1,S1,P1,A,M2,60,NRS,7");

        assertThat(protocol.visits())
                .extracting(Visit::instruments)
                .containsExactly(List.of("NRS"), List.of("NRS", "SAT"), List.of("NRS", "SAT"));
    }

    @Test
    void closesEveryWindowLongAgo() {
        Study study = files.withScores("T1,S1,P1,A,BL,-700,NRS,7", "T1,S1,P1,A,Y20,7300,NRS,7")
                .read();

        for (Visit visit : study.protocol().visits()) {
            assertThat(visit.windowOpen()).isLessThan(-700);
            assertThat(DerivedProtocol.DAY_1.plusDays(visit.windowClose())).isBefore(LocalDate.of(2025, 1, 1));
        }
    }

    @Test
    void refusesDaysThatCannotBeDays() {
        assertThatThrownBy(() -> derived("T1,S1,P1,A,BL,20250131,NRS,7"))
                .isInstanceOf(LoadFailure.class)
                .hasMessage("long.csv: visit_day goes beyond 9000; "
                        + "a study with such days needs protocol.yml and enrolments.csv");
    }

    @ParameterizedTest
    @CsvSource({
        "Baseline,5,M1,1,Baseline",
        "BL,5,M1,1,BL",
        "screening,-20,pre,1,screening",
        "screening,-20,baseline,1,baseline",
        "week 0,0,week 4,28,week-0",
        "M1,30,visit1,1,visit1",
        "pre,-3,post,30,pre",
        "M1,30,M2,60,",
    })
    void findsTheBaselineByNameOrDay(String first, int firstDay, String second, int secondDay, String baseline) {
        Protocol protocol = derived(
                "T1,S1,P1,A," + first + "," + firstDay + ",NRS,7", "T1,S1,P1,A," + second + "," + secondDay + ",NRS,7");

        assertThat(protocol.baseline().map(Visit::code).orElse(null)).isEqualTo(baseline);
    }

    @Test
    void formsNoChangeOfAnInstrumentWithoutBaselineScore() {
        Protocol protocol = derived(
                "T1,S1,P1,A,BL,1,NRS,7", "T1,S1,P1,A,BL,1,SAT,NA", "T1,S1,P1,A,M1,30,NRS,7", "T1,S1,P1,A,M1,30,SAT,7");

        assertThat(instrument(protocol, "NRS").measuresPercentChange()).isTrue();
        assertThat(instrument(protocol, "SAT").measuresChange()).isFalse();
    }

    @Test
    void formsNoChangeInAStudyWithoutBaseline() {
        assertThat(instrument(derived("T1,S1,P1,A,M1,30,NRS,7"), "NRS").measuresChange())
                .isFalse();
    }

    @Test
    void describesInstrumentsAsTheFolderDoes() {
        Protocol protocol = derived("T1,S1,P1,A,BL,1,NRS,7", "T1,S1,P1,A,BL,1,SAT,2.25");

        Instrument nrs = instrument(protocol, "NRS");
        assertThat(nrs.higherIsWorse()).isTrue();
        assertThat(nrs.max()).isEqualTo(BigDecimal.TEN);
        assertThat(nrs.decimals()).isZero();
        assertThat(nrs.label()).isEqualTo("pain");
        Instrument satisfaction = instrument(protocol, "SAT");
        assertThat(satisfaction.higherIsWorse()).isFalse();
        assertThat(satisfaction.min()).isNull();
        assertThat(satisfaction.decimals()).isEqualTo(2);
        assertThat(satisfaction.rounding()).isNull();
        assertThat(satisfaction.mcid()).isNull();
    }

    @Test
    void roundsScoresThatHaveMoreDecimalsThanAreKept() {
        Instrument nrs = instrument(derived("T1,S1,P1,A,BL,1,NRS,2.3333333333333335", "T1,S1,P1,A,M1,30,NRS,7"), "NRS");

        assertThat(nrs.decimals()).isEqualTo(9);
        assertThat(nrs.rounding()).isEqualTo(Protocol.Rounding.HALF_EVEN);
    }

    @ParameterizedTest
    @CsvSource({"Placebo,Verum,Placebo", "Usual care,PRT,Usual-care", "CONTROL,X,CONTROL", "Early,Late,"})
    void takesAnArmForTheControlOnlyByItsName(String first, String second, String control) {
        Protocol protocol = derived("T1,S1,P1," + first + ",BL,1,NRS,7", "T1,S1,P2," + second + ",BL,1,NRS,7");

        assertThat(protocol.arms().stream()
                        .filter(Protocol.Arm::control)
                        .map(Protocol.Arm::code)
                        .findFirst()
                        .orElse(null))
                .isEqualTo(control);
    }

    private static Instrument instrument(Protocol protocol, String code) {
        return protocol.instrument(code).orElseThrow();
    }
}

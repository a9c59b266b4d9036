package io.outcometracker.cohort.stream;

import static io.outcometracker.cohort.Reports.DAY1;
import static io.outcometracker.cohort.Reports.adverseEvent;
import static io.outcometracker.cohort.Reports.enrolment;
import static io.outcometracker.cohort.Reports.erasure;
import static io.outcometracker.cohort.Reports.score;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import io.outcometracker.cohort.chart.ParticipantEvent;
import io.outcometracker.contract.DeadLetter;
import io.outcometracker.contract.Disposition;
import io.outcometracker.contract.Disposition.Fate;
import io.outcometracker.contract.Disposition.Subject;
import io.outcometracker.contract.Topics;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ChartProcessorTest {
    private static final String ENROLMENTS = Topics.ENROLMENTS.name();
    private static final String FOLLOW_UPS = Topics.FOLLOW_UPS.name();
    private static final String ERASURES = Topics.ERASURES.name();

    private ChartTask task = new ChartTask(ChartTask.Stored.NOTHING);

    @Test
    void tellsWhatBecameOfAdverseEvents() {
        assertThat(task.process(adverseEvent("P1", "a1").version(2).event(), 0).dispositions())
                .extracting(Disposition::key, Disposition::version, Disposition::fate)
                .containsExactly(tuple("CLBP-CELL-01|P1|adverse-event|a1", 2, Fate.PARKED));
        assertThat(task.process(enrolment("P1").event(), 0).dispositions())
                .extracting(Disposition::key, Disposition::version, Disposition::fate)
                .containsExactly(
                        tuple("CLBP-CELL-01|P1|enrolment", 1, Fate.APPLIED),
                        tuple("CLBP-CELL-01|P1|adverse-event|a1", 2, Fate.APPLIED));
        assertThat(task.process(adverseEvent("P1", "a1").event(), 1).dispositions())
                .extracting(
                        Disposition::version, Disposition::fate, Disposition::currentVersion, Disposition::currentFate)
                .containsExactly(tuple(1, Fate.STALE, 2, Fate.APPLIED));
    }

    @Test
    void tellsOfEveryRecordThatWasErasedAndOfAllThatComeLater() {
        task.process(enrolment("P1").version(2).event(), 0);
        task.process(score("P1", "W4", "NRS", 5).version(3).event(), 0);
        task.process(adverseEvent("P1", "a1").event(), 0);

        assertThat(task.process(erasure("P1"), 0).dispositions())
                .extracting(
                        Disposition::key,
                        Disposition::version,
                        Disposition::fate,
                        Disposition::currentVersion,
                        Disposition::currentFate)
                .containsExactlyInAnyOrder(
                        tuple("CLBP-CELL-01|P1|erasure", 1, Fate.APPLIED, 1, Fate.APPLIED),
                        tuple("CLBP-CELL-01|P1|enrolment", 2, Fate.ERASED, 2, Fate.ERASED),
                        tuple("CLBP-CELL-01|P1|follow-up|P1-W4-NRS", 3, Fate.ERASED, 3, Fate.ERASED),
                        tuple("CLBP-CELL-01|P1|adverse-event|a1", 1, Fate.ERASED, 1, Fate.ERASED));
        assertThat(task.process(score("P1", "W4", "NRS", 5).version(4).event(), 1)
                        .dispositions())
                .extracting(Disposition::key, Disposition::version, Disposition::fate, Disposition::currentFate)
                .containsExactly(tuple("CLBP-CELL-01|P1|follow-up|P1-W4-NRS", 4, Fate.ERASED, Fate.ERASED));
        assertThat(task.process(erasure("P1"), 1).dispositions())
                .extracting(Disposition::key, Disposition::fate, Disposition::currentFate)
                .containsExactly(tuple("CLBP-CELL-01|P1|erasure", Fate.DUPLICATE, Fate.APPLIED));
    }

    @Test
    void namesTheSiteAtWhichTheParticipantIsEnrolledAndUntilThenThatOfTheRecord() {
        assertThat(sites(score("P1", "W4", "NRS", 5).site("S2").event())).containsExactly("S2");
        assertThat(sites(enrolment("P1").site("S2").event())).containsExactly("S2", "S2");
        assertThat(sites(enrolment("P1").version(2).site("S3").event())).containsExactly("S3");
        assertThat(sites(score("P1", "W4", "NRS", 6).site("S2").version(2).event()))
                .containsExactly("S3");
        assertThat(sites(erasure("P1"))).containsOnly("S3");
        assertThat(sites(erasure("P2"))).containsOnlyNulls();
    }

    /** Else what became of it would be told to the one at which the participant is, who never sent it. */
    @Test
    void namesTheSiteThatReportedAParticipantOfAnother() {
        assertThat(sites(score("P1", "W4", "NRS", 5).event())).containsExactly("S1");
        assertThat(sites(enrolment("P1").site("S2").event())).containsExactly("S2", "S1");
        assertThat(sites(score("P1", "M4", "NRS", 5).event())).containsExactly("S1");
    }

    private List<String> sites(ParticipantEvent event) {
        return task.process(event, 0).dispositions().stream()
                .map(Disposition::site)
                .toList();
    }

    @Test
    void tellsOnWhichStudyDayWhatStandsWasAssessed() {
        task.process(score("P1", "W4", "NRS", 5).assessedOn(DAY1.plusDays(40)).event(), 0);
        assertThat(task.process(enrolment("P1").event(), 0).dispositions())
                .extracting(Disposition::subject, Disposition::assessed)
                .containsExactly(
                        tuple(Subject.ENROLMENT, null), tuple(Subject.FOLLOW_UP, new Disposition.Assessed("W4", 41)));
        // Also with what is said of an earlier version.
        task.process(
                score("P1", "W4", "NRS", 5)
                        .version(3)
                        .assessedOn(DAY1.plusDays(28))
                        .event(),
                1);
        assertThat(task.process(score("P1", "W4", "NRS", 5).version(2).event(), 2)
                        .dispositions())
                .extracting(Disposition::fate, Disposition::currentVersion, Disposition::assessed)
                .containsExactly(tuple(Fate.STALE, 3, new Disposition.Assessed("W4", 29)));
    }

    @Test
    void saysHowFarItHasReadWithEachChange() {
        task.process(score("P1", "W4", "NRS", 5).event(), 6);
        task.process(adverseEvent("P1", "a1").event(), 2);

        ChartStep step = task.process(enrolment("P1").event(), 3);

        Map<String, Long> upTo = Map.of(ENROLMENTS, 4L, FOLLOW_UPS, 7L, ERASURES, 0L);
        assertThat(step.changes()).containsOnlyKeys("CLBP-CELL-01", "CLBP-CELL-01|participants", "CLBP-CELL-01|W4|NRS");
        assertThat(step.changes().values()).allSatisfy(change -> {
            assertThat(change.upTo()).isEqualTo(upTo);
            assertThat(change.partition()).isEqualTo(ChartTask.PARTITION);
        });
    }

    @Test
    void endsAnEventOfSeveralChangesWithTheRosterThatEveryPartitionGets() {
        task.process(enrolment("P1").event(), 0);
        task.process(score("P1", "W4", "NRS", 5).event(), 0);

        ChartStep baseline = task.process(score("P1", "BL", "NRS", 7).event(), 1);
        ChartStep single = task.process(score("P1", "M4", "ODI", 7).event(), 2);

        assertThat(baseline.changes().keySet())
                .containsExactly("CLBP-CELL-01|BL|NRS", "CLBP-CELL-01|W4|NRS", "CLBP-CELL-01");
        assertThat(baseline.changes().values()).extracting(TallyChange::more).containsExactly(true, true, false);
        assertThat(baseline.changes().get("CLBP-CELL-01").rows()).isEmpty();
        assertThat(single.changes().keySet()).containsExactly("CLBP-CELL-01|M4|ODI");
        assertThat(single.changes().values()).extracting(TallyChange::more).containsExactly(false);
    }

    @Test
    void remembersAcrossARestartHowFarItHasRead() {
        task.process(enrolment("P1").event(), 3);
        task.process(erasure("P2"), 8);

        task = new ChartTask(task.stored());
        ChartStep step = task.process(score("P1", "W4", "NRS", 5).event(), 6);

        assertThat(step.changes().get("CLBP-CELL-01|W4|NRS").upTo())
                .isEqualTo(Map.of(ENROLMENTS, 4L, FOLLOW_UPS, 7L, ERASURES, 9L));
    }

    /** The parked score has been read too, though it changes nothing yet, and so has what cannot be used. */
    @Test
    void countsAMessageAsReadWhateverBecameOfIt() {
        task.process(score("P2", "W4", "NRS", 5).event(), 6);
        ParticipantEvent elsewhere = score("P1", "W4", "NRS", 5).event();

        ChartStep skipped = task.process("CLBP-CELL-01|P2", elsewhere, 7);
        ChartStep step = task.process(enrolment("P1").event(), 0);

        assertThat(skipped.deadLetters())
                .extracting(DeadLetter::topic, DeadLetter::partition, DeadLetter::offset, DeadLetter::error)
                .containsExactly(tuple(FOLLOW_UPS, ChartTask.PARTITION, 7L, "WrongKey"));
        assertThat(skipped.changes()).isEmpty();
        assertThat(step.changes().get("CLBP-CELL-01").upTo()).containsEntry(FOLLOW_UPS, 8L);
    }
}

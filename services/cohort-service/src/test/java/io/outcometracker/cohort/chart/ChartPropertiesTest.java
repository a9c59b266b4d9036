package io.outcometracker.cohort.chart;

import static org.assertj.core.api.Assertions.assertThat;

import io.outcometracker.cohort.RandomReports;
import io.outcometracker.cohort.Reports;
import io.outcometracker.cohort.Reports.FollowUpReport;
import io.outcometracker.cohort.chart.ParticipantChart.Standing;
import io.outcometracker.cohort.tally.TallyRow;
import io.outcometracker.contract.Disposition.Fate;
import io.outcometracker.testkit.SeededTest;
import io.outcometracker.testkit.WorkedExample;
import io.outcometracker.testkit.WorkedExample.Step;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;

/** Laws that hold for any order and any repetition. */
class ChartPropertiesTest {
    private static final int PARTICIPANTS = 40;

    private static Fold fold(List<ParticipantEvent> events) {
        Fold fold = new Fold();
        events.forEach(fold::report);
        return fold;
    }

    /** Versions, adverse events, enrolments and erasures in whatever order: the latest versions decide, never the arrival. */
    @SeededTest
    void comesToTheSameInAnyOrderAndWithAnyRepetition(long seed) {
        Random random = new Random(seed);
        List<ParticipantEvent> events = RandomReports.of(PARTICIPANTS, random);
        Fold inOrder = fold(events);

        Fold shuffled = fold(RandomReports.repeatedInAnyOrder(events, random));

        assertThat(shuffled.tallies()).isEqualTo(inOrder.tallies());
        assertThat(shuffled.charts()).isEqualTo(inOrder.charts());
        assertThat(standings(shuffled)).isEqualTo(standings(inOrder));
    }

    private static Map<String, Map<Reported, Standing>> standings(Fold fold) {
        Map<String, Map<Reported, Standing>> standings = new HashMap<>();
        fold.charts().forEach((participant, chart) -> standings.put(participant, chart.standings()));
        return standings;
    }

    /** Whatever happened in between, the counts are those of somebody who was told only how it ended at each site. */
    @SeededTest
    void countsAfterAnyCorrectionsAsFromScratch(long seed) {
        Random random = new Random(seed);
        List<ParticipantEvent> events = RandomReports.of(PARTICIPANTS, random);
        Map<String, ParticipantEvent> latest = new LinkedHashMap<>();
        for (ParticipantEvent event : events) {
            latest.put(event.participant() + "|" + event.reported() + "|" + event.site(), event);
        }

        Fold lived = fold(RandomReports.repeatedInAnyOrder(events, random));

        assertThat(lived.tallies()).isEqualTo(fold(List.copyOf(latest.values())).tallies());
    }

    /** The erasure is the same whether it comes before, between or after everything else. */
    @SeededTest
    void leavesNothingOfAnErasedParticipantWhereverTheErasureComes(long seed) {
        Random random = new Random(seed);
        List<ParticipantEvent> events = new ArrayList<>(RandomReports.of(1, random));
        events.add(random.nextInt(events.size() + 1), Reports.erasure("P1"));

        Fold fold = fold(events);

        assertThat(fold.tallies()).isEmpty();
        assertThat(standings(fold)).isEqualTo(Map.of("P1", Map.of(Reported.ERASURE, new Standing(1, Fate.APPLIED))));
    }

    /** Kafka keeps the order of a participant's events only. The example has conflicts, for which that order matters. */
    @SeededTest
    void countsTheSameForAnyInterleavingOfParticipantsAndAnyRepetition(long seed) {
        Fold inOrder = new Fold();
        WorkedExample.steps().forEach(step -> inOrder.report(event(step)));

        Fold shuffled = new Fold();
        Random random = new Random(seed);
        for (Step step : interleaved(WorkedExample.steps(), random)) {
            shuffled.report(event(step));
            // A conflict that is sent again may be meant as its settlement, and is no repetition.
            if (step.expected() != Fate.CONFLICT) {
                shuffled.report(event(step));
            }
        }

        assertThat(shuffled.tallies()).isEqualTo(inOrder.tallies());
        assertThat(shuffled.charts()).isEqualTo(inOrder.charts());
    }

    private static ParticipantEvent event(Step step) {
        return step.enrolment() != null
                ? new ParticipantEvent.Enrolled(step.enrolment())
                : new ParticipantEvent.FollowedUp(Objects.requireNonNull(step.followUp()));
    }

    private static List<Step> interleaved(List<Step> steps, Random random) {
        Map<String, List<Step>> queues = new LinkedHashMap<>();
        for (Step step : steps) {
            queues.computeIfAbsent(event(step).participant().participant(), it -> new ArrayList<>())
                    .add(step);
        }
        List<String> turns = new ArrayList<>();
        queues.forEach((participant, queue) -> turns.addAll(Collections.nCopies(queue.size(), participant)));
        Collections.shuffle(turns, random);
        List<Step> interleaved = new ArrayList<>();
        for (String participant : turns) {
            interleaved.add(queues.get(participant).remove(0));
        }
        return interleaved;
    }

    /**
     * Where records want the same slot, the first to come holds it, so the order matters to which of them counts. Two
     * things hold in any order: never do two count, and a site that takes back all but one and sends that again is done.
     */
    @SeededTest
    void countsOneRecordOfASlotHoweverManyWantIt(long seed) {
        Random random = new Random(seed);
        int records = 5;
        int versions = 4;
        List<ParticipantEvent> events = new ArrayList<>();
        for (int record = 0; record < records; record++) {
            for (int version = 1; version <= versions; version++) {
                FollowUpReport report = claim(record, version, random.nextBoolean() ? "W4" : "M4");
                events.add(random.nextInt(4) == 0 ? report.retracted().event() : report.event());
            }
        }
        Fold fold = fold(List.of(Reports.enrolment("P1").event()));
        for (ParticipantEvent event : RandomReports.repeatedInAnyOrder(events, random)) {
            fold.report(event);
            assertThat(scores(fold, "W4")).hasSizeLessThanOrEqualTo(1);
            assertThat(scores(fold, "M4")).hasSizeLessThanOrEqualTo(1);
        }

        int kept = random.nextInt(records);
        for (int record = 0; record < records; record++) {
            if (record != kept) {
                fold.report(claim(record, versions + 1, "W4").retracted().event());
            }
        }
        fold.report(claim(kept, versions + 1, "W4").event());

        assertThat(scores(fold, "W4")).singleElement().isEqualTo(String.valueOf(kept));
        assertThat(scores(fold, "M4")).isEmpty();
    }

    /** The score tells the record. */
    private static FollowUpReport claim(int record, int version, String visit) {
        return Reports.score("P1", visit, "NRS", record).record("r" + record).version(version);
    }

    /** Once for each time that it is counted. */
    private static List<String> scores(Fold fold, String visit) {
        List<String> scores = new ArrayList<>();
        fold.tallies()
                .getOrDefault(WorkedExample.TRIAL + "|" + visit + "|NRS", Map.of())
                .forEach((row, count) -> {
                    BigDecimal value = ((TallyRow.Result) row).value();
                    if (value != null) {
                        scores.addAll(Collections.nCopies(Math.toIntExact(count), value.toPlainString()));
                    }
                });
        return scores;
    }
}

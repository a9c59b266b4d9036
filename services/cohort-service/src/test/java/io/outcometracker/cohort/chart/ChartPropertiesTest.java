package io.outcometracker.cohort.chart;

import static org.assertj.core.api.Assertions.assertThat;

import io.outcometracker.cohort.Reports;
import io.outcometracker.cohort.tally.TallyRow;
import io.outcometracker.contract.Disposition.Fate;
import io.outcometracker.contract.Enrolment;
import io.outcometracker.contract.FollowUp;
import io.outcometracker.testkit.SeededTest;
import io.outcometracker.testkit.WorkedExample;
import io.outcometracker.testkit.WorkedExample.Step;
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

    /** What charts and tallies come to, without Kafka between them. */
    private static final class Folded {
        private final Map<String, ParticipantChart> charts = new HashMap<>();
        private final Map<String, Map<TallyRow, Long>> tallies = new HashMap<>();

        void report(Step step) {
            if (step.enrolment() != null) {
                report(step.enrolment());
            } else {
                report(Objects.requireNonNull(step.followUp()));
            }
        }

        void report(Enrolment enrolment) {
            ParticipantChart before = chart(enrolment.participant());
            fold(enrolment.participant(), before, before.apply(enrolment).chart());
        }

        void report(FollowUp followUp) {
            ParticipantChart before = chart(followUp.participant());
            fold(followUp.participant(), before, before.apply(followUp).chart());
        }

        private ParticipantChart chart(String participant) {
            return charts.getOrDefault(participant, ParticipantChart.EMPTY);
        }

        private void fold(String participant, ParticipantChart before, ParticipantChart after) {
            charts.put(participant, after);
            after.changesSince(before, WorkedExample.TRIAL)
                    .forEach((tally, rows) -> rows.forEach((row, by) -> {
                        Map<TallyRow, Long> counts = tallies.computeIfAbsent(tally, it -> new HashMap<>());
                        long count = counts.merge(row, by, Long::sum);
                        assertThat(count).isNotNegative();
                        if (count == 0) {
                            counts.remove(row);
                        }
                    }));
            tallies.values().removeIf(Map::isEmpty);
        }
    }

    /** Kafka keeps the order of a participant's events only. */
    @SeededTest
    void countsTheSameForAnyInterleavingOfParticipantsAndAnyRepetition(long seed) {
        Folded inOrder = new Folded();
        WorkedExample.steps().forEach(inOrder::report);

        Folded shuffled = new Folded();
        Random random = new Random(seed);
        for (Step step : interleaved(WorkedExample.steps(), random)) {
            shuffled.report(step);
            // A conflict that is sent again may be meant as its settlement, and is no repetition.
            if (step.expected() != Fate.CONFLICT) {
                shuffled.report(step);
            }
        }

        assertThat(shuffled.tallies).isEqualTo(inOrder.tallies);
        assertThat(shuffled.charts).isEqualTo(inOrder.charts);
    }

    private static List<Step> interleaved(List<Step> steps, Random random) {
        Map<String, List<Step>> queues = new LinkedHashMap<>();
        for (Step step : steps) {
            String participant = step.enrolment() != null
                    ? step.enrolment().participant()
                    : Objects.requireNonNull(step.followUp()).participant();
            queues.computeIfAbsent(participant, it -> new ArrayList<>()).add(step);
        }
        List<String> turns = new ArrayList<>();
        queues.forEach((participant, queue) -> turns.addAll(Collections.nCopies(queue.size(), participant)));
        Collections.shuffle(turns, random);
        List<Step> interleaved = new ArrayList<>();
        for (String participant : turns) {
            interleaved.add(Objects.requireNonNull(queues.get(participant)).remove(0));
        }
        return interleaved;
    }

    /** The version decides, never the arrival. */
    @SeededTest
    void countsTheLatestVersionInWhateverOrderVersionsCome(long seed) {
        Random random = new Random(seed);
        List<FollowUp> versions = new ArrayList<>();
        for (int record = 0; record < 10; record++) {
            int last = 1 + random.nextInt(6);
            for (int version = 1; version <= last; version++) {
                versions.add(version(record, version, random));
            }
        }
        Folded inOrder = new Folded();
        inOrder.report(enrolment());
        versions.forEach(inOrder::report);

        Folded shuffled = new Folded();
        List<FollowUp> anyOrder = new ArrayList<>(versions);
        anyOrder.addAll(versions);
        Collections.shuffle(anyOrder, random);
        anyOrder.forEach(shuffled::report);
        shuffled.report(enrolment());

        assertThat(shuffled.tallies).isEqualTo(inOrder.tallies);
    }

    /** Whatever happened in between, the counts are those of somebody who was told only how it ended. */
    @SeededTest
    void countsAfterAnyCorrectionsAsFromScratch(long seed) {
        Random random = new Random(seed);
        Folded lived = new Folded();
        lived.report(enrolment());
        Map<Integer, FollowUp> latest = new HashMap<>();
        for (int step = 0; step < 2_000; step++) {
            int record = random.nextInt(10);
            FollowUp held = latest.get(record);
            FollowUp next = version(record, held == null ? 1 : held.version() + 1, random);
            latest.put(record, next);
            lived.report(next);
        }

        Folded fresh = new Folded();
        fresh.report(enrolment());
        latest.values().forEach(fresh::report);

        assertThat(lived.tallies).isEqualTo(fresh.tallies);
    }

    private static Enrolment enrolment() {
        return Reports.enrolment("P1").build();
    }

    /** A slot of its own for each record: two visits, one of them the baseline, by five instruments. */
    private static FollowUp version(int record, int version, Random random) {
        Reports.FollowUpReport report = Reports.score(
                        "P1", record % 2 == 0 ? "BL" : "W4", "I" + record / 2, random.nextInt(11))
                .version(version);
        return (random.nextInt(4) == 0 ? report.retracted() : report).build();
    }
}

package io.outcometracker.cohort.chart;

import static org.assertj.core.api.Assertions.assertThat;

import io.outcometracker.cohort.chart.ParticipantChart.Standing;
import io.outcometracker.cohort.tally.TallyRow;
import io.outcometracker.contract.Disposition.Fate;
import io.outcometracker.contract.ParticipantKey;
import java.util.HashMap;
import java.util.Map;

/** What charts and tallies come to, without Kafka between them. */
final class Fold {
    private final Map<String, ParticipantChart> charts = new HashMap<>();
    private final Map<String, Map<TallyRow, Long>> tallies = new HashMap<>();

    private final Map<String, Map<Reported, Standing>> standings = new HashMap<>();

    Fate report(ParticipantEvent event) {
        ParticipantKey key = event.participant();
        String participant = key.participant();
        ParticipantChart before = charts.getOrDefault(participant, ParticipantChart.EMPTY);
        ParticipantChart.Decision decision = event.applyTo(before);
        charts.put(participant, decision.chart());
        tell(participant, before, decision.chart());
        decision.chart()
                .changesSince(before, key.trial())
                .forEach((tally, rows) -> rows.forEach((row, by) -> count(tally, row, by)));
        return decision.fate();
    }

    /** Whoever is told of each change knows what stands, also of what was erased. */
    private void tell(String participant, ParticipantChart before, ParticipantChart after) {
        Map<Reported, Standing> told = standings.computeIfAbsent(participant, it -> new HashMap<>());
        told.putAll(after.standingsChangedSince(before));
        Map<Reported, Standing> stands = new HashMap<>(told);
        stands.values().removeIf(it -> it.fate() == Fate.ERASED);
        assertThat(stands).isEqualTo(after.standings());
    }

    private void count(String tally, TallyRow row, long by) {
        Map<TallyRow, Long> counts = tallies.computeIfAbsent(tally, it -> new HashMap<>());
        long count = counts.merge(row, by, Long::sum);
        assertThat(count).isNotNegative();
        if (count == 0) {
            counts.remove(row);
        }
    }

    Map<String, ParticipantChart> charts() {
        return charts;
    }

    /** Without those in which nothing is counted. */
    Map<String, Map<TallyRow, Long>> tallies() {
        tallies.values().removeIf(Map::isEmpty);
        return tallies;
    }
}

package io.outcometracker.cohort.tally;

import static java.util.Objects.requireNonNullElse;

import io.outcometracker.cohort.tally.TallyRow.Enrolled;
import io.outcometracker.cohort.tally.TallyRow.Filled;
import io.outcometracker.cohort.tally.TallyRow.Presence;
import io.outcometracker.cohort.tally.TallyRow.Score;
import io.outcometracker.contract.Cohort;
import io.outcometracker.contract.CohortMetric;
import io.outcometracker.contract.Completeness;
import io.outcometracker.contract.Endpoint;
import io.outcometracker.contract.Protocol;
import io.outcometracker.contract.Protocol.Instrument;
import io.outcometracker.contract.Protocol.Visit;
import io.outcometracker.statistics.CohortStatistics;
import io.outcometracker.statistics.CohortTally;
import io.outcometracker.statistics.Observation;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The counts of one endpoint and of its trial's participants, from which the metrics of every cohort are computed. */
public final class EndpointTally {
    private final Endpoint endpoint;
    private final Map<TallyRow, Long> rows;
    private final Map<TallyRow, Long> roster;

    /**
     * @param rows what is counted under the endpoint
     * @param roster what is counted under its trial
     */
    public EndpointTally(Endpoint endpoint, Map<TallyRow, Long> rows, Map<TallyRow, Long> roster) {
        this.endpoint = endpoint;
        this.rows = rows;
        this.roster = roster;
    }

    /**
     * The metrics of the view's cohorts that have a participant, and of the whole trial.
     *
     * @param asOf decides which visits are over
     */
    public SortedMap<Cohort, CohortMetric> metrics(Protocol protocol, View view, Instant asOf) {
        Visit visit = protocol.visit(endpoint.visit()).orElseThrow();
        Instrument instrument = protocol.instrument(endpoint.instrument()).orElseThrow();
        boolean paired = instrument.measuresChange() && protocol.baseline().isPresent() && !visit.baseline();
        int decimals = decimals(instrument);
        SortedMap<Cohort, CohortTally> tallies = new TreeMap<>();
        SortedMap<Cohort, Long> assessable = new TreeMap<>();
        tallies.put(Cohort.ALL, new CohortTally());
        count(protocol, visit, LocalDate.ofInstant(asOf, ZoneOffset.UTC), decimals, tallies, assessable);

        SortedMap<Cohort, CohortMetric> metrics = new TreeMap<>();
        tallies.forEach((cohort, tally) -> {
            CohortStatistics statistics = CohortStatistics.of(
                    tally,
                    Scorings.of(instrument, decimals, paired, visit.baseline()),
                    requireNonNullElse(assessable.get(cohort), 0L));
            metrics.put(cohort, MetricForm.fill(endpoint, cohort, statistics, asOf, protocol.version()));
        });
        metrics.keySet().removeIf(cohort -> !view.shown().test(cohort));
        return metrics;
    }

    /**
     * How much of what the view's cohorts should have reported is there, of those that have a participant, and of the
     * whole trial.
     *
     * @param asOf its day in UTC decides what is due
     */
    public SortedMap<Cohort, Completeness> completeness(Protocol protocol, View view, Instant asOf) {
        throw new UnsupportedOperationException();
    }

    /**
     * Whether the view may go over from the released counts to these: no group that it shows differs by fewer
     * participants than asked for, and the whole trial differs by that many.
     */
    public boolean mayReplace(EndpointTally released, Protocol protocol, View view, int minNewRecords) {
        throw new UnsupportedOperationException();
    }

    private void count(
            Protocol protocol,
            Visit visit,
            LocalDate today,
            int decimals,
            Map<Cohort, CohortTally> tallies,
            Map<Cohort, Long> assessable) {
        roster.forEach((row, count) -> {
            Presence presence = ((Enrolled) row).presence();
            for (Cohort cohort : row.cell().cohorts(protocol.groupings())) {
                tallies.computeIfAbsent(cohort, it -> new CohortTally());
                if (!StudyCalendar.isPending(presence, visit, today)) {
                    assessable.merge(cohort, count, Long::sum);
                }
            }
        });
        rows.forEach((row, count) -> {
            for (Cohort cohort : row.cell().cohorts(protocol.groupings())) {
                if (row instanceof Score score) {
                    tallies.computeIfAbsent(cohort, it -> new CohortTally()).add(observation(score, decimals), count);
                } else if (row instanceof Filled filled && StudyCalendar.isPending(filled.presence(), visit, today)) {
                    // Not pending after all: the roster did not count them, but their record is here.
                    assessable.merge(cohort, count, Long::sum);
                }
            }
        });
    }

    private static Observation observation(Score score, int decimals) {
        return new Observation(scaled(score.value(), decimals), nullableScaled(score.baseline(), decimals));
    }

    private static @Nullable Long nullableScaled(@Nullable BigDecimal number, int decimals) {
        return number == null ? null : scaled(number, decimals);
    }

    private static long scaled(BigDecimal number, int decimals) {
        return number.setScale(decimals).unscaledValue().longValueExact();
    }

    /** At least those of the protocol, but enough for every score, so that none is ever rounded here. */
    private int decimals(Instrument instrument) {
        int decimals = instrument.decimals();
        for (TallyRow row : rows.keySet()) {
            if (row instanceof Score score) {
                BigDecimal baseline = score.baseline();
                decimals = Math.max(decimals, score.value().scale());
                decimals = Math.max(decimals, baseline == null ? 0 : baseline.scale());
            }
        }
        return decimals;
    }
}

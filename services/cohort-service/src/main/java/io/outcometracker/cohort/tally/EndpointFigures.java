package io.outcometracker.cohort.tally;

import io.outcometracker.cohort.tally.TallyRow.Enrolled;
import io.outcometracker.cohort.tally.TallyRow.Filled;
import io.outcometracker.cohort.tally.TallyRow.Received;
import io.outcometracker.cohort.tally.TallyRow.Report;
import io.outcometracker.cohort.tally.TallyRow.Score;
import io.outcometracker.contract.Cohort;
import io.outcometracker.contract.Endpoint;
import io.outcometracker.contract.Protocol;
import io.outcometracker.contract.Protocol.Arm;
import io.outcometracker.contract.Protocol.Instrument;
import io.outcometracker.contract.Protocol.Visit;
import io.outcometracker.statistics.ArmComparison;
import io.outcometracker.statistics.CohortStatistics;
import io.outcometracker.statistics.CohortTally;
import io.outcometracker.statistics.Observation;
import io.outcometracker.statistics.Scoring;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What follows from the counts of an endpoint under one protocol on one day, whoever is shown it. Each figure is computed
 * when it is first asked for, and once.
 */
final class EndpointFigures {
    private final Protocol protocol;
    private final LocalDate today;
    private final Scoring scoring;
    private final Map<Cell, Group> cells = new HashMap<>();
    private final Map<Cohort, Group> groups = new HashMap<>();
    private final Map<Cohort, CohortStatistics> statistics = new HashMap<>();
    private @Nullable Map<Cohort, ArmComparison> comparisons;

    EndpointFigures(
            Endpoint endpoint,
            Map<TallyRow, Long> rows,
            Map<TallyRow, Long> roster,
            Protocol protocol,
            LocalDate today) {
        this.protocol = protocol;
        this.today = today;
        Visit visit = protocol.visit(endpoint.visit()).orElseThrow();
        Instrument instrument = protocol.instrument(endpoint.instrument()).orElseThrow();
        scoring = Scorings.of(protocol, visit, instrument, decimals(instrument, rows.keySet()));
        rows.forEach((row, count) -> add(row, count, visit));
        // The roster and the endpoint are counted one after the other, so that for a moment an endpoint may have more
        // of
        // some presence; that is nobody, then.
        roster.forEach((row, count) -> {
            Enrolled enrolled = (Enrolled) row;
            long settled = rows.getOrDefault(new Filled(enrolled.cell(), enrolled.presence()), 0L);
            group(row.cell())
                    .addStatus(
                            VisitStatus.withoutReport(enrolled.presence(), visit, today), Math.max(0, count - settled));
        });
    }

    private void add(TallyRow row, long count, Visit visit) {
        Group group = group(row.cell());
        if (row instanceof Score score) {
            group.addScore(observation(score), count);
        } else if (row instanceof Filled) {
            group.addSettled(count);
        } else if (row instanceof Received received) {
            group.addStatus(VisitStatus.of(received, visit), count);
            if (received.report() == Report.OUTSIDE_LIMITS) {
                group.addOutsideLimits(count);
            }
        }
    }

    private Group group(Cell cell) {
        return cells.computeIfAbsent(cell, it -> new Group());
    }

    boolean areOf(Protocol other, LocalDate day) {
        return protocol.equals(other) && today.equals(day);
    }

    Scoring scoring() {
        return scoring;
    }

    Map<Cell, Group> cells() {
        return cells;
    }

    /** Those that have a participant, and the whole trial. */
    SortedMap<Cohort, Group> groups(Predicate<Cohort> shown) {
        Map<Cohort, Group> missing = new HashMap<>();
        SortedMap<Cohort, Group> asked = new TreeMap<>();
        asked.put(
                Cohort.ALL, groups.computeIfAbsent(Cohort.ALL, it -> missing.computeIfAbsent(it, all -> new Group())));
        cells.forEach((cell, group) -> {
            for (Cohort cohort : cell.cohorts(protocol.groupings())) {
                if (shown.test(cohort)) {
                    asked.put(
                            cohort,
                            groups.computeIfAbsent(cohort, it -> missing.computeIfAbsent(it, each -> new Group())));
                    Group incomplete = missing.get(cohort);
                    if (incomplete != null) {
                        incomplete.addAll(group);
                    }
                }
            }
        });
        return asked;
    }

    /** Of one of the groups asked for before. */
    CohortStatistics statistics(Cohort cohort) {
        return statistics.computeIfAbsent(cohort, it -> {
            Group group = Objects.requireNonNull(groups.get(it));
            return CohortStatistics.of(group.scores(), scoring, group.assessable());
        });
    }

    Optional<Cohort> control() {
        return protocol.arms().stream()
                .filter(Arm::control)
                .findFirst()
                .map(Arm::code)
                .map(Cohort::arm);
    }

    /** Of each arm with control, where there is one. */
    Map<Cohort, ArmComparison> comparisons() {
        Map<Cohort, ArmComparison> computed = comparisons;
        if (computed == null) {
            computed = control().isEmpty()
                    ? Map.of()
                    : ArmComparison.against(control().get(), armScores(), scoring);
            comparisons = computed;
        }
        return computed;
    }

    /** Also of arms in which there is nobody. */
    private Map<Cohort, CohortTally> armScores() {
        SortedMap<Cohort, Group> arms = groups(cohort -> cohort.by().equals(Cohort.ARM));
        Map<Cohort, CohortTally> scores = new LinkedHashMap<>();
        for (Arm arm : protocol.arms()) {
            Group group = arms.get(Cohort.arm(arm.code()));
            scores.put(Cohort.arm(arm.code()), group == null ? new CohortTally() : group.scores());
        }
        return scores;
    }

    private Observation observation(Score score) {
        BigDecimal baseline = score.baseline();
        return new Observation(scaled(score.value()), baseline == null ? null : Long.valueOf(scaled(baseline)));
    }

    private long scaled(BigDecimal number) {
        return number.setScale(scoring.decimals()).unscaledValue().longValueExact();
    }

    /** At least those of the protocol, but enough for every score, so that none is ever rounded here. */
    private static int decimals(Instrument instrument, Set<TallyRow> rows) {
        int decimals = instrument.decimals();
        for (TallyRow row : rows) {
            if (row instanceof Score score) {
                BigDecimal baseline = score.baseline();
                decimals = Math.max(decimals, score.value().scale());
                decimals = Math.max(decimals, baseline == null ? 0 : baseline.scale());
            }
        }
        return decimals;
    }
}

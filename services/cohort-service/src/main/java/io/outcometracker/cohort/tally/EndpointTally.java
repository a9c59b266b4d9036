package io.outcometracker.cohort.tally;

import io.outcometracker.cohort.tally.Differences.Kind;
import io.outcometracker.cohort.tally.ShownFigures.Layer;
import io.outcometracker.cohort.tally.TallyRow.Enrolled;
import io.outcometracker.cohort.tally.TallyRow.Filled;
import io.outcometracker.cohort.tally.TallyRow.Received;
import io.outcometracker.cohort.tally.TallyRow.Report;
import io.outcometracker.cohort.tally.TallyRow.Score;
import io.outcometracker.contract.Cohort;
import io.outcometracker.contract.CohortMetric;
import io.outcometracker.contract.Completeness;
import io.outcometracker.contract.Endpoint;
import io.outcometracker.contract.Protocol;
import io.outcometracker.contract.Protocol.Arm;
import io.outcometracker.contract.Protocol.Instrument;
import io.outcometracker.contract.Protocol.Visit;
import io.outcometracker.statistics.ArmComparison;
import io.outcometracker.statistics.CohortStatistics;
import io.outcometracker.statistics.CohortTally;
import io.outcometracker.statistics.GeometricMean;
import io.outcometracker.statistics.Observation;
import io.outcometracker.statistics.Scoring;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
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
     * @param asOf its day in UTC decides which visits are over
     */
    public SortedMap<Cohort, CohortMetric> metrics(Protocol protocol, View view, Instant asOf) {
        Instrument instrument = protocol.instrument(endpoint.instrument()).orElseThrow();
        Scoring scoring = scoring(protocol);
        Map<Cell, Group> cells = cells(protocol, scoring.decimals(), asOf);
        SortedMap<Cohort, Group> groups = groups(cells, protocol, view);
        ShownFigures shown = shown(cells, groups, scoring, protocol, view);
        Map<String, MetricForm.Comparison> comparisons = comparisons(groups, shown, scoring, protocol, view);
        SortedMap<Cohort, CohortMetric> metrics = new TreeMap<>();
        groups.forEach((cohort, group) -> {
            if (!shown.shows(Layer.VALUE, cohort)) {
                metrics.put(cohort, MetricForm.suppressed(endpoint, cohort, asOf, protocol.version()));
                return;
            }
            metrics.put(
                    cohort,
                    MetricForm.fill(
                            endpoint,
                            cohort,
                            CohortStatistics.of(group.scores(), scoring, group.assessable()),
                            group.outsideLimits(),
                            instrument.logScale() ? GeometricMean.of(group.scores(), scoring) : null,
                            cohort.by().equals(Cohort.ARM) ? comparisons.get(cohort.value()) : null,
                            view.full() ? group.completeness() : null,
                            shown,
                            asOf,
                            protocol.version()));
        });
        return metrics;
    }

    /**
     * How much of what the view's cohorts should have reported is there, of those that have a participant, and of the
     * whole trial.
     *
     * @param asOf its day in UTC decides what is due
     */
    public SortedMap<Cohort, Completeness> completeness(Protocol protocol, View view, Instant asOf) {
        SortedMap<Cohort, Completeness> completeness = new TreeMap<>();
        groups(cells(protocol, decimals(protocol), asOf), protocol, view)
                .forEach((cohort, group) -> completeness.put(
                        cohort,
                        new Completeness(
                                endpoint.trial(),
                                endpoint.visit(),
                                endpoint.instrument(),
                                cohort,
                                group.completeness(),
                                asOf,
                                protocol.version())));
        return completeness;
    }

    /**
     * Whether the view may go over from the released counts to these: they differ by enough participants in the whole
     * trial, and in each class of participants that the view tells apart by enough or by none. Otherwise the difference
     * of the two views would tell of fewer than asked for.
     *
     * <p>Scores are also looked at by themselves, and so are scores with their baselines where a change is shown, as each
     * can be read by itself. The participants of a difference are at least as many as were added, and at least as many as
     * were taken away; more cannot be told from counts.
     *
     * @param released empty before the first release
     * @param minNewRecords fewest participants, 1 or more
     */
    public boolean mayReplace(EndpointTally released, Protocol protocol, View view, int minNewRecords) {
        Set<Cell> all = new HashSet<>();
        List.of(rows, roster, released.rows, released.roster)
                .forEach(counts -> counts.keySet().forEach(row -> all.add(row.cell())));
        Map<Cell, Group> cells = new HashMap<>();
        all.forEach(cell -> cells.put(cell, new Group()));
        Scoring scoring = scoring(protocol);
        addScores(cells, scoring.decimals());
        SortedMap<Cohort, Group> groups = groups(cells, protocol, view);
        ShownFigures shown = shown(cells, groups, scoring, protocol, view);
        Differences differences = Differences.of(released.rows, rows);
        return differences.participants(Kind.RESULTS, all) >= minNewRecords
                && shown.classes(Layer.VALUE).stream()
                        .allMatch(it -> isNobodyOrEnough(differences.participants(Kind.RESULTS, it), minNewRecords)
                                && isNobodyOrEnough(differences.participants(Kind.SCORES, it), minNewRecords))
                && shown.classes(Layer.CHANGE).stream()
                        .allMatch(it -> isNobodyOrEnough(differences.participants(Kind.PAIRS, it), minNewRecords));
    }

    private static boolean isNobodyOrEnough(long participants, int enough) {
        return participants == 0 || participants >= enough;
    }

    private ShownFigures shown(
            Map<Cell, Group> cells, SortedMap<Cohort, Group> groups, Scoring scoring, Protocol protocol, View view) {
        Disclosure disclosure = new Disclosure(view.rule().threshold(), protocol.groupings(), cells.keySet());
        return new ShownFigures(disclosure, groups.keySet(), cells, scoring);
    }

    /** Of each arm but control, by code. */
    private static Map<String, MetricForm.Comparison> comparisons(
            SortedMap<Cohort, Group> groups, ShownFigures shown, Scoring scoring, Protocol protocol, View view) {
        Optional<Cohort> control = protocol.arms().stream()
                .filter(Arm::control)
                .findFirst()
                .map(Arm::code)
                .map(Cohort::arm)
                .filter(view.shown());
        if (control.isEmpty()) {
            return Map.of();
        }
        Map<Cohort, CohortTally> arms = new LinkedHashMap<>();
        for (Arm arm : protocol.arms()) {
            Group group = groups.get(Cohort.arm(arm.code()));
            arms.put(Cohort.arm(arm.code()), group == null ? new CohortTally() : group.scores());
        }
        boolean ancova = arms.keySet().stream().allMatch(it -> shown.shows(Layer.CHANGE, it));
        Map<String, MetricForm.Comparison> comparisons = new HashMap<>();
        ArmComparison.against(control.get(), arms, scoring)
                .forEach((arm, figures) -> comparisons.put(
                        Objects.requireNonNull(arm.value()),
                        new MetricForm.Comparison(
                                Objects.requireNonNull(control.get().value()),
                                figures,
                                shown.shows(Layer.VALUE, control.get()),
                                shown.shows(Layer.CHANGE, arm) && shown.shows(Layer.CHANGE, control.get()),
                                ancova,
                                view.full() && protocol.pValues())));
        return comparisons;
    }

    /** Only of what the view shows: a cohort that is not shown costs nothing. */
    private static SortedMap<Cohort, Group> groups(Map<Cell, Group> cells, Protocol protocol, View view) {
        SortedMap<Cohort, Group> groups = new TreeMap<>();
        groups.put(Cohort.ALL, new Group());
        cells.forEach((cell, group) -> {
            for (Cohort cohort : cell.cohorts(protocol.groupings())) {
                if (view.shown().test(cohort)) {
                    groups.computeIfAbsent(cohort, it -> new Group()).addAll(group);
                }
            }
        });
        return groups;
    }

    private Map<Cell, Group> cells(Protocol protocol, int decimals, Instant asOf) {
        Visit visit = protocol.visit(endpoint.visit()).orElseThrow();
        Map<Cell, Group> cells = new HashMap<>();
        addScores(cells, decimals);
        rows.forEach((row, count) -> {
            if (row instanceof Received received) {
                Group group = cells.computeIfAbsent(row.cell(), it -> new Group());
                group.addStatus(VisitStatus.of(received, visit), count);
                if (received.report() == Report.OUTSIDE_LIMITS) {
                    group.addOutsideLimits(count);
                }
            } else if (row instanceof Filled) {
                cells.computeIfAbsent(row.cell(), it -> new Group()).addSettled(count);
            }
        });
        LocalDate today = LocalDate.ofInstant(asOf, ZoneOffset.UTC);
        withoutReport()
                .forEach((row, count) -> cells.computeIfAbsent(row.cell(), it -> new Group())
                        .addStatus(VisitStatus.withoutReport(row.presence(), visit, today), count));
        return cells;
    }

    private void addScores(Map<Cell, Group> cells, int decimals) {
        rows.forEach((row, count) -> {
            if (row instanceof Score score) {
                cells.computeIfAbsent(row.cell(), it -> new Group()).addScore(observation(score, decimals), count);
            }
        });
    }

    /**
     * Who is in the roster and is not settled. The roster and the endpoint are counted one after the other, so that for
     * a moment an endpoint may have more; that is nobody, then.
     */
    private Map<Enrolled, Long> withoutReport() {
        Map<Enrolled, Long> counts = new HashMap<>();
        roster.forEach((row, count) -> {
            Enrolled enrolled = (Enrolled) row;
            long settled = rows.getOrDefault(new Filled(enrolled.cell(), enrolled.presence()), 0L);
            counts.put(enrolled, Math.max(0, count - settled));
        });
        return counts;
    }

    private Scoring scoring(Protocol protocol) {
        return Scorings.of(
                protocol,
                protocol.visit(endpoint.visit()).orElseThrow(),
                protocol.instrument(endpoint.instrument()).orElseThrow(),
                decimals(protocol));
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
    private int decimals(Protocol protocol) {
        int decimals = protocol.instrument(endpoint.instrument()).orElseThrow().decimals();
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

package io.outcometracker.cohort.tally;

import io.outcometracker.cohort.tally.Differences.Kind;
import io.outcometracker.cohort.tally.MetricForm.Comparison;
import io.outcometracker.cohort.tally.ShownFigures.Layer;
import io.outcometracker.cohort.tally.TallyRow.Enrolled;
import io.outcometracker.cohort.tally.TallyRow.Result;
import io.outcometracker.contract.Cohort;
import io.outcometracker.contract.CohortMetric;
import io.outcometracker.contract.Completeness;
import io.outcometracker.contract.Endpoint;
import io.outcometracker.contract.Protocol;
import io.outcometracker.contract.Protocol.Instrument;
import io.outcometracker.statistics.ArmComparison;
import io.outcometracker.statistics.GeometricMean;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The counts of one endpoint and of its trial's participants, from which the metrics of every cohort are computed. What
 * several views show is computed once, and what a change does not touch is not computed again. Not safe for concurrent
 * use.
 */
public final class EndpointTally {
    private final Endpoint endpoint;
    private final Supplier<Map<TallyRow, Long>> rows;
    private final Supplier<Map<TallyRow, Long>> roster;
    private @Nullable EndpointFigures figures;

    /**
     * @param rows what is counted under the endpoint whenever it is asked for; {@link #change} is told of each change
     * @param roster what is counted under its trial; {@link #changeRoster} is told of each change
     */
    public EndpointTally(Endpoint endpoint, Supplier<Map<TallyRow, Long>> rows, Supplier<Map<TallyRow, Long>> roster) {
        this.endpoint = endpoint;
        this.rows = rows;
        this.roster = roster;
    }

    /** @param by how many more, or fewer, participants are counted under the endpoint in this row */
    public void change(Result row, long by) {
        if (figures != null && figures.canHold(row)) {
            figures.add(row, by);
        } else {
            figures = null;
        }
    }

    /** @param by how many more, or fewer, participants are counted under the trial in this row */
    public void changeRoster(Enrolled row, long by) {
        if (figures != null) {
            figures.enrol(row, by);
        }
    }

    /**
     * The metrics of the view's cohorts that have a participant, and of the whole trial.
     *
     * @param asOf its day in UTC decides which visits are over
     */
    public SortedMap<Cohort, CohortMetric> metrics(Protocol protocol, View view, Instant asOf) {
        Instrument instrument = protocol.instrument(endpoint.instrument()).orElseThrow();
        EndpointFigures all = figures(protocol, asOf);
        SortedMap<Cohort, Group> groups = all.groups(view.shown());
        ShownFigures shown = shown(all, groups.keySet(), Set.of(), protocol, view);
        SortedMap<Cohort, CohortMetric> metrics = new TreeMap<>();
        groups.forEach((cohort, group) -> metrics.put(
                cohort,
                shown.shows(Layer.VALUE, cohort)
                        ? MetricForm.fill(
                                endpoint,
                                cohort,
                                all.statistics(cohort),
                                group.outsideLimits(),
                                instrument.logScale() ? GeometricMean.of(all.scores(cohort), all.scoring()) : null,
                                comparison(cohort, all, shown, protocol, view),
                                view.full() ? group.completeness() : null,
                                shown,
                                asOf,
                                protocol.version())
                        : MetricForm.suppressed(endpoint, cohort, asOf, protocol.version())));
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
        figures(protocol, asOf)
                .groups(view.shown())
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
     * <p>Scores are also looked at by themselves, and so are those with and those without a baseline where a change is shown, as each
     * can be read by itself. The participants of a difference are at least as many as were added, and at least as many as
     * were taken away; more cannot be told from counts.
     *
     * @param released empty before the first release
     * @param minNewRecords fewest participants, 1 or more
     */
    public boolean mayReplace(EndpointTally released, Protocol protocol, View view, int minNewRecords) {
        Set<Cell> cells = new HashSet<>();
        Map<TallyRow, Long> before = released.rows.get();
        Map<TallyRow, Long> now = rows.get();
        List.of(now, roster.get(), before, released.roster.get())
                .forEach(counts -> counts.keySet().forEach(row -> cells.add(row.cell())));
        Differences differences = Differences.of(before, now);
        if (differences.participants(Kind.RESULTS, cells) < minNewRecords) {
            return false;
        }
        // Classes of scores do not depend on the day.
        EndpointFigures all = figures != null && figures.areOf(protocol) ? figures : figures(protocol, Instant.EPOCH);
        Set<Cohort> cohorts = new HashSet<>(Set.of(Cohort.ALL));
        cells.forEach(cell -> cohorts.addAll(cell.cohorts(protocol.groupings())));
        cohorts.removeIf(cohort -> !view.shown().test(cohort));
        ShownFigures shown = shown(all, cohorts, cells, protocol, view);
        Map<Kind, Layer> watched = Map.of(
                Kind.RESULTS, Layer.VALUE,
                Kind.SCORES, Layer.VALUE,
                Kind.PAIRS, Layer.CHANGE,
                Kind.UNPAIRED, Layer.CHANGE,
                Kind.PAIRS_ABOVE_ZERO, Layer.PERCENT_CHANGE);
        return watched.entrySet().stream()
                .allMatch(it -> shown.classes(it.getValue()).stream()
                        .allMatch(group ->
                                isNobodyOrEnough(differences.participants(it.getKey(), group), minNewRecords)));
    }

    private static boolean isNobodyOrEnough(long participants, int enough) {
        return participants == 0 || participants >= enough;
    }

    private EndpointFigures figures(Protocol protocol, Instant asOf) {
        LocalDate today = LocalDate.ofInstant(asOf, ZoneOffset.UTC);
        EndpointFigures last = figures;
        if (last == null || !last.areOf(protocol, today)) {
            last = new EndpointFigures(endpoint, rows.get(), roster.get(), protocol, today);
            figures = last;
        }
        return last;
    }

    /** How many counts are held. */
    public int size() {
        return figures == null ? 0 : figures.size();
    }

    /** @param others cells that there were and in which nobody is counted any more */
    private static ShownFigures shown(
            EndpointFigures all, Set<Cohort> candidates, Set<Cell> others, Protocol protocol, View view) {
        Set<Cell> cells = new HashSet<>(all.cells().keySet());
        cells.addAll(others);
        return new ShownFigures(
                new Disclosure(view.rule().threshold(), protocol.groupings(), cells),
                candidates,
                all.cells(),
                all.scoring());
    }

    /** Of an arm other than control. */
    private static @Nullable Comparison comparison(
            Cohort cohort, EndpointFigures all, ShownFigures shown, Protocol protocol, View view) {
        Cohort control = all.control().filter(view.shown()).orElse(null);
        ArmComparison figures = cohort.by().equals(Cohort.ARM) && control != null
                ? all.comparisons().get(cohort)
                : null;
        if (control == null || figures == null) {
            return null;
        }
        return new Comparison(
                Objects.requireNonNull(control.value()),
                figures,
                shown.shows(Layer.VALUE, control),
                shown.shows(Layer.CHANGE, cohort) && shown.shows(Layer.CHANGE, control),
                protocol.arms().stream().allMatch(arm -> shown.shows(Layer.CHANGE, Cohort.arm(arm.code()))),
                view.full() && protocol.pValues());
    }
}

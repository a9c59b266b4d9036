package io.outcometracker.cohort.tally;

import static java.util.Objects.requireNonNull;

import io.outcometracker.cohort.tally.TallyRow.Enrolled;
import io.outcometracker.cohort.tally.TallyRow.Report;
import io.outcometracker.cohort.tally.TallyRow.Result;
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
import io.outcometracker.statistics.Standing;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What follows from the counts of an endpoint under one protocol on one day, whoever is shown it. A change of a count
 * touches the groups that the participant is in, and no others; each figure is computed when it is asked for, and once
 * until its group changes.
 */
final class EndpointFigures {
    private final Protocol protocol;
    private final Visit visit;
    private final LocalDate today;
    private final Scoring scoring;
    private final Map<Cell, Group> cells = new HashMap<>();
    private final Map<Cohort, Group> groups = new HashMap<>();
    private final Map<Cohort, CohortTally> scores = new HashMap<>();
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
        visit = protocol.visit(endpoint.visit()).orElseThrow();
        Instrument instrument = protocol.instrument(endpoint.instrument()).orElseThrow();
        scoring = Scorings.of(protocol, visit, instrument, decimals(instrument, rows.keySet()));
        groups.put(Cohort.ALL, new Group());
        rows.forEach((row, count) -> add((Result) row, count));
        roster.forEach((row, count) -> enrol((Enrolled) row, count));
    }

    /** At least those of the protocol, but enough for every score, so that none is ever rounded here. */
    private static int decimals(Instrument instrument, Set<TallyRow> rows) {
        return rows.stream().mapToInt(row -> decimals((Result) row)).reduce(instrument.decimals(), Math::max);
    }

    private static int decimals(Result row) {
        return Math.max(decimals(row.value()), decimals(row.baseline()));
    }

    private static int decimals(@Nullable BigDecimal number) {
        return number == null ? 0 : number.scale();
    }

    boolean areOf(Protocol other, LocalDate day) {
        return areOf(other) && today.equals(day);
    }

    boolean areOf(Protocol other) {
        return protocol.equals(other);
    }

    /** Whether the numbers of the row can be told from others here. */
    boolean canHold(Result row) {
        return decimals(row) <= scoring.decimals();
    }

    /** @param by how many more, or fewer, participants have this result */
    void add(Result row, long by) {
        VisitStatus withoutReport = VisitStatus.withoutReport(row.presence(), visit, today);
        VisitStatus status = VisitStatus.of(row, visit);
        BigDecimal value = row.value();
        Observation observation = value == null ? null : observation(value, row.baseline());
        Standing standing = observation == null ? null : Standing.of(observation, scoring);
        List<Cohort> cohorts = change(row.cell(), group -> {
            group.report(withoutReport, status, by);
            if (standing != null) {
                group.addScored(standing, by);
            }
            if (row.report() == Report.OUTSIDE_LIMITS) {
                group.addOutsideLimits(by);
            }
        });
        if (observation != null) {
            comparisons = null;
            for (Cohort cohort : cohorts) {
                CohortTally tally = scores.computeIfAbsent(cohort, it -> new CohortTally());
                if (by > 0) {
                    tally.add(observation, by);
                } else {
                    tally.retract(observation, -by);
                }
            }
        }
    }

    /** @param by how many more, or fewer, participants are enrolled so */
    void enrol(Enrolled row, long by) {
        VisitStatus withoutReport = VisitStatus.withoutReport(row.presence(), visit, today);
        change(row.cell(), group -> group.enrol(withoutReport, by));
    }

    /** Returns the cohorts that have changed. */
    private List<Cohort> change(Cell cell, Consumer<Group> change) {
        List<Cohort> cohorts = cell.cohorts(protocol.groupings());
        change(cells, cell, change);
        for (Cohort cohort : cohorts) {
            change(groups, cohort, change);
            statistics.remove(cohort);
        }
        return cohorts;
    }

    private static <K> void change(Map<K, Group> groups, K key, Consumer<Group> change) {
        Group group = groups.computeIfAbsent(key, it -> new Group());
        change.accept(group);
        if (group.isEmpty() && !key.equals(Cohort.ALL)) {
            groups.remove(key);
        }
    }

    Scoring scoring() {
        return scoring;
    }

    /** Those that have a participant. */
    Map<Cell, Group> cells() {
        return Collections.unmodifiableMap(cells);
    }

    /** Those that have a participant, and the whole trial. */
    SortedMap<Cohort, Group> groups(Predicate<Cohort> shown) {
        SortedMap<Cohort, Group> asked = new TreeMap<>(groups);
        asked.keySet().removeIf(cohort -> !cohort.equals(Cohort.ALL) && !shown.test(cohort));
        return asked;
    }

    CohortTally scores(Cohort cohort) {
        return scores.getOrDefault(cohort, new CohortTally());
    }

    /** Of a cohort that has a participant. */
    CohortStatistics statistics(Cohort cohort) {
        return statistics.computeIfAbsent(
                cohort,
                it -> CohortStatistics.of(
                        scores(it), scoring, requireNonNull(groups.get(it)).assessable()));
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
        Map<Cohort, CohortTally> byArm = new LinkedHashMap<>();
        for (Arm arm : protocol.arms()) {
            byArm.put(Cohort.arm(arm.code()), scores(Cohort.arm(arm.code())));
        }
        return byArm;
    }

    private Observation observation(BigDecimal value, @Nullable BigDecimal baseline) {
        return new Observation(scaled(value), baseline == null ? null : Long.valueOf(scaled(baseline)));
    }

    private long scaled(BigDecimal number) {
        return number.setScale(scoring.decimals()).unscaledValue().longValueExact();
    }

    /** How many counts are held. */
    int size() {
        return cells.size()
                + scores.values().stream().mapToInt(it -> it.counts().size()).sum();
    }
}

package io.outcometracker.metrics;

import static java.util.Comparator.comparing;

import io.outcometracker.contract.Cohort;
import io.outcometracker.contract.CohortMetric;
import io.outcometracker.contract.Completeness;
import io.outcometracker.contract.Protocol;
import io.outcometracker.contract.TrialSummary;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Where something stands within its trial.
 *
 * @param visit empty for what is of the trial as a whole
 * @param instrument empty for what is of the trial as a whole
 */
record Place(String visit, String instrument, Cohort cohort) {
    static Place of(CohortMetric metric) {
        return new Place(metric.visit(), metric.instrument(), metric.cohort());
    }

    static Place of(Completeness completeness) {
        return new Place(completeness.visit(), completeness.instrument(), completeness.cohort());
    }

    static Place of(TrialSummary summary) {
        return ofTrial(summary.cohort());
    }

    static Place ofTrial(Cohort cohort) {
        return new Place("", "", cohort);
    }

    /**
     * Orders visits, instruments, groupings, arms and sites as the protocol lists them, strata and what the protocol
     * does not list by name, the latter last.
     */
    static Comparator<Place> order(@Nullable Protocol protocol) {
        List<String> visits = new ArrayList<>();
        List<String> instruments = new ArrayList<>();
        List<String> groupings = new ArrayList<>(List.of(Cohort.ALL.by(), Cohort.ARM, Cohort.SITE));
        List<String> arms = new ArrayList<>();
        List<String> sites = new ArrayList<>();
        if (protocol != null) {
            protocol.visits().forEach(it -> visits.add(it.code()));
            protocol.instruments().forEach(it -> instruments.add(it.code()));
            groupings.addAll(protocol.groupings());
            protocol.arms().forEach(it -> arms.add(it.code()));
            sites.addAll(protocol.sites());
        }
        Comparator<String> byArm = listed(arms);
        Comparator<String> bySite = listed(sites);
        Comparator<Cohort> byValue = (a, b) -> {
            String left = Objects.requireNonNullElse(a.value(), "");
            String right = Objects.requireNonNullElse(b.value(), "");
            return switch (a.by()) {
                case Cohort.ARM -> byArm.compare(left, right);
                case Cohort.SITE -> bySite.compare(left, right);
                default -> left.compareTo(right);
            };
        };
        return comparing(Place::visit, listed(visits))
                .thenComparing(Place::instrument, listed(instruments))
                .thenComparing(
                        Place::cohort, comparing(Cohort::by, listed(groupings)).thenComparing(byValue));
    }

    private static Comparator<String> listed(List<String> codes) {
        Map<String, Integer> positions = new HashMap<>();
        codes.forEach(code -> positions.put(code, positions.size()));
        ToIntFunction<String> position = code -> positions.getOrDefault(code, Integer.MAX_VALUE);
        return Comparator.comparingInt(position).thenComparing(Comparator.naturalOrder());
    }
}

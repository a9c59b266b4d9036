package io.outcometracker.metrics;

import static java.util.Comparator.comparing;

import io.outcometracker.contract.Cohort;
import io.outcometracker.contract.Protocol;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/** Where a metric stands within its trial. */
record Place(String visit, String instrument, Cohort cohort) {

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

package io.outcometracker.cohort.tally;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.outcometracker.contract.Cohort;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The finest group of participants that is counted apart: same site, arm and strata. Every cohort is a union of cells,
 * so that a grouping can be added later without counting again.
 */
@JsonFormat(shape = JsonFormat.Shape.ARRAY)
@JsonPropertyOrder({"site", "arm", "strata"})
public record Cell(String site, @Nullable String arm, SortedMap<String, String> strata) {
    public Cell {
        requireNonNull(site, "site");
        strata = Collections.unmodifiableSortedMap(new TreeMap<>(strata));
    }

    /** The cohorts that the cell belongs to. */
    List<Cohort> cohorts(List<String> groupings) {
        List<Cohort> cohorts = new ArrayList<>();
        cohorts.add(Cohort.ALL);
        cohorts.add(Cohort.site(site));
        if (arm != null) {
            cohorts.add(Cohort.arm(arm));
        }
        for (String grouping : groupings) {
            String value = strata.get(grouping);
            if (value != null) {
                cohorts.add(new Cohort(grouping, value));
            }
        }
        return cohorts;
    }
}

package io.outcometracker.statistics;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A small synthetic trial whose every metric was computed independently and checked in R. */
final class WorkedExample {

    static final Map<String, Scoring> SCORING = Map.of("NRS", scoring(2), "ODI", scoring(10));
    static final String BASELINE_VISIT = "BL";

    private WorkedExample() {}

    private static Scoring scoring(long mcid) {
        return new Scoring(0, true, true, true, new Mcid(BigDecimal.valueOf(mcid), Mcid.Kind.ABSOLUTE));
    }

    /** One arm, or two as in {@code ACT-PBO}, at one visit. */
    record Cohort(String arm, String visit, String instrument) {

        Cohort inArm(String other) {
            return new Cohort(other, visit, instrument);
        }

        Scoring scoring() {
            Scoring scoring = SCORING.get(instrument);
            return visit.equals(BASELINE_VISIT) ? scoring.atBaselineVisit() : scoring;
        }
    }

    /** The final records, by cohort. */
    static Map<Cohort, CohortTally> tallies() {
        Map<String, Long> baselines = new HashMap<>();
        List<Map<String, String>> records = rows("/records.csv");
        for (Map<String, String> row : records) {
            if (row.get("visit").equals(BASELINE_VISIT) && !row.get("value").isEmpty()) {
                baselines.put(row.get("participant") + row.get("instrument"), Long.valueOf(row.get("value")));
            }
        }
        Map<Cohort, CohortTally> tallies = new HashMap<>();
        for (Map<String, String> row : records) {
            if (!row.get("value").isEmpty()) {
                Long baseline = row.get("visit").equals(BASELINE_VISIT)
                        ? null
                        : baselines.get(row.get("participant") + row.get("instrument"));
                Observation observation = new Observation(Long.parseLong(row.get("value")), baseline);
                Cohort cohort = new Cohort(row.get("arm"), row.get("visit"), row.get("instrument"));
                tallies.computeIfAbsent(cohort, key -> new CohortTally()).add(observation, 1);
                tallies.computeIfAbsent(cohort.inArm("ALL"), key -> new CohortTally())
                        .add(observation, 1);
            }
        }
        return tallies;
    }

    /** What is expected of one kind: metric to value, by cohort. */
    static Map<Cohort, Map<String, Double>> expected(String scope) {
        Map<Cohort, Map<String, Double>> expected = new LinkedHashMap<>();
        for (Map<String, String> row : rows("/expected.csv")) {
            if (row.get("scope").equals(scope)) {
                expected.computeIfAbsent(
                                new Cohort(row.get("arm"), row.get("visit"), row.get("instrument")),
                                key -> new LinkedHashMap<>())
                        .put(row.get("metric"), Double.valueOf(row.get("value")));
            }
        }
        return expected;
    }

    static List<Map<String, String>> rows(String resource) {
        try (BufferedReader reader = new BufferedReader(
                new InputStreamReader(WorkedExample.class.getResourceAsStream(resource), StandardCharsets.UTF_8))) {
            String[] header = reader.readLine().split(",", -1);
            List<Map<String, String>> rows = new ArrayList<>();
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                String[] cells = line.split(",", -1);
                Map<String, String> row = new HashMap<>();
                for (int i = 0; i < header.length; i++) {
                    row.put(header[i], cells[i]);
                }
                rows.add(row);
            }
            return rows;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

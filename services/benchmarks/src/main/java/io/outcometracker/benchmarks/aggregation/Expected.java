package io.outcometracker.benchmarks.aggregation;

import io.outcometracker.contract.Cohort;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What must come out, counted from what stands in the end: by endpoint and cohort, how many scores and their sum. */
record Expected(Map<String, Figures> byCohort) {
    record Figures(long n, long sum) {
        private Figures plus(long score) {
            return new Figures(n + 1, sum + score);
        }

        /** Of whole scores: the mean tells the sum. */
        boolean matches(long otherN, double mean) {
            return n == otherN && Math.abs(mean * n - sum) < 1e-3;
        }
    }

    /** Which score stands of a slot; absent where none does. */
    interface Standing {
        @Nullable
        Integer of(int participant, int visit, int instrument);
    }

    static Expected of(Study study) {
        return of(study, study::standing);
    }

    /** @return of all cohorts, and of each arm */
    static Expected of(Study study, Standing standing) {
        Map<String, Figures> byCohort = new HashMap<>();
        for (int participant = 0; participant < study.participants(); participant++) {
            String trial = study.trialOf(participant);
            String arm = study.arm(participant);
            for (int visit = 0; visit < study.visits(); visit++) {
                for (int instrument = 0; instrument < study.instruments(); instrument++) {
                    Integer score = standing.of(participant, visit, instrument);
                    String endpoint = trial + "|V" + visit + "|I" + instrument;
                    if (score != null) {
                        add(byCohort, endpoint + '|' + Cohort.ALL, score);
                        add(byCohort, endpoint + '|' + Cohort.arm(arm), score);
                    }
                }
            }
        }
        return new Expected(byCohort);
    }

    private static void add(Map<String, Figures> byCohort, String cohort, long score) {
        byCohort.merge(cohort, new Figures(1, score), (before, one) -> before.plus(score));
    }

    /** Without those of the whole trials. */
    Expected ofArms() {
        Map<String, Figures> arms = new HashMap<>(byCohort);
        arms.keySet().removeIf(it -> it.endsWith("|" + Cohort.ALL));
        return new Expected(arms);
    }

    long scores() {
        return byCohort.entrySet().stream()
                .filter(it -> it.getKey().endsWith("|" + Cohort.ALL))
                .mapToLong(it -> it.getValue().n())
                .sum();
    }
}

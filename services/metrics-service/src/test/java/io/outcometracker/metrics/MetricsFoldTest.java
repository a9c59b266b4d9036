package io.outcometracker.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.outcometracker.contract.Cohort;
import io.outcometracker.contract.CohortMetric;
import io.outcometracker.contract.Completeness;
import io.outcometracker.contract.Json;
import io.outcometracker.contract.Protocol;
import io.outcometracker.contract.TrialSummary;
import io.outcometracker.metrics.MetricsView.TrialView;
import io.outcometracker.testkit.SeededTest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class MetricsFoldTest {
    private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");
    private static final Protocol PROTOCOL = SampleTrial.protocol("T1");

    private final MetricsFold fold = new MetricsFold();

    @Test
    void theLastMessageOfAKeyCounts() {
        put(metric("T1", "BL", "NRS", Cohort.ALL, 1));
        put(metric("T1", "BL", "NRS", Cohort.ALL, 2));

        assertThat(trial("T1").metrics()).containsExactly(metric("T1", "BL", "NRS", Cohort.ALL, 2));
    }

    @Test
    void aTombstoneRemovesItsCohortAlone() {
        put(metric("T1", "BL", "NRS", Cohort.ALL, 2));
        put(metric("T1", "BL", "NRS", Cohort.arm("SHAM"), 1));

        fold.metric("T1|BL|NRS|arm=SHAM", null);

        assertThat(trial("T1").metrics()).containsExactly(metric("T1", "BL", "NRS", Cohort.ALL, 2));
    }

    @Test
    void aTombstoneRemovesWhatIsOfItsTopicAlone() {
        put(metric("T1", "BL", "NRS", Cohort.ALL, 2));
        Completeness completeness = SampleMetric.completeness("T1", "BL", "NRS", Cohort.ALL);
        TrialSummary summary = SampleMetric.summary("T1", Cohort.ALL);
        fold.completeness(completeness.key(), completeness);
        fold.summary(summary.key(), summary);

        fold.metric("T1|BL|NRS|all", null);
        assertThat(trial("T1").metrics()).isEmpty();
        assertThat(trial("T1").completeness()).containsExactly(completeness);
        assertThat(trial("T1").summaries()).containsExactly(summary);

        fold.completeness("T1|BL|NRS|all", null);
        assertThat(trial("T1").completeness()).isEmpty();
        assertThat(trial("T1").summaries()).containsExactly(summary);

        fold.summary("T1|all", null);
        assertThat(view().trials()).isEmpty();
    }

    @Test
    void takesCompletenessFromTheMetricThatBringsItAlong() {
        CohortMetric metric = SampleMetric.everything("T1", "BL", "NRS", Cohort.arm("SHAM"));
        CohortMetric without = SampleMetric.full("T1", "BL", "ODI", Cohort.ALL);
        fold.metricWithCompleteness(metric.key(), metric);
        fold.metricWithCompleteness(without.key(), without);

        assertThat(trial("T1").metrics()).containsExactly(metric, without);
        assertThat(trial("T1").completeness())
                .containsExactly(SampleMetric.completeness("T1", "BL", "NRS", Cohort.arm("SHAM")));

        fold.metricWithCompleteness(metric.key(), null);
        assertThat(trial("T1").metrics()).containsExactly(without);
        assertThat(trial("T1").completeness()).isEmpty();
    }

    @Test
    void everyoneLearnsOnlyOfTrialsThatPublishToEveryone() {
        Protocol open = Json.MAPPER.readValue(
                Json.MAPPER.writeValueAsString(PROTOCOL).replaceFirst("}$", ",\"disclosure\":{\"public\":{}}}"),
                Protocol.class);
        fold.publicProtocol("T1", PROTOCOL);
        assertThat(view().trials()).isEmpty();

        fold.publicProtocol("T1", open);
        assertThat(trial("T1").protocol()).isEqualTo(open);

        fold.publicProtocol("T1", PROTOCOL);
        assertThat(view().trials()).isEmpty();
        assertThatIllegalArgumentException().isThrownBy(() -> fold.publicProtocol("T2", PROTOCOL));
    }

    @Test
    void aTrialOfWhichNothingIsLeftIsGone() {
        put(metric("T1", "BL", "NRS", Cohort.ALL, 2));
        fold.protocol("T1", PROTOCOL);

        fold.metric("T1|BL|NRS|all", null);
        assertThat(view().trials()).containsOnlyKeys("T1");

        fold.protocol("T1", null);
        assertThat(view().trials()).isEmpty();
    }

    @Test
    void aTombstoneOfWhatNeverWasChangesNothing() {
        fold.metric("T1|BL|NRS|all", null);
        fold.protocol("T2", null);

        assertThat(view().trials()).isEmpty();
    }

    @Test
    void ordersByTheProtocolAndWhatItDoesNotListLast() {
        List<CohortMetric> ordered = List.of(
                metric("T1", "BL", "NRS", Cohort.ALL, 1),
                metric("T1", "BL", "NRS", Cohort.arm("BM-MSC"), 1),
                metric("T1", "BL", "NRS", Cohort.arm("SHAM"), 1),
                metric("T1", "BL", "NRS", Cohort.site("LEIDEN"), 1),
                metric("T1", "BL", "NRS", Cohort.site("GRAZ"), 1),
                metric("T1", "BL", "NRS", Cohort.site("ANTWERP"), 1),
                metric("T1", "BL", "NRS", new Cohort("cellSource", "allogeneic"), 1),
                metric("T1", "BL", "NRS", new Cohort("cellSource", "autologous"), 1),
                metric("T1", "BL", "NRS", new Cohort("ageGroup", "65+"), 1),
                metric("T1", "BL", "ODI", Cohort.ALL, 1),
                metric("T1", "BL", "EQ5D", Cohort.ALL, 1),
                metric("T1", "W4", "NRS", Cohort.ALL, 1),
                metric("T1", "M12", "NRS", Cohort.ALL, 1),
                metric("T1", "EXTRA", "NRS", Cohort.ALL, 1));
        List<CohortMetric> shuffled = new ArrayList<>(ordered);
        Collections.shuffle(shuffled, new Random(1));

        shuffled.forEach(this::put);
        fold.protocol("T1", PROTOCOL);

        assertThat(trial("T1").metrics()).containsExactlyElementsOf(ordered);
    }

    @Test
    void ordersCompletenessAndSummariesAlike() {
        List<Cohort> ordered = List.of(
                Cohort.ALL, Cohort.arm("SHAM"), Cohort.site("LEIDEN"), Cohort.site("GRAZ"), Cohort.site("LUND"));
        for (int i = ordered.size() - 1; i >= 0; i--) {
            Completeness completeness = SampleMetric.completeness("T1", "BL", "NRS", ordered.get(i));
            fold.completeness(completeness.key(), completeness);
            TrialSummary summary = SampleMetric.summary("T1", ordered.get(i));
            fold.summary(summary.key(), summary);
        }
        fold.protocol("T1", PROTOCOL);

        assertThat(trial("T1").completeness()).extracting(Completeness::cohort).containsExactlyElementsOf(ordered);
        assertThat(trial("T1").summaries()).extracting(TrialSummary::cohort).containsExactlyElementsOf(ordered);
    }

    @Test
    void ordersByNameBeforeThereIsAProtocol() {
        put(metric("T1", "M12", "NRS", Cohort.ALL, 1));
        put(metric("T1", "BL", "NRS", Cohort.site("LEIDEN"), 1));
        put(metric("T1", "BL", "NRS", Cohort.site("GRAZ"), 1));

        assertThat(trial("T1").metrics())
                .extracting(CohortMetric::key)
                .containsExactly("T1|BL|NRS|site=GRAZ", "T1|BL|NRS|site=LEIDEN", "T1|M12|NRS|all");
    }

    @Test
    void aStratumMayHoldTheSignsOfAKey() {
        Cohort stratum = new Cohort("cellSource", "a|b=c");
        put(metric("T1", "BL", "NRS", stratum, 1));
        assertThat(trial("T1").metrics()).extracting(CohortMetric::cohort).containsExactly(stratum);

        fold.metric("T1|BL|NRS|cellSource=a|b=c", null);
        assertThat(view().trials()).isEmpty();
    }

    @Test
    void aViewStaysAsItIs() {
        put(metric("T1", "BL", "NRS", Cohort.ALL, 1));
        MetricsView before = view();

        put(metric("T1", "BL", "NRS", Cohort.ALL, 2));
        put(metric("T2", "BL", "NRS", Cohort.ALL, 3));
        fold.protocol("T1", PROTOCOL);
        view();

        assertThat(before.trials()).containsOnlyKeys("T1");
        assertThat(before.trial("T1").orElseThrow().protocol()).isNull();
        assertThat(before.trial("T1").orElseThrow().metrics())
                .containsExactly(metric("T1", "BL", "NRS", Cohort.ALL, 1));
    }

    @Test
    void sharesWhatDidNotChangeWithTheViewBefore() {
        put(metric("T1", "BL", "NRS", Cohort.ALL, 1));
        put(metric("T2", "BL", "NRS", Cohort.ALL, 1));
        MetricsView before = view();

        put(metric("T2", "BL", "NRS", Cohort.ALL, 2));
        MetricsView after = view();

        assertThat(after.trials().get("T1")).isSameAs(before.trials().get("T1"));
        assertThat(after.revision()).isNotEqualTo(before.revision());
        assertThat(after.trials().get("T2").revision())
                .isNotEqualTo(before.trials().get("T2").revision());
    }

    @Test
    void keepsItsRevisionWhileNothingComes() {
        put(metric("T1", "BL", "NRS", Cohort.ALL, 1));
        MetricsView before = view();

        MetricsView after = fold.view(NOW.plusSeconds(1));

        assertThat(after.revision()).isEqualTo(before.revision());
        assertThat(after.completeAsOf()).isEqualTo(NOW.plusSeconds(1));
    }

    @Test
    void refusesAKeyThatIsNotThatOfTheValue() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> fold.metric("T1|BL|NRS|all", metric("T2", "BL", "NRS", Cohort.ALL, 1)));
        assertThatIllegalArgumentException().isThrownBy(() -> fold.protocol("T2", PROTOCOL));
        assertThatIllegalArgumentException().isThrownBy(() -> fold.metric("T1|BL|NRS", null));
        assertThatIllegalArgumentException().isThrownBy(() -> fold.metric("T1|BL|no such code|all", null));
        Completeness completeness = SampleMetric.completeness("T1", "BL", "NRS", Cohort.ALL);
        assertThatIllegalArgumentException().isThrownBy(() -> fold.completeness("T1|BL|ODI|all", completeness));
        assertThatIllegalArgumentException().isThrownBy(() -> fold.completeness("T1|all", null));
        TrialSummary summary = SampleMetric.summary("T1", Cohort.ALL);
        assertThatIllegalArgumentException().isThrownBy(() -> fold.summary("T2|all", summary));
        assertThatIllegalArgumentException().isThrownBy(() -> fold.summary("T1", null));

        assertThat(view().trials()).isEmpty();
    }

    @SeededTest
    void holdsTheLastMessageOfEachKeyInWhateverOrderKeysCome(long seed) {
        Random random = new Random(seed);
        Map<String, CohortMetric> last = new HashMap<>();
        for (int i = 0; i < 2_000; i++) {
            CohortMetric metric = metric(
                    pick(random, "T1", "T2", "T3"),
                    pick(random, "BL", "M6", "W4"),
                    pick(random, "NRS", "ODI"),
                    random.nextBoolean() ? Cohort.ALL : Cohort.site(pick(random, "GRAZ", "LUND")),
                    i);
            boolean tombstone = random.nextInt(4) == 0;
            fold.metric(metric.key(), tombstone ? null : metric);
            if (tombstone) {
                last.remove(metric.key());
            } else {
                last.put(metric.key(), metric);
            }
            if (random.nextInt(50) == 0) {
                fold.protocol("T1", random.nextBoolean() ? PROTOCOL : null);
            }
            if (random.nextInt(20) == 0) {
                assertThat(byKey(view())).isEqualTo(last);
            }
        }
        assertThat(byKey(view())).isEqualTo(last);
    }

    private static Map<String, CohortMetric> byKey(MetricsView view) {
        Map<String, CohortMetric> all = new TreeMap<>();
        view.trials().values().forEach(trial -> trial.metrics().forEach(it -> all.put(it.key(), it)));
        return all;
    }

    private static String pick(Random random, String... from) {
        return from[random.nextInt(from.length)];
    }

    private void put(CohortMetric metric) {
        fold.metric(metric.key(), metric);
    }

    private MetricsView view() {
        return fold.view(NOW);
    }

    private TrialView trial(String code) {
        return view().trial(code).orElseThrow();
    }

    private static CohortMetric metric(String trial, String visit, String instrument, Cohort cohort, double mean) {
        return SampleMetric.of(trial, visit, instrument, cohort, 1, mean);
    }
}

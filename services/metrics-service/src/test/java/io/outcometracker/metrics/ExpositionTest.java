package io.outcometracker.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.prometheus.metrics.expositionformats.ExpositionFormats;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Exemplar;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot.InfoDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricMetadata;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.prometheus.metrics.model.snapshots.Quantiles;
import io.prometheus.metrics.model.snapshots.SummarySnapshot;
import io.prometheus.metrics.model.snapshots.SummarySnapshot.SummaryDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Unit;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.prometheus.PrometheusOutputFormat;

class ExpositionTest {
    private static final MetricSnapshots ALL_KINDS = new MetricSnapshots(
            gauge(
                    new MetricMetadata("outcomes_cohort_mean", "Mean\nin \"quotes\" \\ and Unicode: ≥ 3"),
                    point(4.25, "trial", "T1", "cohort", "a \"b\" \\ c\nd"),
                    point(Double.NaN, "trial", "T2", "cohort", "Universitätsklinik ≥ 5"),
                    point(Double.POSITIVE_INFINITY, "trial", "T1", "cohort", ""),
                    point(Double.NEGATIVE_INFINITY, "trial", "T3", "cohort", "all"),
                    point(1e21, "trial", "T4", "cohort", "all")),
            gauge(new MetricMetadata("dotted.name"), point(-0.1, "dotted.label", "x")),
            gauge(new MetricMetadata("no_description", ""), point(24)),
            gauge(new MetricMetadata("no_points", "Nobody has one")),
            gauge(new MetricMetadata("waiting_seconds", "Has a unit", Unit.SECONDS), point(3)),
            gauge(
                    new MetricMetadata("followed", "Has an exemplar"),
                    new GaugeDataPointSnapshot(
                            5,
                            Labels.EMPTY,
                            Exemplar.builder().value(1).traceId("1").spanId("2").build())),
            gauge(
                    new MetricMetadata("at_a_time", "Was read before"),
                    new GaugeDataPointSnapshot(5, Labels.EMPTY, null, 1_700_000_000_000L)),
            new CounterSnapshot(
                    new MetricMetadata("read", "Messages"),
                    List.of(new CounterDataPointSnapshot(7, Labels.of("topic", "t"), null, 0))),
            new SummarySnapshot(
                    new MetricMetadata("sizes", "Bytes"),
                    List.of(new SummaryDataPointSnapshot(2, 3, Quantiles.EMPTY, Labels.EMPTY, null, 0))),
            new InfoSnapshot(
                    new MetricMetadata("plan", "A plan"),
                    List.of(new InfoDataPointSnapshot(Labels.of("title", "A \"trial\"")))));

    private static GaugeSnapshot gauge(MetricMetadata metadata, GaugeDataPointSnapshot... points) {
        return new GaugeSnapshot(metadata, List.of(points));
    }

    private static GaugeDataPointSnapshot point(double value, String... labels) {
        return new GaugeDataPointSnapshot(value, Labels.of(labels), null);
    }

    /** Each kind by itself, as text of several may come in another order. */
    @ParameterizedTest
    @EnumSource
    void writesWhatTheLibraryWrites(PrometheusOutputFormat format) throws IOException {
        for (MetricSnapshot snapshot : ALL_KINDS) {
            MetricSnapshots alone = new MetricSnapshots(snapshot);
            assertThat(ours(alone, format)).isEqualTo(library(alone, format));
        }
    }

    @ParameterizedTest
    @EnumSource
    void writesAllOfThemAndTheEndOnce(PrometheusOutputFormat format) throws IOException {
        assertThat(ours(ALL_KINDS, format).lines())
                .containsExactlyInAnyOrderElementsOf(
                        library(ALL_KINDS, format).lines().toList());
        assertThat(ours(new MetricSnapshots(), format)).isEqualTo(library(new MetricSnapshots(), format));
    }

    @Test
    void endsOpenMetricsWithItsEnd() throws IOException {
        assertThat(ours(ALL_KINDS, PrometheusOutputFormat.CONTENT_TYPE_OPENMETRICS_100))
                .endsWith("\n# EOF\n");
    }

    private static String ours(MetricSnapshots snapshots, PrometheusOutputFormat format) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new Exposition(snapshots, format).writeTo(out);
        return out.toString(StandardCharsets.ISO_8859_1);
    }

    private static String library(MetricSnapshots snapshots, PrometheusOutputFormat format) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ExpositionFormats.init()
                .findWriter(format.getProducedMimeType().toString())
                .write(out, snapshots);
        return out.toString(StandardCharsets.ISO_8859_1);
    }
}

package io.outcometracker.metrics;

import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricMetadata;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.IdentityHashMap;
import java.util.function.Predicate;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.prometheus.PrometheusOutputFormat;

/**
 * One answer to Prometheus, which is written as it is sent: as a whole it would be larger than all that it is made from. Gauges come
 * first, and labels that dozens of them share are written out once; all else, and the order of it, is as the library has it.
 */
final class Exposition {
    private static final ExpositionFormats FORMATS = ExpositionFormats.init();

    private final MetricSnapshots snapshots;
    private final PrometheusOutputFormat format;

    Exposition(MetricSnapshots snapshots, PrometheusOutputFormat format) {
        this.snapshots = snapshots;
        this.format = format;
    }

    void writeTo(OutputStream out) throws IOException {
        ExpositionFormatWriter library =
                FORMATS.findWriter(format.getProducedMimeType().toString());
        if (format == PrometheusOutputFormat.CONTENT_TYPE_PROTOBUF) {
            library.write(out, snapshots);
            return;
        }
        Parts parts = new Parts(out);
        Gauges gauges = new Gauges(parts);
        for (MetricSnapshot snapshot : snapshots) {
            if (isPlain(snapshot)) {
                gauges.write((GaugeSnapshot) snapshot);
            }
        }
        library.write(parts, others());
        parts.flush();
    }

    private MetricSnapshots others() {
        return new MetricSnapshots(
                snapshots.stream().filter(Predicate.not(Exposition::isPlain)).toList());
    }

    /** Of which there is nothing to write but numbers. */
    private static boolean isPlain(MetricSnapshot snapshot) {
        return snapshot instanceof GaugeSnapshot gauge
                && !gauge.getMetadata().hasUnit()
                && gauge.getDataPoints().stream().noneMatch(it -> it.getExemplar() != null || it.hasScrapeTimestamp());
    }

    private final class Gauges {
        private final Parts out;
        /** By identity: the collector gives all series of a cohort the same. Others are written as often as they come. */
        private final IdentityHashMap<Labels, byte[]> written = new IdentityHashMap<>();

        private final StringBuilder text = new StringBuilder();

        Gauges(Parts out) {
            this.out = out;
        }

        void write(GaugeSnapshot gauge) throws IOException {
            if (gauge.getDataPoints().isEmpty()) {
                return;
            }
            out.write(bytes(head(gauge.getMetadata())));
            byte[] name = bytes(gauge.getMetadata().getPrometheusName());
            for (GaugeDataPointSnapshot point : gauge.getDataPoints()) {
                out.write(name);
                out.write(written.computeIfAbsent(point.getLabels(), this::labels));
                out.writeAscii(line(point.getValue()));
            }
        }

        /** The rest of one, in the builder itself, as a text would be garbage at once. */
        private CharSequence line(double value) {
            text.setLength(0);
            if (Double.isInfinite(value)) {
                text.append(value > 0 ? "+Inf" : "-Inf");
            } else {
                text.append(value);
            }
            return text.append('\n');
        }

        /** With the space that follows them. */
        private byte[] labels(Labels labels) {
            text.setLength(0);
            for (int i = 0; i < labels.size(); i++) {
                text.append(i == 0 ? '{' : ',')
                        .append(labels.getPrometheusName(i))
                        .append("=\"")
                        .append(escaped(labels.getValue(i)))
                        .append('"');
            }
            return bytes(text.append(labels.isEmpty() ? " " : "} ").toString());
        }
    }

    private String head(MetricMetadata metadata) {
        String name = metadata.getPrometheusName();
        String type = "# TYPE " + name + " gauge\n";
        String help = metadata.getHelp();
        if (help == null || help.isEmpty()) {
            return type;
        }
        if (format == PrometheusOutputFormat.CONTENT_TYPE_OPENMETRICS_100) {
            return type + "# HELP " + name + ' ' + escaped(help) + '\n';
        }
        return "# HELP " + name + ' ' + help.replace("\\", "\\\\").replace("\n", "\\n") + '\n' + type;
    }

    private static String escaped(String text) {
        return text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Gathers what is written, for one thread. */
    private static final class Parts extends OutputStream {
        private final OutputStream out;
        private final byte[] part = new byte[1 << 16];
        private int length;

        Parts(OutputStream out) {
            this.out = out;
        }

        void writeAscii(CharSequence text) throws IOException {
            makeRoom(text.length());
            for (int i = 0; i < text.length(); i++) {
                part[length++] = (byte) text.charAt(i);
            }
        }

        @Override
        public void write(int next) throws IOException {
            makeRoom(1);
            part[length++] = (byte) next;
        }

        @Override
        public void write(byte[] bytes, int from, int count) throws IOException {
            if (count > part.length) {
                pass();
                out.write(bytes, from, count);
            } else {
                makeRoom(count);
                System.arraycopy(bytes, from, part, length, count);
                length += count;
            }
        }

        private void makeRoom(int count) throws IOException {
            if (length + count > part.length) {
                pass();
            }
        }

        private void pass() throws IOException {
            out.write(part, 0, length);
            length = 0;
        }

        @Override
        public void flush() throws IOException {
            pass();
            out.flush();
        }
    }
}

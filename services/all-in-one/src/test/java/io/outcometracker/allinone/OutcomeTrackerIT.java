package io.outcometracker.allinone;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.outcometracker.cohort.verify.Verification;
import io.outcometracker.loader.LoadReport;
import io.outcometracker.loader.StudyLoad;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutcomeTrackerIT {
    private static final Path MASKED_STUDY = Path.of("../../infra/example-studies/cell-therapy");

    @TempDir
    Path data;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(bytes, true, UTF_8);

    @Test
    void showsTheArmsOfAMaskedTrialToTheUnblindedOnly() throws Exception {
        try (OutcomeTracker tracker = OutcomeTracker.start(data, new Ports(0, 0, 0, 0, 0))) {
            URI unblinded = tracker.unblinded().orElseThrow();

            LoadReport report = StudyLoad.run(MASKED_STUDY, tracker.ingest(), unblinded, tracker.tokens(), out);

            assertThat(report.ok()).as(output()).isTrue();
            assertThat(report.cohortsNotCompared()).isZero();
            for (String what : new String[] {"metrics", "participant-flow", "adverse-events"}) {
                assertThat(get(unblinded, what)).contains("CELLS", "SHAM");
                assertThat(get(tracker.metrics(), what)).doesNotContain("CELLS", "SHAM");
            }
            assertThat(get(tracker.metrics(), "participant-flow")).contains("INELIGIBLE");

            Verification.Report verified = Verification.run(
                    Map.of("bootstrap.servers", tracker.bootstrapServers()), Duration.ofSeconds(10), out);
            assertThat(verified.differences()).as(output()).isEmpty();
            assertThat(verified.figures()).isGreaterThan(report.figuresEqual());
        }
    }

    private static String get(URI service, String what) throws IOException, InterruptedException {
        HttpRequest question = HttpRequest.newBuilder(service.resolve("/api/v1/trials/SIM-CELL-01/" + what))
                .build();
        return HttpClient.newHttpClient()
                .send(question, BodyHandlers.ofString())
                .body();
    }

    private String output() {
        return bytes.toString(UTF_8);
    }
}

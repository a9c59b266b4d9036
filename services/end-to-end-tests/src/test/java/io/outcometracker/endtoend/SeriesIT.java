package io.outcometracker.endtoend;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.outcometracker.testkit.PrometheusCatalogue;
import io.outcometracker.testkit.Scrape;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the running services answer Prometheus is what the catalogue says, and tells nobody who takes part. */
class SeriesIT {
    private static final String TEXT = "text/plain; version=0.0.4";
    private static final Path ENROLMENTS = Path.of("../../infra/example-studies/chronic-pain/enrolments.csv");

    @RegisterExtension
    static final SharedProduct product = new SharedProduct();

    private final PrometheusCatalogue catalogue = PrometheusCatalogue.read();

    @BeforeEach
    void loadAStudy() {
        Study.EXAMPLE.loadOnce(product.process());
    }

    @ParameterizedTest
    @ValueSource(strings = {"ingest-service", "cohort-service", "metrics-service"})
    void aServiceGivesTheSeriesOfTheCatalogueInBothFormats(String service) {
        // Micrometer looks once a minute what series a Kafka client has; the lag of a partition is none of its first.
        await().atMost(ProductProcess.PATIENCE).untilAsserted(() -> {
            for (String format : new String[] {TEXT, Scrape.OPEN_METRICS}) {
                Scrape scrape = Scrape.parse(answer(service, format));
                catalogue.requireAllOf(service, scrape);
                catalogue.requireUsedOf(service, scrape);
            }
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"ingest-service", "cohort-service", "metrics-service"})
    void noLabelHoldsAParticipant(String service) throws IOException {
        Set<String> participants = Files.readAllLines(ENROLMENTS).stream()
                .skip(1)
                .map(it -> it.split(",")[0])
                .collect(toSet());
        assertThat(participants).hasSizeGreaterThan(50);

        assertThat(Scrape.parse(answer(service, TEXT)).families().values().stream()
                        .flatMap(it -> it.samples().stream())
                        .flatMap(it -> it.labels().values().stream()))
                .isNotEmpty()
                .noneMatch(participants::contains);
    }

    /** Says of names, units and types what is not as others do it. */
    @ParameterizedTest
    @ValueSource(strings = {"ingest-service", "cohort-service", "metrics-service"})
    void promtoolHasNothingToSay(String service) throws Exception {
        Promtool.require();
        String ours = answer(service, TEXT)
                .lines()
                .filter(it -> it.matches("(# (HELP|TYPE) )?outcomes_.*"))
                .collect(joining("\n", "", "\n"));

        assertThat(Promtool.run(ours, "check", "metrics")).isEmpty();
    }

    private static String answer(String service, String format) {
        ProductProcess process = product.process();
        URI address = switch (service) {
            case "ingest-service" -> process.ingest();
            case "cohort-service" -> process.cohort();
            default -> process.metrics();
        };
        Client client = product.client();
        Client.Answer answer =
                client.send(client.request(address, "actuator/prometheus").header("Accept", format));
        assertThat(answer.status()).as(service).isEqualTo(200);
        assertThat(answer.contentType()).startsWith(format.substring(0, format.indexOf(';')));
        return answer.body();
    }
}

package io.outcometracker.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.outcometracker.testkit.Scrape.Family;
import java.io.File;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * {@code infra/prometheus/catalogue.yml}: every series that the services give to Prometheus.
 *
 * @param labels what each label holds
 * @param libraries prefixes of series that are not of this product
 * @param used those of them that rules and dashboards rest on
 */
public record PrometheusCatalogue(
        Map<String, String> labels, List<Series> series, List<String> libraries, List<Series> used) {
    public record Series(
            String name,
            String service,
            String type,
            @Nullable String unit,
            List<String> labels,
            @Nullable String help) {}

    /** As it lies beside the modules, from the folder of one of them. */
    public static PrometheusCatalogue read() {
        return YAMLMapper.builder()
                .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .build()
                .readValue(new File("../../infra/prometheus/catalogue.yml"), PrometheusCatalogue.class);
    }

    public List<Series> of(String service) {
        return series.stream().filter(it -> it.service().equals(service)).toList();
    }

    /** The rows of the table in the README of the service: name, unit, labels, meaning. */
    public List<String> rowsOf(String service) {
        return of(service).stream()
                .map(it -> "| `%s` | %s | %s | %s |"
                        .formatted(
                                it.name(),
                                it.unit(),
                                it.labels().isEmpty() ? "none" : String.join(", ", it.labels()),
                                it.help()))
                .toList();
    }

    /** All series of this product that the service gives are in the catalogue, as it says; and all that it has are given. */
    public void requireAllOf(String service, Scrape scrape) {
        Set<String> ours = new TreeSet<>(scrape.families().keySet());
        ours.removeIf(it -> libraries.stream().anyMatch(it::startsWith));
        List<Series> expected = of(service);
        assertThat(ours)
                .as("series of %s", service)
                .containsExactlyInAnyOrderElementsOf(
                        expected.stream().map(Series::name).toList());
        expected.forEach(it -> requireAsDescribed(it, scrape.family(it.name())));
    }

    private static void requireAsDescribed(Series series, Family family) {
        assertThat(family.type()).as("type of " + series.name()).isIn(series.type(), inPrometheusText(series.type()));
        assertThat(family.help()).as("help of " + series.name()).isEqualTo(series.help());
        assertThat(family.labels()).as("labels of " + series.name()).containsExactly(new TreeSet<>(series.labels()));
    }

    /** It knows no info. */
    private static String inPrometheusText(String type) {
        return type.equals("info") ? "gauge" : type;
    }

    /** Those of libraries that the service is to give, with these labels among others. */
    public void requireUsedOf(String service, Scrape scrape) {
        used.stream().filter(it -> it.service().equals(service)).forEach(it -> {
            Family family = scrape.family(it.name());
            assertThat(family.type()).as("type of " + it.name()).isEqualTo(it.type());
            assertThat(family.labels())
                    .as("labels of " + it.name())
                    .allSatisfy(labels -> assertThat(labels).containsAll(it.labels()));
        });
    }
}

package io.outcometracker.endtoend;

import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import io.outcometracker.testkit.PrometheusCatalogue;
import io.outcometracker.testkit.PrometheusCatalogue.Series;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** What Prometheus computes and says of the product is sound, tested, and tells whoever it wakes what to do. */
class PrometheusRulesTest {
    private static final Path FOLDER = Path.of("../../infra/prometheus");
    private static final Pattern ROW = Pattern.compile("\\| `(\\w+)` \\| (critical|warning|info) \\| .{40,} \\|");
    private static final Pattern SERIES =
            Pattern.compile("(?<![:\\w])(outcomes|http|jvm|kafka|process)_\\w+(?![:\\w])");
    private static final YAMLMapper YAML = new YAMLMapper();

    private static List<Path> files(String folder) throws IOException {
        try (Stream<Path> files = Files.list(FOLDER.resolve(folder))) {
            return files.sorted().toList();
        }
    }

    private static Stream<JsonNode> rules() throws IOException {
        return files("rules").stream()
                .map(it -> YAML.readTree(it.toFile()))
                .flatMap(it -> it.get("groups").valueStream())
                .flatMap(it -> it.get("rules").valueStream());
    }

    private static List<JsonNode> alerts() throws IOException {
        return rules().filter(it -> it.has("alert")).toList();
    }

    private static Stream<JsonNode> tests() throws IOException {
        return files("tests").stream()
                .map(it -> YAML.readTree(it.toFile()))
                .flatMap(it -> it.get("tests").valueStream());
    }

    static List<List<String>> checks() throws IOException {
        return List.of(
                List.of(
                        "check",
                        "config",
                        "--syntax-only",
                        FOLDER.resolve("prometheus.yml").toString()),
                with(List.of("check", "rules"), files("rules")),
                with(List.of("test", "rules"), files("tests")));
    }

    private static List<String> with(List<String> command, List<Path> files) {
        return Stream.concat(command.stream(), files.stream().map(Path::toString))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("checks")
    void promtoolAgrees(List<String> check) throws Exception {
        Promtool.require();

        assertThat(Promtool.run("", check.toArray(String[]::new))).contains("SUCCESS");
    }

    @Test
    void everyAlertHasALineOfWhatToDo() throws IOException {
        Map<String, String> described = Files.readAllLines(Path.of("../../infra/README.md")).stream()
                .flatMap(it -> ROW.matcher(it).results())
                .collect(toMap(it -> it.group(1), it -> it.group(2)));

        assertThat(described)
                .isEqualTo(alerts().stream()
                        .collect(toMap(
                                it -> it.get("alert").stringValue(),
                                it -> it.at("/labels/severity").stringValue())));
        assertThat(alerts())
                .allSatisfy(it -> assertThat(it.at("/annotations/summary").stringValue(""))
                        .isNotBlank());
    }

    @Test
    void everyAlertIsSeenToFireAndNotTo() throws IOException {
        Map<String, Set<Boolean>> seen = new TreeMap<>();
        tests().flatMap(it -> it.path("alert_rule_test").valueStream())
                .forEach(it -> seen.merge(
                        it.get("alertname").stringValue(),
                        Set.of(it.get("exp_alerts").isEmpty()),
                        (a, b) -> Stream.concat(a.stream(), b.stream()).collect(toSet())));

        assertThat(seen).containsOnlyKeys(names(alerts().stream(), "alert"));
        assertThat(seen).allSatisfy((alert, ways) -> assertThat(ways).as(alert).containsExactlyInAnyOrder(true, false));
    }

    @Test
    void everyRecordedSeriesIsTested() throws IOException {
        List<String> tested = tests().flatMap(it -> it.path("promql_expr_test").valueStream())
                .map(it -> it.get("expr").stringValue().replaceFirst("\\{.*", ""))
                .toList();

        assertThat(tested).contains(names(rules().filter(it -> it.has("record")), "record"));
    }

    @Test
    void rulesRestOnSeriesOfTheCatalogue() throws IOException {
        PrometheusCatalogue catalogue = PrometheusCatalogue.read();
        Set<String> known = Stream.concat(catalogue.series().stream(), catalogue.used().stream())
                .flatMap(PrometheusRulesTest::samples)
                .collect(toSet());

        assertThat(rules().flatMap(it ->
                                SERIES.matcher(it.get("expr").stringValue()).results())
                        .map(MatchResult::group))
                .hasSizeGreaterThan(15)
                .isSubsetOf(known);
    }

    private static Stream<String> samples(Series series) {
        return switch (series.type()) {
            case "histogram" -> Stream.of("_bucket", "_sum", "_count").map(it -> series.name() + it);
            case "summary" -> Stream.of("_sum", "_count").map(it -> series.name() + it);
            default -> Stream.of(series.name());
        };
    }

    private static String[] names(Stream<JsonNode> rules, String field) {
        return rules.map(it -> it.get(field).stringValue()).toArray(String[]::new);
    }
}

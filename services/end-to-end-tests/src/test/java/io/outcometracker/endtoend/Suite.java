package io.outcometracker.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.outcometracker.contract.Json;
import io.outcometracker.endtoend.Client.Answer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.dataformat.yaml.YAMLFactory;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * Records in and what must come of them, from {@code suites/*.yml}.
 *
 * @param says what the suite shows
 * @param protocol name of a file in {@code suites/protocols}
 */
record Suite(String says, String protocol, List<Step> steps) {
    private static final double RELATIVE = 1e-9;
    private static final YAMLMapper YAML = YAMLMapper.builder(YAMLFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(
                    DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS,
                    DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    /**
     * Records that are posted and answered, or figures that must then be published; or both, in this order.
     *
     * @param says why, for who reads a failure
     * @param post {@code enrolments}, {@code follow-ups}, {@code adverse-events}, {@code unblindings} or {@code erasures}
     * @param body what is posted: records, or text, which is CSV
     * @param expect the answer
     * @param metrics what must be published sooner or later, as the completeness and the summaries of the trial
     */
    record Step(
            @Nullable String says,
            @Nullable String post,
            @Nullable JsonNode body,
            @Nullable Expected expect,
            @Nullable List<Figures> metrics,
            @Nullable List<Figures> completeness,
            @Nullable List<Figures> summaries) {
        /** By the name of the report. */
        Map<String, List<Figures>> published() {
            Map<String, List<Figures>> published = new LinkedHashMap<>();
            published.put("metrics", Objects.requireNonNullElse(metrics, List.of()));
            published.put("completeness", Objects.requireNonNullElse(completeness, List.of()));
            published.put("summaries", Objects.requireNonNullElse(summaries, List.of()));
            return published;
        }
    }

    /**
     * @param dispositions of each record in turn; for one that is refused the codes of its problems; absent for what is
     *     not a list of records
     */
    record Expected(int status, @Nullable List<String> dispositions) {}

    /**
     * @param figures by their path in the JSON, with dots: {@code change.n}; null for one that must not be there; absent
     *     where there must be no such metric
     */
    record Figures(
            @Nullable String visit,
            @Nullable String instrument,
            String cohort,
            @JsonProperty("is") @Nullable Map<String, @Nullable BigDecimal> figures) {
        Cell cell() {
            return new Cell(visit, instrument, cohort);
        }
    }

    static Suite read(String name) {
        return YAML.convertValue(tree(name), Suite.class);
    }

    private static JsonNode tree(String name) {
        try (InputStream in = Suite.class.getResourceAsStream("/suites/" + name + ".yml")) {
            return YAML.readTree(Objects.requireNonNull(in, name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<String> names() {
        try (Stream<Path> files = Files.list(Path.of(
                Objects.requireNonNull(Suite.class.getResource("/suites")).getPath()))) {
            return files.map(it -> it.getFileName().toString())
                    .filter(it -> it.endsWith(".yml"))
                    .map(it -> it.substring(0, it.length() - ".yml".length()))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Takes every step, in a trial of its own, and throws at the first that does not go as expected. */
    void run(Client client, String trial) {
        put(client, trial, protocol);
        goOn(client, trial);
    }

    /** As {@link #run}, in a trial that was started before. */
    void goOn(Client client, String trial) {
        for (int i = 0; i < steps.size(); i++) {
            Step step = steps.get(i);
            String name = "step %d (%s)".formatted(i + 1, step.says());
            if (step.post() != null) {
                post(client, trial, name, step);
            }
            step.published()
                    .forEach((report, figures) -> await(name)
                            .atMost(ProductProcess.PATIENCE)
                            .untilAsserted(() -> figures.forEach(it -> compare(client, trial, report, name, it))));
        }
    }

    /** Starts a trial by one of the protocols of the suites. */
    static void put(Client client, String trial, String protocol) {
        Answer answer = client.put(trial, protocol(protocol));
        assertThat(answer.status()).as(answer.body()).isEqualTo(201);
    }

    static JsonNode protocol(String name) {
        return tree("protocols/" + name);
    }

    private static void post(Client client, String trial, String name, Step step) {
        JsonNode body = Objects.requireNonNull(step.body(), name);
        Expected expected = Objects.requireNonNull(step.expect(), name);
        Answer answer = body.isString()
                ? client.post(trial, step.post(), Client.CSV, body.stringValue())
                : client.post(trial, step.post(), Client.JSON, Json.MAPPER.writeValueAsString(body));
        assertThat(answer.status()).as("%s: %s", name, answer.body()).isEqualTo(expected.status());
        if (expected.dispositions() != null) {
            assertThat(dispositions(answer.json()))
                    .as("%s: %s", name, answer.body())
                    .isEqualTo(expected.dispositions());
        }
    }

    private static List<String> dispositions(JsonNode answer) {
        List<String> dispositions = new ArrayList<>();
        for (JsonNode result : answer.get("results")) {
            List<String> problems = new ArrayList<>();
            result.get("problems").forEach(it -> problems.add(it.get("code").stringValue()));
            dispositions.add(problems.isEmpty() ? result.get("disposition").stringValue() : String.join(" ", problems));
        }
        return dispositions;
    }

    private static void compare(Client client, String trial, String report, String name, Figures expected) {
        JsonNode metric = client.reported(trial, report, expected.cell()).orElse(null);
        String what = name + ": " + report + " of " + expected.cell() + " in " + metric;
        if (expected.figures() == null) {
            assertThat(metric).as(what).isNull();
            return;
        }
        assertThat(metric).as(what).isNotNull();
        expected.figures().forEach((path, value) -> {
            JsonNode figure = metric.at('/' + path.replace('.', '/'));
            assertThat(figure.isNumber()).as("%s of %s", path, what).isEqualTo(value != null);
            if (value != null) {
                double wanted = value.doubleValue();
                assertThat(figure.doubleValue())
                        .as("%s of %s", path, what)
                        .isCloseTo(wanted, within(Math.abs(wanted) * RELATIVE));
            }
        });
    }
}

package io.outcometracker.cohort.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.outcometracker.contract.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class JsonComparisonTest {
    private final List<Difference> differences = new ArrayList<>();
    private final JsonComparison comparison = new JsonComparison("topic", "key", differences::add);

    private static @Nullable JsonNode json(@Nullable String text) {
        return text == null ? null : Json.MAPPER.readTree(text);
    }

    private void compare(@Nullable String published, @Nullable String recomputed) {
        comparison.compare(json(published), json(recomputed), Set.of("asOf"));
    }

    @Test
    void namesTopicKeyPathAndBothNumbers() {
        compare("""
                {"n":3,"change":{"mean":-2.25,"ci":[-5.5,1.0]},"asOf":"2025-01-01T00:00:00Z"}""", """
                {"n":4,"change":{"mean":-2.26,"ci":[-5.5,1.5]},"asOf":"2026-01-01T00:00:00Z"}""");

        assertThat(differences)
                .extracting(Difference::toString)
                .containsExactlyInAnyOrder(
                        "topic key n: published 3, recomputed 4",
                        "topic key change.mean: published -2.25, recomputed -2.26",
                        "topic key change.ci.1: published 1.0, recomputed 1.5");
        assertThat(comparison.figures()).isEqualTo(4);
    }

    @Test
    void findsWhatIsMissingAndWhatIsTooMuch() {
        compare("{\"arm\":\"A\"}", "{\"n\":1}");

        assertThat(differences)
                .extracting(Difference::toString)
                .containsExactlyInAnyOrder(
                        "topic key arm: published \"A\", recomputed nothing",
                        "topic key n: published nothing, recomputed 1");
    }

    @Test
    void findsAMissingMessageAndOneTooMany() {
        compare(null, "{}");
        compare("{}", null);

        assertThat(differences)
                .extracting(Difference::toString)
                .containsExactly(
                        "topic key: published nothing, recomputed a message",
                        "topic key: published a message, recomputed nothing");
    }

    @ParameterizedTest
    @CsvSource({
        "1.0, 1.0000000001, true",
        "1.0, 1.00000001, false",
        "1e-13, -1e-13, true",
        "1e-11, 0.0, false",
        "1000000000000, 1000000000001, false",
        "2, 2.0, true",
        "-3.5e300, -3.5e300, true"
    })
    void takesIntegersExactlyAndOtherNumbersAlmostSo(String published, String recomputed, boolean same) {
        compare("{\"it\":%s}".formatted(published), "{\"it\":%s}".formatted(recomputed));

        assertThat(differences.isEmpty()).isEqualTo(same);
    }
}

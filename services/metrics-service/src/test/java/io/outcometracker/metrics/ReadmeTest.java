package io.outcometracker.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.outcometracker.testkit.PrometheusCatalogue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ReadmeTest {
    private static final Path README = Path.of("README.md");
    private static final Path SETTINGS = Path.of("src/main/resources/metrics-service.yml");

    @Test
    void listsEverySeriesOfTheCatalogueInItsWords() throws IOException {
        assertThat(rows("| `outcomes_"))
                .containsExactlyElementsOf(PrometheusCatalogue.read().rowsOf("metrics-service"));
    }

    @Test
    void listsEverySettingWithItsEnvironmentVariableAndDefault() throws IOException {
        Pattern placeholder = Pattern.compile("\\$\\{(\\w+):([^}]*)}");
        List<String> settings = placeholder
                .matcher(Files.readString(SETTINGS))
                .results()
                .map(ReadmeTest::columns)
                .sorted()
                .toList();

        assertThat(settings).hasSize(9);
        assertThat(rows("| `s", "| `outcomes.metrics"))
                .map(it -> it.substring(it.indexOf(" | ") + 3, it.lastIndexOf(" | ")))
                .map(it -> it.replaceFirst("^(`\\w+` \\| `[^`]+`) .*", "$1"))
                .filteredOn(it -> it.startsWith("`OUTCOMES"))
                .containsExactlyInAnyOrderElementsOf(settings);
    }

    @Test
    void listsEveryTypeOfProblem() throws IOException {
        List<String> listed = rows("| `").stream()
                .filter(it -> it.matches("\\| `[a-z-]+` \\| (other 4xx|\\d{3}) .*"))
                .map(it -> it.substring(3, it.indexOf('`', 3)))
                .toList();

        assertThat(listed)
                .containsExactlyInAnyOrderElementsOf(Stream.of(ProblemType.values())
                        .map(it -> it.name().toLowerCase(Locale.ROOT).replace('_', '-'))
                        .toList());
    }

    private static String columns(MatchResult placeholder) {
        return "`%s` | `%s`".formatted(placeholder.group(1), placeholder.group(2));
    }

    private static List<String> rows(String... beginnings) throws IOException {
        return Files.readAllLines(README).stream()
                .filter(line -> List.of(beginnings).stream().anyMatch(line::startsWith))
                .toList();
    }
}

package io.outcometracker.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.outcometracker.ingest.domain.ProblemCode;
import io.outcometracker.testkit.PrometheusCatalogue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ReadmeTest {
    private static final Pattern SETTING = Pattern.compile("\\$\\{([A-Z_]+):([^}]*)}");

    private static String readme() throws IOException {
        return Files.readString(Path.of("README.md"));
    }

    @Test
    void listsEverySettingWithItsDefault() throws IOException {
        List<MatchResult> settings = SETTING.matcher(Files.readString(Path.of("src/main/resources/ingest-service.yml")))
                .results()
                .toList();

        assertThat(settings).hasSize(26);
        for (MatchResult setting : settings) {
            assertThat(readme())
                    .contains("| `" + setting.group(1) + "` | "
                            + (setting.group(2).isEmpty() ? "" : "`" + setting.group(2) + "` ") + "|");
        }
    }

    @Test
    void listsEverySeriesOfTheCatalogueInItsWords() throws IOException {
        assertThat(readme().lines().filter(it -> it.startsWith("| `outcomes_")))
                .containsExactlyElementsOf(PrometheusCatalogue.read().rowsOf("ingest-service"));
    }

    @Test
    void listsEveryCodeAndEveryTypeOfProblem() throws IOException {
        assertThat(readme())
                .contains(Arrays.stream(ProblemCode.values())
                        .map(it -> "`" + it + "`")
                        .toList())
                .contains(Arrays.stream(ProblemType.values())
                        .map(it -> "`" + it.uri().toString().replace("urn:outcometracker:problem:", "") + "`")
                        .toList());
    }
}

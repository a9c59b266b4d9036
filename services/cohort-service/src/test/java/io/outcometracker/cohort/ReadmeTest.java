package io.outcometracker.cohort;

import static org.assertj.core.api.Assertions.assertThat;

import io.outcometracker.testkit.PrometheusCatalogue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ReadmeTest {
    @Test
    void listsEverySeriesOfTheCatalogueInItsWords() throws IOException {
        assertThat(Files.readAllLines(Path.of("README.md")))
                .filteredOn(it -> it.startsWith("| `outcomes_"))
                .containsExactlyElementsOf(PrometheusCatalogue.read().rowsOf("cohort-service"));
    }
}

package io.outcometracker.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** {@code mvn -Pasyncapi verify -pl services/event-contract} writes the document anew. */
class AsyncApiTest {
    private static final Path DOCUMENT = Path.of("src/main/resources/asyncapi/asyncapi.json");

    @Test
    void theDocumentIsTheCatalogueWithItsSchemas() throws IOException {
        String given = AsyncApi.document();
        if (Boolean.getBoolean("asyncapi.renew")) {
            Files.createDirectories(DOCUMENT.getParent());
            Files.writeString(DOCUMENT, given);
        }
        assertThat(Files.readAllLines(DOCUMENT))
                .as("%s; to write it anew: mvn -Pasyncapi verify -pl services/event-contract", DOCUMENT)
                .isEqualTo(given.lines().toList());
    }
}

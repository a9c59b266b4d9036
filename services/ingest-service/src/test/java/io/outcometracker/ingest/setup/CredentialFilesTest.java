package io.outcometracker.ingest.setup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CredentialFilesTest {
    private static final String LOGIN = "org.apache.kafka.common.security.scram.ScramLoginModule required ";

    @TempDir
    private Path folder;

    @Test
    void readsThePasswordOfEachPrincipal() throws IOException {
        write(
                "ingest-service/ingest-service",
                "spring.kafka.properties.sasl.jaas.config=" + login("ingest-service", "a"));
        write("analysts/sponsor", "security.protocol=SASL_PLAINTEXT\nsasl.jaas.config=" + login("sponsor", "b"));
        write("public", "sasl.jaas.config=" + login("public", "c"));

        assertThat(CredentialFiles.read(folder))
                .isEqualTo(Map.of("ingest-service", "a", "sponsor", "b", "public", "c"));
    }

    @Test
    void passesOverFilesOfOthers() throws IOException {
        write("kafka-setup/admin", "sasl.jaas.config=" + login("admin", "a"));
        Files.writeString(folder.resolve("sponsor.properties.new"), "half");

        assertThat(CredentialFiles.read(folder)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "password=secret",
                "sasl.jaas.config=secret",
                "sasl.jaas.config=" + LOGIN + "username=\"sponsor\";",
                "sasl.jaas.config=" + LOGIN + "username=\"sponsor\" password=\"\";",
                "sasl.jaas.config=" + LOGIN + "username=\"auditors\" password=\"secret\";"
            })
    void refusesAFileThatDoesNotSayItWithoutQuotingIt(String text) throws IOException {
        write("sponsor", text);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> CredentialFiles.read(folder))
                .withMessageContaining("sponsor.properties")
                .withMessageNotContaining("secret")
                .withNoCause();
    }

    @Test
    void refusesTwoFilesOfOnePrincipal() throws IOException {
        write("a/sponsor", "sasl.jaas.config=" + login("sponsor", "a"));
        write("b/sponsor", "sasl.jaas.config=" + login("sponsor", "b"));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> CredentialFiles.read(folder))
                .withMessage("there are two files sponsor.properties");
    }

    private static String login(String name, String password) {
        return LOGIN + "username=\"%s\" password=\"%s\";".formatted(name, password);
    }

    private void write(String name, String text) throws IOException {
        Path file = folder.resolve(name + ".properties");
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }
}

package io.outcometracker.loader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StudyLoaderTest {
    @TempDir
    Path folder;

    private final StringWriter errors = new StringWriter();

    private int run(String... args) {
        return StudyLoader.commandLine().setErr(new PrintWriter(errors)).execute(args);
    }

    @Test
    void simulatesAStudy() {
        assertThat(run("simulate", "chronic-pain", folder.toString(), "--seed", "7"))
                .isZero();

        assertThat(StudyFolder.read(folder).trial()).isEqualTo("SIM-CLBP-01");
        assertThat(folder.resolve("README.md")).content().contains("--seed 7").contains("no real person");
    }

    @Test
    void failsWhenAStudyCannotBeLoaded() {
        assertThat(run("load", folder.toString())).isEqualTo(1);
    }

    @Test
    void readsTheTokensFromAFolder() throws IOException {
        for (String role : List.of("site", "randomisation", "trial-manager", "statistician")) {
            Files.writeString(folder.resolve(role), "of-" + role + "\n");
        }

        assertThat(Tokens.in(folder).of("trial-manager")).hasValue("of-trial-manager");
        assertThat(Tokens.in(folder).toString()).doesNotContain("of-");
        Files.delete(folder.resolve("site"));
        assertThatThrownBy(() -> Tokens.in(folder))
                .isInstanceOf(LoadFailure.class)
                .hasMessageContaining("site");
        assertThat(run("load", folder.toString(), "--tokens", folder.toString()))
                .isEqualTo(1);
    }

    @Test
    void saysHowItIsUsed() {
        assertThat(run()).isEqualTo(2);
        assertThat(run("simulate", "common-cold", folder.toString())).isEqualTo(2);
        assertThat(errors.toString()).contains("Missing required subcommand", "chronic-pain");
    }
}

package io.outcometracker.loader;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
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
    void saysHowItIsUsed() {
        assertThat(run()).isEqualTo(2);
        assertThat(run("simulate", "common-cold", folder.toString())).isEqualTo(2);
        assertThat(errors.toString()).contains("Missing required subcommand", "chronic-pain");
    }
}

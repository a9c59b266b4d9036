package io.outcometracker.endtoend;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.outcometracker.loader.LoadReport;
import io.outcometracker.loader.StudyLoad;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A study folder that can be loaded. */
enum Study {
    EXAMPLE("SIM-CLBP-01", "../../infra/example-studies/chronic-pain"),
    MASKED("SIM-CELL-01", "../../infra/example-studies/cell-therapy"),
    SMALL("SIM-SLEEP-01", "../../infra/example-studies/sleep-inflammation"),
    /** Published; not part of the product, so it may be missing. */
    REAL("ashar2022", "../../../shared/data/ashar_prt");

    private static final Map<Study, LoadReport> LOADED = new EnumMap<>(Study.class);

    private final String trial;
    private final Path folder;

    Study(String trial, String folder) {
        this.trial = trial;
        this.folder = Path.of(folder);
    }

    String trial() {
        return trial;
    }

    /** Ends the test, as not to be judged, where the study is missing. */
    String folder() {
        assumeTrue(this != REAL || Files.isDirectory(folder), "the published trial is not here: ../shared/data");
        return folder.toString();
    }

    /** Into the product that all tests share. */
    LoadReport loadOnce(ProductProcess shared) {
        return LOADED.computeIfAbsent(this, it -> load(shared));
    }

    /** As the study-loader does, which checks every figure. */
    LoadReport load(ProductProcess product) {
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        LoadReport report = StudyLoad.run(
                Path.of(folder()),
                product.ingest(),
                product.metrics(),
                product.tokens(),
                new PrintStream(output, true, UTF_8));
        assertThat(report.ok()).as(output.toString(UTF_8)).isTrue();
        return report;
    }

    /** What is published, without the times at which it was computed. */
    Map<Cell, JsonNode> metrics(Client client) {
        return client.metrics(trial)
                .valueStream()
                .collect(toMap(Cell::of, it -> ((ObjectNode) it).remove(List.of("asOf"))));
    }
}

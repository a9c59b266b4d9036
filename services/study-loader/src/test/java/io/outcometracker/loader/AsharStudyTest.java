package io.outcometracker.loader;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.outcometracker.contract.CohortMetric;
import io.outcometracker.contract.Protocol;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A real trial of 151 participants with its published results, where its data lie beside the project. */
class AsharStudyTest {
    private static final Path FOLDER = Path.of("../../../shared/data/ashar_prt");
    private static final LocalDate TODAY = LocalDate.of(2026, 11, 1);

    private Study study;

    @BeforeEach
    void read() {
        assumeTrue(Files.isDirectory(FOLDER), "skipped: there is no ../shared/data/ashar_prt beside the project");
        study = StudyFolder.read(FOLDER);
    }

    @Test
    void isReadWhole() {
        Protocol protocol = study.protocol();

        assertThat(study.enrolments()).hasSize(151);
        assertThat(study.followUps()).hasSize(3988);
        assertThat(study.published()).hasSize(66);
        assertThat(protocol.baseline().map(Protocol.Visit::code)).contains("baseline");
        assertThat(protocol.visits()).extracting(Protocol.Visit::day).containsExactly(1, 31);
        assertThat(protocol.instruments().stream()
                        .filter(it -> !it.measuresChange())
                        .map(Protocol.Instrument::code))
                .containsExactly("PGIC", "TX-SATISFACTION");
        assertThat(protocol.arms().stream().filter(Protocol.Arm::control).map(Protocol.Arm::code))
                .containsExactly("Placebo");
    }

    @Test
    void givesThePublishedFiguresToThePrintedDigit() {
        List<PublishedComparison.Line> lines = PublishedComparison.of(study, Recomputation.of(study, TODAY));

        assertThat(lines).hasSize(66).allMatch(PublishedComparison.Line::agrees);
    }

    @Test
    void fitsItsTablesIn120Columns() {
        List<CohortMetric> metrics = Recomputation.of(study, TODAY);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        new StudyTables(study.protocol(), metrics, List.of(), PublishedComparison.of(study, metrics))
                .print(new PrintStream(bytes, true, UTF_8));

        assertThat(bytes.toString(UTF_8).lines()).hasSizeGreaterThan(90).allMatch(line -> line.length() <= 120);
    }
}

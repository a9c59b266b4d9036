package io.outcometracker.loader.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SimulatedStudyTest {
    private static final Path CHECKED_IN = Path.of("../../infra/example-studies");

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({"CHRONIC_PAIN, 4", "CELL_THERAPY, 86", "SLEEP_INFLAMMATION, 185"})
    void givesTheSameBytesForTheSameSeed(SimulatedStudy study, long itsSeed) throws IOException {
        Path checkedIn = CHECKED_IN.resolve(study.toString());

        study.writeTo(folder, itsSeed);

        List<String> names = names(folder);
        assertThat(names(checkedIn)).isEqualTo(names);
        for (String name : names) {
            assertThat(folder.resolve(name)).as(name).hasSameBinaryContentAs(checkedIn.resolve(name));
        }
    }

    @ParameterizedTest
    @CsvSource({"CHRONIC_PAIN, 5", "CELL_THERAPY, 2", "SLEEP_INFLAMMATION, 2"})
    void givesOtherScoresForAnotherSeed(SimulatedStudy study, long anotherSeed) throws IOException {
        study.writeTo(folder, anotherSeed);

        assertThat(Files.readString(folder.resolve("long.csv")))
                .isNotEqualTo(
                        Files.readString(CHECKED_IN.resolve(study.toString()).resolve("long.csv")));
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(it -> it.getFileName().toString()).sorted().toList();
        }
    }
}

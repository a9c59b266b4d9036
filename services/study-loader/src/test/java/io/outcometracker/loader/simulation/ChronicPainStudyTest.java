package io.outcometracker.loader.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChronicPainStudyTest {
    private static final Path CHECKED_IN = Path.of("../../infra/example-studies/chronic-pain");
    private static final long ITS_SEED = 4;

    @TempDir
    Path folder;

    @Test
    void givesTheSameBytesForTheSameSeed() throws IOException {
        new ChronicPainStudy(ITS_SEED).writeTo(folder);

        List<String> names = names(folder);
        assertThat(names(CHECKED_IN)).isEqualTo(names);
        for (String name : names) {
            assertThat(folder.resolve(name)).as(name).hasSameBinaryContentAs(CHECKED_IN.resolve(name));
        }
    }

    @Test
    void givesOtherScoresForAnotherSeed() throws IOException {
        new ChronicPainStudy(ITS_SEED + 1).writeTo(folder);

        assertThat(Files.readString(folder.resolve("long.csv")))
                .isNotEqualTo(Files.readString(CHECKED_IN.resolve("long.csv")));
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(it -> it.getFileName().toString()).sorted().toList();
        }
    }
}

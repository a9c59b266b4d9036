package io.outcometracker.loader.simulation;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * The studies that can be simulated. Everything is invented. The same seed gives the same bytes on every platform, as
 * nothing is computed but sums, products, quotients and what {@link StrictMath} has.
 */
public enum SimulatedStudy {
    CHRONIC_PAIN,
    CELL_THERAPY,
    SLEEP_INFLAMMATION;

    /** Writes the study folder; replaces files that are there. */
    public void writeTo(Path folder, long seed) throws IOException {
        simulate(seed).writeTo(folder);
        for (String name : List.of("README.md", "protocol.yml", "instruments.csv")) {
            try (InputStream text = SimulatedStudy.class.getResourceAsStream(this + "/" + name)) {
                String template = new String(Objects.requireNonNull(text, name).readAllBytes(), UTF_8);
                Files.writeString(folder.resolve(name), template.replace("{seed}", Long.toString(seed)));
            }
        }
    }

    private StudyFiles simulate(long seed) {
        return switch (this) {
            case CHRONIC_PAIN -> ChronicPainStudy.simulate(seed);
            case CELL_THERAPY -> CellTherapyStudy.simulate(seed);
            case SLEEP_INFLAMMATION -> SleepInflammationStudy.simulate(seed);
        };
    }

    /** Its name on the command line, and that of its folder. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}

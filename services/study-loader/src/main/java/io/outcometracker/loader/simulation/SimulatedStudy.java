package io.outcometracker.loader.simulation;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.LongFunction;
import java.util.stream.Stream;

/**
 * The studies that can be simulated. Everything is invented. The same seed gives the same bytes on every platform, as
 * nothing is computed but sums, products, quotients and what {@link StrictMath} has.
 */
public enum SimulatedStudy {
    CHRONIC_PAIN(ChronicPainStudy::simulate, "README.md", "protocol.yml", "instruments.csv"),
    CELL_THERAPY(CellTherapyStudy::simulate, "README.md", "protocol.yml"),
    SLEEP_INFLAMMATION(SleepInflammationStudy::simulate, "README.md", "protocol.yml");

    private final LongFunction<StudyFiles> simulation;
    private final List<String> texts;

    SimulatedStudy(LongFunction<StudyFiles> simulation, String... texts) {
        this.simulation = simulation;
        this.texts = Stream.of(texts).map(it -> this + "/" + it).toList();
    }

    /** Writes the study folder; replaces files that are there. */
    public void writeTo(Path folder, long seed) throws IOException {
        simulation.apply(seed).writeTo(folder, seed, texts);
    }

    /** Its name on the command line, and that of its folder. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}

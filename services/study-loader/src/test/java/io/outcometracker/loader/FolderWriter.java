package io.outcometracker.loader;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes the files of a study folder. */
record FolderWriter(Path folder) {
    static final String LONG_HEADER = "trial,site,participant,arm,visit,visit_day,instrument,score";
    static final String INSTRUMENTS = "instrument,direction,min,max,label\nNRS,lower,0,10,pain\n";

    FolderWriter with(String name, String content) {
        return with(name, content.getBytes(UTF_8));
    }

    FolderWriter with(String name, byte[] content) {
        try {
            Files.write(folder.resolve(name), content);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return this;
    }

    FolderWriter withScores(String... rows) {
        return with("long.csv", LONG_HEADER + '\n' + String.join("\n", rows) + '\n');
    }

    Study read() {
        return StudyFolder.read(folder);
    }
}

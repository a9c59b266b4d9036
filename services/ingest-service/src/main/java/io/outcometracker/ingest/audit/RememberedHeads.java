package io.outcometracker.ingest.audit;

import io.outcometracker.contract.AuditEntry.Head;
import io.outcometracker.contract.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/** Where every chain ended when somebody verified, in a file that they keep away from who can write to Kafka. */
record RememberedHeads(List<Entry> heads) {
    record Entry(@Nullable String trial, Head head) {}

    RememberedHeads {
        heads = List.copyOf(heads);
    }

    /**
     * Empty where there is no file yet.
     *
     * @throws IllegalStateException if the file is not one of these
     */
    static Map<Chain, Head> read(Path file) throws IOException {
        Map<Chain, Head> heads = new TreeMap<>();
        if (Files.exists(file)) {
            try {
                Json.MAPPER
                        .readValue(Files.readAllBytes(file), RememberedHeads.class)
                        .heads()
                        .forEach(it -> heads.put(new Chain(it.head().writer(), it.trial()), it.head()));
            } catch (JacksonException e) {
                throw new IllegalStateException(file + " does not hold remembered heads", e);
            }
        }
        return heads;
    }

    /** Takes the place of what was remembered, whole or not at all. */
    static void write(Path file, Map<Chain, Head> heads) throws IOException {
        RememberedHeads remembered = new RememberedHeads(heads.entrySet().stream()
                .map(it -> new Entry(it.getKey().trial(), it.getValue()))
                .toList());
        Path draft = file.resolveSibling(file.getFileName() + ".new");
        Files.write(draft, Json.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(remembered));
        Files.move(draft, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }
}

package io.outcometracker.contract;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import io.outcometracker.contract.Topic.Audience;
import io.outcometracker.contract.Topic.Kept;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ReadmeTest {
    private static final String CELL_BORDER = "(?<!\\\\)\\|";

    @Test
    void theTableOfTopicsIsTheCatalogue() throws IOException {
        assertThat(tableRows("Content"))
                .extracting(it -> List.of(it.get(0), it.get(2), it.get(3), it.get(4), it.get(5)))
                .isEqualTo(Topics.all().stream()
                        .map(it -> List.of(
                                "`" + it.name() + "`",
                                it.owner(),
                                inWords(it.kept()),
                                String.valueOf(it.partitions()),
                                inWords(it.audiences())))
                        .toList());
    }

    @Test
    void theTableOfSchemasIsTheCatalogue() throws IOException {
        assertThat(tableRows("Java"))
                .isEqualTo(Topics.all().stream()
                        .map(it -> Stream.of(
                                        it.name(),
                                        it.schema().replace("/schemas/", ""),
                                        it.valueType().getSimpleName())
                                .map(cell -> "`" + cell + "`")
                                .toList())
                        .toList());
    }

    private static String inWords(Kept kept) {
        return switch (kept) {
            case LATEST -> "latest of each key";
            case FOR_EVER -> "for ever";
            case NINETY_DAYS -> "90 days";
        };
    }

    private static String inWords(Set<Audience> audiences) {
        return audiences.isEmpty()
                ? "–"
                : audiences.stream()
                        .sorted()
                        .map(it -> it.name().toLowerCase(Locale.ROOT))
                        .collect(joining(", "));
    }

    /** The cells of the table whose last column has this title. */
    private static List<List<String>> tableRows(String lastColumn) throws IOException {
        List<String> lines = Files.readAllLines(Path.of("README.md"));
        int header = lines.stream()
                .filter(it -> it.startsWith("|") && it.endsWith("| " + lastColumn + " |"))
                .map(lines::indexOf)
                .findFirst()
                .orElseThrow();
        return lines.subList(header + 2, lines.size()).stream()
                .takeWhile(it -> it.startsWith("|"))
                .map(it -> Stream.of(it.split(CELL_BORDER))
                        .skip(1)
                        .map(String::strip)
                        .toList())
                .toList();
    }
}

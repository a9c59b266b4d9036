package io.outcometracker.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.outcometracker.contract.Topic.Kept;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ReadmeTest {
    private static final String CELL_BORDER = "(?<!\\\\)\\|";

    @Test
    void theTableOfTopicsIsTheCatalogue() throws IOException {
        assertThat(tableRows("Content"))
                .extracting(it -> List.of(it.get(0), it.get(2), it.get(3), it.get(4)))
                .isEqualTo(Topics.all().stream()
                        .map(it -> List.of(
                                "`" + it.name() + "`", it.owner(), inWords(it.kept()), String.valueOf(it.partitions())))
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

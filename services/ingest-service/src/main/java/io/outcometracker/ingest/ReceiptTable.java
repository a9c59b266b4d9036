package io.outcometracker.ingest;

import io.outcometracker.ingest.Receipt.Result;
import io.outcometracker.ingest.Receipt.Status;
import io.outcometracker.ingest.domain.OutOfWindow;
import io.outcometracker.ingest.domain.Problem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.commons.csv.CSVFormat;
import org.jspecify.annotations.Nullable;

/**
 * A receipt as {@code text/csv}: a row for each record that is or would be accepted, and for each problem of a refused one.
 * The row of the record is counted as in its pointer. A record that lies outside its window has that as its code.
 */
final class ReceiptTable {
    private static final String HEADER =
            line("row", "recordId", "participant", "version", "status", "disposition", "code", "column", "message");

    private ReceiptTable() {}

    static String of(Receipt receipt) {
        StringBuilder table = new StringBuilder(HEADER);
        receipt.results().forEach(it -> table.append(rows(it)));
        return table.toString();
    }

    static String header() {
        return HEADER;
    }

    static String rows(Result result) {
        if (result.status() != Status.REFUSED) {
            OutOfWindow window = result.window();
            return window == null
                    ? row(result, null, "", null)
                    : row(result, window.code().name(), "assessedOn", window.message());
        }
        StringBuilder rows = new StringBuilder();
        for (Problem problem : result.problems()) {
            String within = problem.pointer().startsWith(result.pointer())
                    ? problem.pointer().substring(result.pointer().length())
                    : problem.pointer();
            rows.append(row(
                    result,
                    problem.code().name(),
                    within.startsWith("/") ? within.substring(1) : within,
                    problem.message()));
        }
        return rows.toString();
    }

    private static String row(Result result, @Nullable String code, String column, @Nullable String message) {
        return line(
                result.pointer().substring(result.pointer().lastIndexOf('/') + 1),
                result.recordId(),
                result.participant(),
                result.version(),
                result.status().name().toLowerCase(Locale.ROOT).replace('_', '-'),
                result.disposition(),
                code,
                column,
                message);
    }

    private static String line(@Nullable Object... cells) {
        List<String> texts = Stream.of(cells)
                .map(it -> it instanceof Integer ? it.toString() : guarded(Objects.toString(it, "")))
                .toList();
        StringBuilder line = new StringBuilder();
        try {
            CSVFormat.RFC4180.printRecord(line, texts.toArray());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return line.toString();
    }

    /** A text that a spreadsheet would take for a formula is marked as text. */
    static String guarded(String text) {
        return !text.isEmpty() && "=+-@\t\r".indexOf(text.charAt(0)) >= 0 ? '\'' + text : text;
    }
}

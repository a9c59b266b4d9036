package io.outcometracker.loader;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.jspecify.annotations.Nullable;

/**
 * A CSV file with a header row, its columns in any order: UTF-8 with or without byte order mark, any line end. Whatever
 * is wrong with it is a {@link LoadFailure} that names file, line and column, never the cell, which may be somebody's.
 */
final class CsvTable {
    private static final CSVFormat FORMAT = CSVFormat.RFC4180
            .builder()
            .setIgnoreSurroundingSpaces(true)
            .setTrim(true)
            .setIgnoreEmptyLines(true)
            .get();

    private final String file;
    private final Map<String, Integer> columns;
    private final List<Row> rows;

    private CsvTable(String file, Map<String, Integer> columns) {
        this.file = file;
        this.columns = columns;
        this.rows = new ArrayList<>();
    }

    static CsvTable read(Path path, String... requiredColumns) {
        String file = String.valueOf(path.getFileName());
        try (CSVParser parser = CSVParser.builder()
                .setReader(new StringReader(text(path, file)))
                .setFormat(FORMAT)
                .get()) {
            Iterator<CSVRecord> records = parser.iterator();
            if (!records.hasNext()) {
                throw new LoadFailure(file + " is empty");
            }
            CSVRecord header = records.next();
            CsvTable table = new CsvTable(file, columns(file, header));
            for (String column : requiredColumns) {
                if (!table.columns.containsKey(column)) {
                    throw new LoadFailure(file + ", line 1: there is no column " + column);
                }
            }
            long line = parser.getCurrentLineNumber();
            while (records.hasNext()) {
                CSVRecord cells = records.next();
                // The parser counts a line when it reads its end, which the last one need not have.
                line = Math.max(line + 1, parser.getCurrentLineNumber());
                if (cells.size() != header.size()) {
                    throw new LoadFailure(file + ", line " + line + ": " + cells.size() + " cells under a header of "
                            + header.size());
                }
                table.rows.add(table.new Row(line, cells));
            }
            return table;
        } catch (IOException | UncheckedIOException e) {
            throw new LoadFailure(file + " is not readable as CSV: " + e.getMessage());
        }
    }

    private static String text(Path path, String file) throws IOException {
        try {
            String text = UTF_8.newDecoder()
                    .decode(ByteBuffer.wrap(Files.readAllBytes(path)))
                    .toString();
            return text.startsWith("\uFEFF") ? text.substring(1) : text;
        } catch (CharacterCodingException e) {
            throw new LoadFailure(file + " is not UTF-8");
        }
    }

    private static Map<String, Integer> columns(String file, CSVRecord header) {
        Map<String, Integer> columns = new LinkedHashMap<>();
        for (int i = 0; i < header.size(); i++) {
            if (columns.put(header.get(i), i) != null) {
                throw new LoadFailure(file + ", line 1: column " + header.get(i) + " is there twice");
            }
        }
        return columns;
    }

    List<Row> rows() {
        return rows;
    }

    Set<String> columns() {
        return columns.keySet();
    }

    LoadFailure failure(String rule) {
        return new LoadFailure(file + ": " + rule);
    }

    /** One line below the header. */
    final class Row {
        private final long line;
        private final CSVRecord cells;

        private Row(long line, CSVRecord cells) {
            this.line = line;
            this.cells = cells;
        }

        long line() {
            return line;
        }

        /** The cell; absent where it is empty or there is no such column. */
        @Nullable
        String text(String column) {
            Integer index = columns.get(column);
            String cell = index == null ? "" : cells.get(index);
            return cell.isEmpty() ? null : cell;
        }

        String required(String column) {
            String cell = text(column);
            if (cell == null) {
                throw failure(column, "must not be empty");
            }
            return cell;
        }

        /** The cell as a number; absent where it is empty or says NA, as R and others write a missing number. */
        @Nullable
        BigDecimal number(String column) {
            String cell = text(column);
            return cell == null || cell.equals("NA") ? null : parse(column, cell, BigDecimal::new, "a number");
        }

        /** The cell as a number without fraction. A part of a day belongs to the day that it is part of. */
        @Nullable
        Integer day(String column) {
            BigDecimal number = number(column);
            return number == null
                    ? null
                    : parse(
                            column,
                            number,
                            it -> it.setScale(0, RoundingMode.FLOOR).intValueExact(),
                            "a number of days");
        }

        @Nullable
        LocalDate date(String column) {
            String cell = text(column);
            return cell == null ? null : parse(column, cell, LocalDate::parse, "a date such as 2026-03-01");
        }

        @Nullable
        Boolean flag(String column) {
            String cell = text(column);
            if (cell == null) {
                return null;
            }
            return switch (cell) {
                case "true" -> true;
                case "false" -> false;
                default -> throw failure(column, "is neither true nor false");
            };
        }

        private <T, V> V parse(String column, T cell, Function<T, V> reading, String kind) {
            try {
                return reading.apply(cell);
            } catch (ArithmeticException | NumberFormatException | DateTimeParseException e) {
                throw failure(column, "is not " + kind);
            }
        }

        LoadFailure failure(String column, String rule) {
            return new LoadFailure(file + ", line " + line + ", column " + column + ": " + rule);
        }
    }
}

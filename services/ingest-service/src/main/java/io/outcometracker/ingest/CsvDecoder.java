package io.outcometracker.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import io.outcometracker.contract.Code;
import io.outcometracker.ingest.domain.Problem;
import io.outcometracker.ingest.domain.ProblemCode;
import io.outcometracker.ingest.domain.RecordRules;
import io.outcometracker.ingest.domain.UnknownField;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PushbackReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.apache.commons.csv.CSVException;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code text/csv} (RFC 4180, UTF-8, with or without byte order mark): a header with the names of the fields, then one
 * record for each row; an empty cell is an absent field. Rows of nothing but empty cells, as spreadsheets leave them, are
 * passed over.
 */
final class CsvDecoder implements BodyDecoder {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final Pattern NUMBER = Pattern.compile("-?\\d+(\\.\\d+)?([eE][+-]?\\d{1,3})?");
    private static final Pattern WHOLE = Pattern.compile("-?\\d{1,9}");
    private static final int MAX_NUMBER = 100;
    private static final int MAX_COLUMNS = 200;
    private static final char BYTE_ORDER_MARK = '\uFEFF';

    private final RecordRules<?> rules;

    CsvDecoder(RecordRules<?> rules) {
        this.rules = rules;
    }

    @Override
    public void decode(InputStream body, Consumer<RawRecord> sink) throws IOException {
        Reader text = withoutMark(new NarrowRows(new InputStreamReader(
                body,
                UTF_8.newDecoder()
                        .onMalformedInput(CodingErrorAction.REPORT)
                        .onUnmappableCharacter(CodingErrorAction.REPORT))));
        CSVParser parser = CSVParser.builder()
                .setReader(text)
                .setFormat(CSVFormat.RFC4180.builder().setIgnoreEmptyLines(true).get())
                .get();
        try (parser) {
            Iterator<CSVRecord> rows = parser.iterator();
            if (!rows.hasNext()) {
                throw new RequestRefused(ProblemType.EMPTY_BODY, "the body must have a header row");
            }
            List<String> header = header(rows.next());
            for (int number = 1; rows.hasNext(); number++) {
                CSVRecord row = rows.next();
                if (row.stream().anyMatch(cell -> !cell.isEmpty())) {
                    sink.accept(record(header, row, number));
                }
            }
        } catch (UncheckedIOException e) {
            throw refused(requireNonNull(e.getCause()), parser);
        } catch (IOException e) {
            throw refused(e, parser);
        }
    }

    private static Reader withoutMark(Reader reader) throws IOException {
        PushbackReader text = new PushbackReader(reader);
        int first;
        try {
            first = text.read();
        } catch (CharacterCodingException e) {
            throw notUtf8("the header");
        }
        if (first >= 0 && first != BYTE_ORDER_MARK) {
            text.unread(first);
        }
        return text;
    }

    /** Only the row is given on: Commons CSV quotes the text in its messages. */
    private static IOException refused(IOException e, CSVParser parser) {
        long row = parser.getRecordNumber();
        String place = row == 0 ? "the header" : "row " + row;
        if (e instanceof CharacterCodingException) {
            throw notUtf8(place);
        }
        if (e instanceof CSVException) {
            throw new RequestRefused(
                    ProblemType.MALFORMED_BODY, "the body is not valid CSV: a quotation mark is wrong in " + place);
        }
        return e;
    }

    private static RequestRefused notUtf8(String place) {
        return new RequestRefused(ProblemType.MALFORMED_BODY, "the body is not valid UTF-8, in or after " + place);
    }

    private List<String> header(CSVRecord row) {
        if (row.size() > MAX_COLUMNS) {
            throw new RequestRefused(
                    ProblemType.MALFORMED_BODY, "the header may have at most " + MAX_COLUMNS + " columns");
        }
        List<Problem> problems = new ArrayList<>();
        List<String> header = new ArrayList<>();
        for (String name : row) {
            String pointer = "/header/" + (header.size() + 1);
            if (!isField(name)) {
                problems.add(unknown(name, pointer));
            } else if (header.contains(name)) {
                problems.add(new Problem(ProblemCode.REPEATED_CODE, pointer, "the same column is there twice"));
            }
            header.add(name);
        }
        if (!problems.isEmpty()) {
            throw new RequestRefused(ProblemType.MALFORMED_BODY, "the header row has wrong columns", problems);
        }
        return header;
    }

    private boolean isField(String name) {
        int dot = name.indexOf('.');
        return dot < 0
                ? rules.fields().contains(name) && !rules.objects().contains(name)
                : rules.objects().contains(name.substring(0, dot)) && Code.isValid(name.substring(dot + 1));
    }

    private Problem unknown(String name, String pointer) {
        Problem problem = UnknownField.ofRecord(name, columns(), pointer);
        return problem.code() != ProblemCode.UNKNOWN_FIELD
                ? problem
                : new Problem(
                        problem.code(),
                        pointer,
                        problem.message().replace("field", "column") + "; columns are separated by commas and named "
                                + String.join(", ", columns()));
    }

    private List<String> columns() {
        return rules.fields().stream()
                .map(name -> rules.objects().contains(name) ? name + ".<name>" : name)
                .toList();
    }

    private RawRecord record(List<String> header, CSVRecord row, int number) {
        String at = "/row/" + number;
        if (row.size() != header.size()) {
            return new RawRecord(
                    cells(row),
                    pointer -> at,
                    new Problem(
                            ProblemCode.WRONG_CELL_COUNT,
                            "",
                            "the row must have as many cells as the header, " + header.size()));
        }
        ObjectNode content = NODES.objectNode();
        for (int i = 0; i < header.size(); i++) {
            String name = header.get(i);
            String cell = row.get(i);
            if (cell.isEmpty()) {
                continue;
            }
            int dot = name.indexOf('.');
            if (dot < 0) {
                content.set(name, value(name, cell));
            } else {
                content.withObjectProperty(name.substring(0, dot)).put(name.substring(dot + 1), cell);
            }
        }
        return new RawRecord(
                content,
                pointer ->
                        pointer.isEmpty() ? at : at + '/' + pointer.substring(1).replace('/', '.'));
    }

    /** A cell that is no number, or neither true nor false, stays text, and is refused as such. */
    private JsonNode value(String name, String cell) {
        if (rules.numbers().contains(name)) {
            return number(cell);
        }
        // Spreadsheets write them in capitals.
        boolean flag =
                rules.flags().contains(name) && (cell.equalsIgnoreCase("true") || cell.equalsIgnoreCase("false"));
        return flag ? NODES.booleanNode(Boolean.parseBoolean(cell)) : NODES.stringNode(cell);
    }

    private static JsonNode number(String cell) {
        if (WHOLE.matcher(cell).matches()) {
            return NODES.numberNode(Integer.parseInt(cell));
        }
        return cell.length() <= MAX_NUMBER && NUMBER.matcher(cell).matches()
                ? NODES.numberNode(new BigDecimal(cell))
                : NODES.stringNode(cell);
    }

    private static JsonNode cells(CSVRecord row) {
        var cells = NODES.arrayNode();
        row.forEach(cells::add);
        return cells;
    }
}

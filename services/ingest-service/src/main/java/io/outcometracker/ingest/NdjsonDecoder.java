package io.outcometracker.ingest;

import io.outcometracker.ingest.domain.Problem;
import io.outcometracker.ingest.domain.ProblemCode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.springframework.util.unit.DataSize;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.NullNode;

/**
 * {@code application/x-ndjson}: one record in each line. A line that cannot be read is one refused record; empty ones are
 * passed over. However long the body is, no more than a line of it is held here.
 */
final class NdjsonDecoder implements BodyDecoder {
    private static final int BUFFER = 1 << 14;

    private final int maxLine;
    private final IntConsumer taken;

    /** @param taken told of the length of each line that is given on, before it is */
    NdjsonDecoder(DataSize maxLine, IntConsumer taken) {
        this.maxLine = Math.toIntExact(maxLine.toBytes());
        this.taken = taken;
    }

    @Override
    public void decode(InputStream body, Consumer<RawRecord> sink) throws IOException {
        byte[] bytes = new byte[BUFFER];
        byte[] line = new byte[maxLine];
        int number = 1;
        int length = 0;
        boolean tooLong = false;
        for (int read = body.read(bytes); read >= 0; read = body.read(bytes)) {
            for (int i = 0; i < read; i++) {
                if (bytes[i] == '\n') {
                    emit(number++, line, length, tooLong, sink);
                    length = 0;
                    tooLong = false;
                } else if (length < maxLine) {
                    line[length++] = bytes[i];
                } else {
                    tooLong = true;
                }
            }
        }
        emit(number, line, length, tooLong, sink);
    }

    private void emit(int number, byte[] bytes, int length, boolean tooLong, Consumer<RawRecord> sink) {
        String at = "/line/" + number;
        if (tooLong) {
            sink.accept(defect(at, ProblemCode.LINE_TOO_LONG, "a line may have at most " + maxLine + " bytes"));
        } else if (!isBlank(bytes, length)) {
            taken.accept(length);
            sink.accept(record(at, Arrays.copyOf(bytes, length)));
        }
    }

    private static boolean isBlank(byte[] bytes, int length) {
        for (int i = 0; i < length; i++) {
            if (bytes[i] != ' ' && bytes[i] != '\t' && bytes[i] != '\r') {
                return false;
            }
        }
        return true;
    }

    private static RawRecord record(String at, byte[] line) {
        try {
            JsonNode content = Notation.JSON.read(new ByteArrayInputStream(line));
            return new RawRecord(content, pointer -> at + pointer);
        } catch (RequestRefused | IOException e) {
            return defect(at, ProblemCode.UNREADABLE_LINE, "the line must be one JSON object, and nothing else");
        }
    }

    private static RawRecord defect(String at, ProblemCode code, String message) {
        return new RawRecord(NullNode.getInstance(), pointer -> at + pointer, new Problem(code, "", message));
    }
}

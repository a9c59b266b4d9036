package io.outcometracker.benchmarks.ingest;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Takes bodies apart and reads nothing of what is in a record. */
final class Bodies {
    private Bodies() {}

    /** Each record as it was written: a JSON object, a line, a row without the header. */
    static List<byte[]> split(Format format, byte[] body) {
        return switch (format) {
            case JSON -> objects(body);
            case NDJSON -> lines(body, 0);
            case CSV -> lines(body, 1);
        };
    }

    private static List<byte[]> objects(byte[] body) {
        List<byte[]> objects = new ArrayList<>();
        int depth = 0;
        int start = 0;
        boolean inText = false;
        for (int i = 0; i < body.length; i++) {
            byte next = body[i];
            if (inText) {
                if (next == '\\') {
                    i++;
                } else if (next == '"') {
                    inText = false;
                }
            } else if (next == '"') {
                inText = true;
            } else if (next == '{') {
                if (depth++ == 0) {
                    start = i;
                }
            } else if (next == '}' && --depth == 0) {
                objects.add(Arrays.copyOfRange(body, start, i + 1));
            }
        }
        return objects;
    }

    private static List<byte[]> lines(byte[] body, int headers) {
        List<byte[]> lines = new ArrayList<>();
        int start = 0;
        int number = 0;
        for (int i = 0; i < body.length; i++) {
            if (body[i] == '\n') {
                if (number++ >= headers) {
                    lines.add(Arrays.copyOfRange(body, start, i));
                }
                start = i + 1;
            }
        }
        return lines;
    }
}

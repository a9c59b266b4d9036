package io.outcometracker.ingest;

import java.io.FilterReader;
import java.io.IOException;
import java.io.Reader;

/** A table that ends in a refusal at a line of too many cells: of each the parser would make an object. */
final class NarrowRows extends FilterReader {
    private static final int MAX_COMMAS = 10_000;

    private int commas;

    NarrowRows(Reader table) {
        super(table);
    }

    @Override
    public int read() throws IOException {
        int next = super.read();
        count(next);
        return next;
    }

    @Override
    public int read(char[] buffer, int offset, int length) throws IOException {
        int read = super.read(buffer, offset, length);
        for (int i = offset; i < offset + read; i++) {
            count(buffer[i]);
        }
        return read;
    }

    private void count(int next) {
        if (next == '\n' || next == '\r') {
            commas = 0;
        } else if (next == ',' && ++commas > MAX_COMMAS) {
            throw new RequestRefused(
                    ProblemType.MALFORMED_BODY, "a line of the table may have at most " + MAX_COMMAS + " commas");
        }
    }
}

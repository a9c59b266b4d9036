package io.outcometracker.benchmarks.ingest;

import java.util.Arrays;

/** What bodies of records are written in. */
enum Format {
    JSON("application/json"),
    NDJSON("application/x-ndjson"),
    CSV("text/csv");

    private final String contentType;

    Format(String contentType) {
        this.contentType = contentType;
    }

    String contentType() {
        return contentType;
    }

    static Format of(String contentType) {
        return Arrays.stream(values())
                .filter(it -> it.contentType.equals(contentType))
                .findFirst()
                .orElseThrow();
    }
}

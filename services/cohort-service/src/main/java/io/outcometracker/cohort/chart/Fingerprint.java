package io.outcometracker.cohort.chart;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Stands for a content that need not be kept to know it again: the first 64 bits of its SHA-256. */
public final class Fingerprint {
    private static final String UNIT_SEPARATOR = "\u001f";

    private Fingerprint() {}

    public static long of(byte[] content) {
        try {
            return ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(content))
                    .getLong();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** Of a record's content, field by field. */
    static long of(List<@Nullable Object> content) {
        return of(content.stream()
                .map(field -> Objects.toString(field, ""))
                .collect(Collectors.joining(UNIT_SEPARATOR))
                .getBytes(UTF_8));
    }
}

package io.outcometracker.contract;

import java.security.SecureRandom;
import java.util.Optional;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Binds an audit entry to a message without telling what the message says: SHA-256 over 16 random bytes, which lie beside
 * the message in its header {@code audit-nonce}, and its value. Without them a reader of the audit could try out the few
 * scores and arms there are; once the message is erased, the seal says nothing.
 */
public final class RecordSeal {
    /** 16 bytes, as they are. */
    static final String NONCE = "audit-nonce";

    private static final int NONCE_BYTES = 16;
    private static final SecureRandom RANDOM = new SecureRandom();

    private RecordSeal() {}

    /** Adds the header, and returns the seal in hexadecimal. */
    public static String put(Headers headers, byte[] value) {
        byte[] nonce = new byte[NONCE_BYTES];
        RANDOM.nextBytes(nonce);
        return put(headers, value, nonce);
    }

    static String put(Headers headers, byte[] value, byte[] nonce) {
        headers.remove(NONCE).add(NONCE, nonce);
        return AuditHash.sha256(nonce, value);
    }

    /** The seal of a message that was read; empty if it has none. */
    public static Optional<String> of(Headers headers, byte @Nullable [] value) {
        Header nonce = headers.lastHeader(NONCE);
        return value == null || nonce == null || nonce.value() == null || nonce.value().length != NONCE_BYTES
                ? Optional.empty()
                : Optional.of(AuditHash.sha256(nonce.value(), value));
    }
}

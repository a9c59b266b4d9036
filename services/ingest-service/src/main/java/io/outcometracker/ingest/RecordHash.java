package io.outcometracker.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import tools.jackson.databind.JsonNode;

/**
 * Tells of two refused records whether they are the same, without telling what they were. A plain hash would: a record
 * is so small that somebody who knows the form can try all there may be. So it is keyed (HMAC with SHA-256).
 */
record RecordHash(SecretKey key) {
    private static final String ALGORITHM = "HmacSHA256";
    private static final int KEY_BYTES = 32;

    /** @param secret text; empty for a key that is lost when the service ends */
    static RecordHash withKey(String secret) {
        byte[] key = secret.getBytes(UTF_8);
        if (secret.isEmpty()) {
            key = new byte[KEY_BYTES];
            new SecureRandom().nextBytes(key);
        }
        return new RecordHash(new SecretKeySpec(key, ALGORITHM));
    }

    /** 64 hexadecimal digits. */
    String of(JsonNode record) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            return HexFormat.of().formatHex(mac.doFinal(record.toString().getBytes(UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
        }
    }

    /** The key is a secret. */
    @Override
    public String toString() {
        return "RecordHash";
    }
}

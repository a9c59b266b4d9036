package io.outcometracker.contract;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The hash of an audit entry: SHA-256 over its JSON without the field {@code hash}, in the canonical form of RFC 8785:
 * UTF-8, names sorted by UTF-16 code unit, no white space, the shortest escapes. Its only numbers are whole.
 */
public final class AuditHash {
    private static final JsonMapper CANONICAL = JsonMapper.builder()
            .enable(JsonNodeFeature.WRITE_PROPERTIES_SORTED)
            .disable(JsonWriteFeature.WRITE_HEX_UPPER_CASE)
            .build();

    /** Writes an entry that is made here as {@link #CANONICAL} writes what is read of it. */
    private static final JsonMapper CANONICAL_ENTRY = Json.MAPPER
            .rebuild()
            .enable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
            .disable(MapperFeature.SORT_CREATOR_PROPERTIES_FIRST)
            .disable(JsonWriteFeature.WRITE_HEX_UPPER_CASE)
            .addMixIn(AuditEntry.class, WithoutHash.class)
            .build();

    @JsonIgnoreProperties("hash")
    private interface WithoutHash {}

    private AuditHash() {}

    /** Without its hash, whatever that is. */
    static byte[] canonical(AuditEntry entry) {
        return CANONICAL_ENTRY.writeValueAsBytes(entry);
    }

    /** The JSON of the entry with its hash, which comes last: so that it is written once, for the hash and the topic. */
    static byte[] signed(byte[] canonical, String hash) {
        byte[] field = (",\"hash\":\"" + hash + "\"}").getBytes(UTF_8);
        int brace = canonical.length - 1;
        byte[] signed = Arrays.copyOf(canonical, brace + field.length);
        System.arraycopy(field, 0, signed, brace, field.length);
        return signed;
    }

    /** @param entry as it was read, so that fields which are not known here count, too */
    public static String of(ObjectNode entry) {
        return sha256(canonical(entry));
    }

    static byte[] canonical(ObjectNode entry) {
        ObjectNode hashed = entry.deepCopy();
        hashed.remove("hash");
        return CANONICAL.writeValueAsBytes(hashed);
    }

    static String sha256(byte[]... parts) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (byte[] part : parts) {
                digest.update(part);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}

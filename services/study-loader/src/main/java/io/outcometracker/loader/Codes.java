package io.outcometracker.loader;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.outcometracker.contract.Code;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * One kind of code (visits, say) of a study folder, made to fit the product's rule: characters that it does not allow
 * become hyphens. Two that would then be the same are refused.
 */
final class Codes {
    private static final Pattern NOT_ALLOWED = Pattern.compile("[^A-Za-z0-9._-]+");
    private static final Pattern BAD_START = Pattern.compile("^[._-]+");
    private static final int MAX_LENGTH = 64;
    private static final int DIGEST_BYTES = 8;

    private final Map<String, String> originals = new LinkedHashMap<>();

    String fit(CsvTable.Row row, String column) {
        return fit(row, column, row.required(column));
    }

    private String fit(CsvTable.Row row, String column, String original) {
        String code =
                BAD_START.matcher(NOT_ALLOWED.matcher(original).replaceAll("-")).replaceFirst("");
        if (!Code.isValid(code)) {
            throw row.failure(column, "a code is " + Code.RULE);
        }
        String earlier = originals.putIfAbsent(code, original);
        if (earlier != null && !earlier.equals(original)) {
            throw row.failure(column, "differs from an earlier code only in characters that are not allowed in codes");
        }
        return code;
    }

    /** Each code with its spelling in the folder, in the order of first appearance. */
    Map<String, String> originals() {
        return originals;
    }

    long changed() {
        return originals.entrySet().stream()
                .filter(it -> !it.getKey().equals(it.getValue()))
                .count();
    }

    /** Names the record of a slot; too long a name ends in a digest of the whole. */
    static String recordId(String participant, String visit, String instrument) {
        String name = participant + '-' + visit + '-' + instrument;
        if (name.length() <= MAX_LENGTH) {
            return name;
        }
        String digest = digest(participant + '|' + visit + '|' + instrument);
        return name.substring(0, MAX_LENGTH - 1 - digest.length()) + '-' + digest;
    }

    private static String digest(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
            return HexFormat.of().formatHex(digest, 0, DIGEST_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}

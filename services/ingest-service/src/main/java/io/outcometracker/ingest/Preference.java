package io.outcometracker.ingest;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.util.MimeTypeUtils;

/** The headers {@code Prefer} (RFC 7240) and {@code Accept}: how a client would like the answer. */
public final class Preference {
    private static final Pattern WAIT =
            Pattern.compile("(?:^|,)\\s*wait\\s*=\\s*\"?(\\d{1,9})\"?\\s*(?=,|;|$)", Pattern.CASE_INSENSITIVE);
    private static final Pattern STRICT =
            Pattern.compile("(?:^|,)\\s*handling\\s*=\\s*\"?strict\"?\\s*(?=,|;|$)", Pattern.CASE_INSENSITIVE);
    private static final int MAX_WAIT_SECONDS = 60;

    private static final MediaType TABLE = MediaType.valueOf(RecordsController.CSV);

    private Preference() {}

    /** Whether nothing is to be written unless all of it can be. */
    static boolean isStrict(List<String> prefer) {
        return STRICT.matcher(String.join(",", prefer)).find();
    }

    /** Whether the client would rather have CSV than JSON. */
    static boolean isTable(@Nullable List<String> accept) {
        if (accept == null) {
            return false;
        }
        List<MediaType> types;
        try {
            types = new ArrayList<>(MediaType.parseMediaTypes(accept));
        } catch (InvalidMediaTypeException e) {
            return false;
        }
        MimeTypeUtils.sortBySpecificity(types);
        types.sort(Comparator.comparingDouble(MediaType::getQualityValue).reversed());
        return types.stream()
                .filter(it -> it.includes(TABLE)
                        || it.includes(MediaType.APPLICATION_JSON)
                        || it.includes(MediaType.APPLICATION_PROBLEM_JSON))
                .findFirst()
                .filter(it -> !it.includes(MediaType.APPLICATION_JSON) && it.includes(TABLE))
                .isPresent();
    }

    /** How long the answer may wait, at most a minute; null unless the client says so in a way that can be understood. */
    public static @Nullable Duration waitFrom(List<String> prefer) {
        Matcher wait = WAIT.matcher(String.join(",", prefer));
        return wait.find() ? Duration.ofSeconds(Math.min(Integer.parseInt(wait.group(1)), MAX_WAIT_SECONDS)) : null;
    }
}

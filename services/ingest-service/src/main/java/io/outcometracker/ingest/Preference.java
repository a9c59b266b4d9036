package io.outcometracker.ingest;

import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The header {@code Prefer} (RFC 7240). */
final class Preference {
    private static final Pattern WAIT =
            Pattern.compile("(?:^|,)\\s*wait\\s*=\\s*\"?(\\d{1,9})\"?\\s*(?=,|;|$)", Pattern.CASE_INSENSITIVE);
    private static final int MAX_WAIT_SECONDS = 60;

    private Preference() {}

    /** How long the answer may wait, at most a minute; null unless the client says so in a way that can be understood. */
    static @Nullable Duration waitFrom(List<String> prefer) {
        Matcher wait = WAIT.matcher(String.join(",", prefer));
        return wait.find() ? Duration.ofSeconds(Math.min(Integer.parseInt(wait.group(1)), MAX_WAIT_SECONDS)) : null;
    }
}

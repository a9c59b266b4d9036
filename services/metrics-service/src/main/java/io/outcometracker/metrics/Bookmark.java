package io.outcometracker.metrics;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Up to where somebody who follows a trial was told, as the {@code id} of an event: so that any instance can go on from
 * there, which has read the same topics.
 *
 * @param what tells what is followed, of which topics
 * @param at of the view that was told
 * @param next as in {@link Progress#next()}
 */
record Bookmark(String what, Instant at, List<Long> next) {
    /** Half of what Kafka keeps tombstones for ({@code delete.retention.ms}) unless it is told otherwise. */
    private static final Duration REMOVALS_ARE_KEPT_FOR = Duration.ofHours(12);

    private static final Pattern FORM =
            Pattern.compile("([0-9a-f]{16})\\.([0-9a-z]{1,12})\\.([0-9a-z]{1,12}(?:-[0-9a-z]{1,12})*)");
    private static final int RADIX = 36;

    Bookmark {
        next = List.copyOf(next);
    }

    /** @param followed what is followed, by whom, in any words that are the same every time */
    static Bookmark of(MetricsView view, String followed) {
        return new Bookmark(
                digest(view.progress().topics() + '\n' + followed),
                view.completeAsOf(),
                view.progress().next());
    }

    /** Empty for what is none; nobody else's business is what it was. */
    static Optional<Bookmark> parse(@Nullable String id) {
        return Optional.ofNullable(id)
                .map(FORM::matcher)
                .filter(it -> it.matches())
                .map(it -> new Bookmark(
                        it.group(1),
                        Instant.ofEpochMilli(Long.parseLong(it.group(2), RADIX)),
                        Stream.of(it.group(3).split("-"))
                                .map(offset -> Long.parseLong(offset, RADIX))
                                .toList()));
    }

    @Override
    public String toString() {
        return what
                + '.'
                + Long.toString(at.toEpochMilli(), RADIX)
                + '.'
                + next.stream().map(it -> Long.toString(it, RADIX)).collect(joining("-"));
    }

    /** Whether the view knows all that has happened since, also what was taken away. */
    boolean leadsTo(MetricsView view, Bookmark now) {
        return what.equals(now.what)
                && next.size() == now.next.size()
                && at.isAfter(view.progress().since().minus(REMOVALS_ARE_KEPT_FOR));
    }

    /** Whether something was told already that the other does not have. */
    boolean isAheadOf(Bookmark other) {
        for (int i = 0; i < next.size(); i++) {
            if (next.get(i) > other.next.get(i)) {
                return true;
            }
        }
        return false;
    }

    boolean has(Change.Message message) {
        return message.offset() < next.get(message.partition());
    }

    private static String digest(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
            return HexFormat.of().formatHex(digest, 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}

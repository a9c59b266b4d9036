package io.outcometracker.cohort.verify;

/**
 * A place where what is published is not what the log says.
 *
 * @param topic the published topic
 * @param message its key; of a disposition, which has a participant's code in its key, the trial, what was reported and
 *     where it lies in the log
 * @param path of the number in the JSON, its steps joined by dots; empty where the whole message is meant
 * @param published as it stands in the JSON, or {@code nothing}
 * @param recomputed as it would stand in the JSON, or {@code nothing}
 */
public record Difference(String topic, String message, String path, String published, String recomputed) {
    @Override
    public String toString() {
        return "%s %s%s: published %s, recomputed %s"
                .formatted(topic, message, path.isEmpty() ? "" : ' ' + path, published, recomputed);
    }
}

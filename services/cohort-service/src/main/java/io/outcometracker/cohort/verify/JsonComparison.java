package io.outcometracker.cohort.verify;

import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Compares JSON as published with JSON as recomputed: integers and words exactly, other numbers almost so. */
final class JsonComparison {
    private static final double RELATIVE = 1e-9;
    /** For numbers that are zero but for rounding. */
    private static final double ABSOLUTE = 1e-12;

    private static final String NOTHING = "nothing";

    private final String topic;
    private final String message;
    private final Consumer<Difference> differences;
    private long figures;

    JsonComparison(String topic, String message, Consumer<Difference> differences) {
        this.topic = topic;
        this.message = message;
        this.differences = differences;
    }

    /** How many numbers and words were compared. */
    long figures() {
        return figures;
    }

    /** @param except names at the top that are not compared */
    void compare(@Nullable JsonNode published, @Nullable JsonNode recomputed, Set<String> except) {
        if (published == null || recomputed == null) {
            differ("", published == null ? NOTHING : "a message", recomputed == null ? NOTHING : "a message");
            return;
        }
        names(published, recomputed).stream()
                .filter(it -> !except.contains(it))
                .forEach(it -> compare(it, published.get(it), recomputed.get(it)));
    }

    private void compare(String path, @Nullable JsonNode published, @Nullable JsonNode recomputed) {
        if (isObject(published) || isObject(recomputed)) {
            names(published, recomputed).forEach(it -> compare(path + '.' + it, at(published, it), at(recomputed, it)));
        } else if (published != null
                && recomputed != null
                && published.isArray()
                && recomputed.isArray()
                && published.size() == recomputed.size()) {
            for (int i = 0; i < published.size(); i++) {
                compare(path + '.' + i, published.get(i), recomputed.get(i));
            }
        } else {
            figures++;
            if (published == null || recomputed == null || !same(published, recomputed)) {
                differ(path, text(published), text(recomputed));
            }
        }
    }

    private static boolean isObject(@Nullable JsonNode node) {
        return node != null && node.isObject();
    }

    private static @Nullable JsonNode at(@Nullable JsonNode node, String name) {
        return node == null ? null : node.get(name);
    }

    private void differ(String path, String published, String recomputed) {
        differences.accept(new Difference(topic, message, path, published, recomputed));
    }

    private static String text(@Nullable JsonNode node) {
        return node == null ? NOTHING : node.toString();
    }

    private static Set<String> names(@Nullable JsonNode left, @Nullable JsonNode right) {
        Set<String> names = new TreeSet<>();
        Stream.of(Optional.ofNullable(left), Optional.ofNullable(right))
                .flatMap(Optional::stream)
                .forEach(it -> names.addAll(it.propertyNames()));
        return names;
    }

    private static boolean same(JsonNode published, JsonNode recomputed) {
        boolean fractions = published.isNumber()
                && recomputed.isNumber()
                && !(published.isIntegralNumber() && recomputed.isIntegralNumber());
        return fractions ? close(published.doubleValue(), recomputed.doubleValue()) : published.equals(recomputed);
    }

    private static boolean close(double left, double right) {
        double difference = Math.abs(left - right);
        return difference <= ABSOLUTE || difference <= RELATIVE * Math.max(Math.abs(left), Math.abs(right));
    }
}

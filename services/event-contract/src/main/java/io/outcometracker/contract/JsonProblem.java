package io.outcometracker.contract;

import static java.util.stream.Collectors.joining;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Collection;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.exc.InputCoercionException;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.exc.ValueInstantiationException;

/**
 * What is wrong with a JSON text that {@link Json} refused, in words that may be logged and shown to its sender: they
 * name fields and rules and never quote what was sent.
 *
 * @param pointer JSON pointer to the object or field; empty where the whole is meant
 */
record JsonProblem(String pointer, String message) {

    static JsonProblem of(JacksonException e) {
        return new JsonProblem(e.getPath().stream().map(JsonProblem::segment).collect(joining()), message(e));
    }

    private static String segment(JacksonException.Reference reference) {
        if (reference.getPropertyName() == null) {
            return "/" + reference.getIndex();
        }
        // The names in a map are the sender's, not ours.
        return reference.from() instanceof Map ? "/*" : "/" + reference.getPropertyName();
    }

    private static String message(JacksonException e) {
        if (e instanceof ValueInstantiationException) {
            return brokenRule(e.getCause());
        }
        if (e instanceof InputCoercionException) {
            return "is a number out of range";
        }
        if (e instanceof StreamReadException) {
            return "not JSON, from line %d, column %d on"
                    .formatted(e.getLocation().getLineNr(), e.getLocation().getColumnNr());
        }
        if (e instanceof MismatchedInputException mismatch) {
            Class<?> type = mismatch.getTargetType();
            return type != null && type.isPrimitive()
                    ? "is required and must be " + kind(type)
                    : "must be " + kind(type);
        }
        return "not readable";
    }

    /** The constructors of this package throw with the rule, or with the name of the field that is missing. */
    private static String brokenRule(@Nullable Throwable thrown) {
        if (thrown instanceof IllegalArgumentException && thrown.getMessage() != null) {
            return thrown.getMessage();
        }
        return thrown instanceof NullPointerException && thrown.getMessage() != null
                ? thrown.getMessage() + " is missing"
                : "not readable";
    }

    private static String kind(@Nullable Class<?> type) {
        if (type == null) {
            return "of another type";
        } else if (type == String.class) {
            return "text";
        } else if (type == boolean.class || type == Boolean.class) {
            return "true or false";
        } else if (type == int.class || type == long.class || type == Long.class) {
            return "a whole number";
        } else if (type == double.class || Number.class.isAssignableFrom(type)) {
            return "a number";
        } else if (type == LocalDate.class) {
            return "a date such as 2026-03-01";
        } else if (type == Instant.class) {
            return "a time such as 2026-03-01T12:00:00Z";
        } else if (type == Duration.class) {
            return "a duration such as PT24H";
        } else if (type.isEnum()) {
            return Stream.of(type.getEnumConstants())
                    .map(it -> Json.MAPPER.convertValue(it, String.class))
                    .collect(joining(", ", "one of ", ""));
        }
        return Collection.class.isAssignableFrom(type) ? "a list" : "an object";
    }

    @Override
    public String toString() {
        return pointer.isEmpty() ? message : pointer + ": " + message;
    }
}

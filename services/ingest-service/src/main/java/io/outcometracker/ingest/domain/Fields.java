package io.outcometracker.ingest.domain;

import static io.outcometracker.ingest.domain.ProblemCode.*;
import static java.util.stream.Collectors.toMap;

import io.outcometracker.contract.Code;
import io.outcometracker.contract.Json;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Strict reading of the fields of one JSON object. Each reader answers null for a field that is absent, null or wrong; a
 * wrong one has a problem by then.
 */
final class Fields {
    private static final Pattern DATE = Pattern.compile("(\\d{4})-(\\d{2})-(\\d{2})");
    private static final int EARLIEST_YEAR = 1900;
    private static final Instant EARLIEST =
            LocalDate.of(EARLIEST_YEAR, 1, 1).atStartOfDay(ZoneOffset.UTC).toInstant();
    private static final int MAX_DIGITS = 40;
    /** Enough to mend a record; a body of a million unknown names must not be answered with a million problems. */
    private static final int MAX_UNKNOWN = 20;

    private final JsonNode object;
    private final String pointer;
    private final List<Problem> problems;
    private final Set<String> known = new LinkedHashSet<>();

    /** Longer ones are not compared with anything. */
    static final int MAX_NAME = 64;

    /** @param pointer where the object is, within what is checked */
    Fields(JsonNode object, String pointer, List<Problem> problems) {
        this.object = object;
        this.pointer = pointer;
        this.problems = problems;
    }

    /** Null unless it is an object. */
    static @Nullable Fields of(JsonNode node, String pointer, List<Problem> problems) {
        if (node.isObject()) {
            return new Fields(node, pointer, problems);
        }
        problems.add(new Problem(WRONG_TYPE, pointer, "a JSON object with named fields is needed here"));
        return null;
    }

    static <E extends Enum<E>> Map<String, E> choices(Class<E> type) {
        return Arrays.stream(type.getEnumConstants())
                .collect(toMap(
                        it -> Json.MAPPER.valueToTree(it).stringValue(),
                        Function.identity(),
                        (a, b) -> a,
                        LinkedHashMap::new));
    }

    boolean has(String name) {
        return object.hasNonNull(name);
    }

    /** Whether the field is there without a value, which elsewhere is the same as to leave it out. */
    boolean isNull(String name) {
        return object.has(name) && object.get(name).isNull();
    }

    boolean require(String name) {
        return require(name, name + " is missing");
    }

    boolean require(String name, String message) {
        known.add(name);
        if (!has(name)) {
            refuse(MISSING, name, message);
        }
        return has(name);
    }

    void refuse(ProblemCode code, String name, String message) {
        problems.add(new Problem(code, at(name), message));
    }

    /** For a field that contradicts others. */
    void refuseIfPresent(String name, String message) {
        known.add(name);
        if (has(name)) {
            refuse(INCONSISTENT, name, message);
        }
    }

    String at(String name) {
        return pointer + '/' + name.replace("~", "~0").replace("/", "~1");
    }

    @Nullable
    String requiredCode(String name) {
        return require(name) ? code(name) : null;
    }

    @Nullable
    String code(String name) {
        String text = string(name);
        if (text != null && !Code.isValid(text)) {
            refuse(INVALID_CODE, name, name + " must be " + Code.RULE);
            return null;
        }
        return text;
    }

    @Nullable
    String text(String name, int maxLength) {
        String text = string(name);
        if (text != null
                && (text.isBlank() || text.length() > maxLength || text.chars().anyMatch(Character::isISOControl))) {
            refuse(INVALID_TEXT, name, name + " must be 1 to " + maxLength + " characters in one line");
            return null;
        }
        return text;
    }

    /** A sentence of the site's, which must not tell who somebody is. */
    @Nullable
    String sentence(String name, int maxLength) {
        String text = text(name, maxLength);
        Optional<IdentifyingData.Kind> found = text == null ? Optional.empty() : IdentifyingData.inText(text);
        found.ifPresent(it -> refuse(
                IDENTIFYING_VALUE,
                name,
                name + " has what looks like " + it.words()
                        + "; say it without anything that may tell who somebody is"));
        return found.isPresent() ? null : text;
    }

    /** The code of a record, which must not tell who somebody is. */
    @Nullable
    String requiredRecordCode(String name) {
        String code = requiredCode(name);
        if (code != null && IdentifyingData.inCode(code).isPresent()) {
            refuse(IDENTIFYING_VALUE, name, name + " looks like a national identity number; use another one");
            return null;
        }
        return code;
    }

    @Nullable
    BigDecimal number(String name) {
        JsonNode node = get(name);
        if (node == null) {
            return null;
        }
        if (!node.isNumber()) {
            refuse(
                    WRONG_TYPE,
                    name,
                    name + " must be a number such as 7 or 7.5: with a point, and in JSON without quotes");
            return null;
        }
        BigDecimal number = node.decimalValue();
        // An exponent like 1e999999999 would be written out when rounded.
        if (number.precision() > MAX_DIGITS || Math.abs((long) number.scale()) > MAX_DIGITS) {
            refuse(OUT_OF_RANGE, name, name + " must have at most " + MAX_DIGITS + " digits");
            return null;
        }
        return number;
    }

    @Nullable
    Integer wholeNumber(String name) {
        JsonNode node = get(name);
        if (node == null) {
            return null;
        }
        if (!node.isInt()) {
            refuse(WRONG_TYPE, name, name + " must be a whole number, in JSON without quotes");
            return null;
        }
        return node.intValue();
    }

    @Nullable
    Integer version(String name) {
        return atLeastOne(name, INVALID_VERSION);
    }

    /** How many of something. */
    @Nullable
    Integer count(String name) {
        return atLeastOne(name, OUT_OF_RANGE);
    }

    private @Nullable Integer atLeastOne(String name, ProblemCode code) {
        Integer number = wholeNumber(name);
        if (number != null && number < 1) {
            refuse(code, name, name + " must be 1 or more");
            return null;
        }
        return number;
    }

    @Nullable
    Boolean flag(String name) {
        JsonNode node = get(name);
        if (node == null) {
            return null;
        }
        if (!node.isBoolean()) {
            refuse(WRONG_TYPE, name, name + " must be true or false");
            return null;
        }
        return node.booleanValue();
    }

    @Nullable
    LocalDate date(String name) {
        String text = string(name);
        if (text == null) {
            return null;
        }
        try {
            Matcher written = DATE.matcher(text);
            LocalDate date =
                    written.matches() ? LocalDate.of(part(written, 1), part(written, 2), part(written, 3)) : null;
            if (date != null && date.getYear() >= EARLIEST_YEAR) {
                return date;
            }
        } catch (DateTimeException e) {
            // such as 30 February: refused as any other
        }
        refuse(
                INVALID_DATE,
                name,
                name + " must be a date from " + EARLIEST_YEAR + " on, written year-month-day, such as 2026-01-31");
        return null;
    }

    private static int part(Matcher written, int group) {
        return Integer.parseInt(written.group(group));
    }

    @Nullable
    Instant moment(String name) {
        String text = string(name);
        if (text == null) {
            return null;
        }
        try {
            Instant moment = OffsetDateTime.parse(text).toInstant();
            if (!moment.isBefore(EARLIEST)) {
                return moment;
            }
        } catch (DateTimeException e) {
            // refused as one that is too early
        }
        refuse(
                INVALID_DATE,
                name,
                name + " must be a time from " + EARLIEST_YEAR + " on, such as 2026-01-31T09:30:00Z");
        return null;
    }

    /** Of a second or more. */
    @Nullable
    Duration duration(String name) {
        String text = string(name);
        if (text == null) {
            return null;
        }
        try {
            Duration duration = Duration.parse(text);
            if (duration.toSeconds() >= 1) {
                return duration;
            }
        } catch (DateTimeException | ArithmeticException e) {
            // refused as one that is too short
        }
        refuse(INVALID_DURATION, name, name + " must be a duration of 1 second or more, such as P1D or PT12H");
        return null;
    }

    <E> @Nullable E choice(String name, Map<String, E> choices) {
        String text = string(name);
        if (text == null) {
            return null;
        }
        E choice = choices.get(text);
        if (choice == null) {
            refuse(INVALID_CHOICE, name, name + " must be one of: " + String.join(", ", choices.keySet()));
        }
        return choice;
    }

    boolean isTrue(String name) {
        return object.path(name).asBoolean(false);
    }

    /** The text of a field that is read elsewhere. */
    @Nullable
    String peek(String name) {
        JsonNode node = object.path(name);
        return node.isString() ? node.stringValue() : null;
    }

    /** The elements of a list; empty if it is absent or wrong. */
    List<JsonNode> list(String name) {
        JsonNode node = get(name);
        if (node == null) {
            return List.of();
        }
        if (!node.isArray()) {
            refuse(WRONG_TYPE, name, name + " must be a list");
            return List.of();
        }
        return List.copyOf(node.values());
    }

    boolean isEmptyList(String name) {
        return object.path(name).isArray() && object.path(name).isEmpty();
    }

    @Nullable
    Fields object(String name) {
        JsonNode node = get(name);
        return node == null ? null : of(node, at(name), problems);
    }

    /** Refuses every field that was not asked for. */
    void refuseOthers() {
        refuseOthers((name, at) -> new Problem(UNKNOWN_FIELD, at, UnknownField.message(name, known)));
    }

    /** The same of a record, where such a field may also tell who the participant is. */
    void refuseOthersOfRecord(List<String> fields) {
        refuseOthers((name, at) -> UnknownField.ofRecord(name, fields, at));
    }

    /** @param problem of a name and a pointer */
    void refuseOthers(BiFunction<String, String, Problem> problem) {
        object.propertyNames().stream()
                .filter(name -> !known.contains(name))
                .limit(MAX_UNKNOWN)
                // A name that is no code is not repeated: it may be anything.
                .forEach(name -> problems.add(problem.apply(name, Code.isValid(name) ? at(name) : pointer)));
    }

    private @Nullable String string(String name) {
        JsonNode node = get(name);
        if (node == null) {
            return null;
        }
        if (!node.isString()) {
            refuse(WRONG_TYPE, name, name + " must be text, in quotes");
            return null;
        }
        return node.stringValue();
    }

    private @Nullable JsonNode get(String name) {
        known.add(name);
        JsonNode node = object.get(name);
        return node == null || node.isNull() ? null : node;
    }
}

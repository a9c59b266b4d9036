package io.outcometracker.ingest.fhir;

import io.outcometracker.ingest.Intake.Arrival;
import io.outcometracker.ingest.RawRecord;
import io.outcometracker.ingest.RecordKind;
import io.outcometracker.ingest.domain.Problem;
import io.outcometracker.ingest.domain.ProblemCode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A record that is made of a resource. What its fields were read from is remembered, so that a problem with a field is
 * answered as one with that element.
 */
final class Draft {
    private static final Pattern POSITION = Pattern.compile("/(\\d+)");

    private final String base;
    private final ObjectNode content = JsonNodeFactory.instance.objectNode();
    private final Map<String, String> elements = new HashMap<>();
    private final List<Problem> problems = new ArrayList<>();

    /**
     * @param base FHIRPath of the resource
     * @param elements of each field, as JSON pointer within the resource, whether or not it will be found there
     */
    Draft(String base, Map<String, String> elements) {
        this.base = base;
        this.elements.putAll(elements);
    }

    /** One that shares what was read so far, and takes the rest from other elements. */
    Draft part(Map<String, String> others) {
        Draft part = new Draft(base, elements);
        part.elements.putAll(others);
        part.content.setAll(content);
        part.problems.addAll(problems);
        return part;
    }

    void put(String field, @Nullable String value) {
        if (value != null) {
            content.put(field, value);
        }
    }

    void put(String field, JsonNode value) {
        content.set(field, value);
    }

    void putFrom(String element, String field, @Nullable String value) {
        elements.put(field, element);
        put(field, value);
    }

    void leaveOut(String field) {
        content.remove(field);
    }

    @Nullable
    String text(String field) {
        JsonNode value = content.path(field);
        return value.isString() ? value.stringValue() : null;
    }

    boolean has(String field) {
        return content.has(field);
    }

    /** @param element JSON pointer within the resource */
    void refuse(ProblemCode code, String element, String message) {
        problems.add(new Problem(code, element, message));
    }

    <R> Arrival<R> as(RecordKind<R> kind) {
        return new Arrival<>(kind, new RawRecord(content, this::locate, problems));
    }

    private String locate(String pointer) {
        int end = pointer.indexOf('/', 1);
        String field = pointer.isEmpty() ? "" : pointer.substring(1, end < 0 ? pointer.length() : end);
        return path(base, elements.getOrDefault(field, pointer));
    }

    static String path(String base, String pointer) {
        return base + POSITION.matcher(pointer).replaceAll("[$1]").replace('/', '.');
    }
}

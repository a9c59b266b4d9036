package io.outcometracker.testkit;

import io.outcometracker.contract.Json;
import io.swagger.v3.core.converter.AnnotatedType;
import io.swagger.v3.core.converter.ModelConverters;
import io.swagger.v3.core.util.Json31;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.util.DefaultIndenter;
import tools.jackson.core.util.DefaultPrettyPrinter;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The description of a service's API (OpenAPI 3.1): what springdoc finds in the code, and what every service says alike.
 * For those who have springdoc.
 */
public final class ApiDocument {
    public static final String PROBLEM = "application/problem+json";

    private static final String REF = "#/components/schemas/";
    private static final String BASE = "/api/v1";

    private final ObjectNode api;

    /** @param found by springdoc */
    public ApiDocument(String found, String title, String description) {
        api = (ObjectNode) Json.MAPPER.readTree(found);
        api.withObject("/info")
                .put("title", title)
                .put("version", "1")
                .put("description", description)
                .putObject("license")
                .put("name", "Apache License 2.0")
                .put("identifier", "Apache-2.0");
        api.putArray("servers").addObject().put("url", "/");
        api.putArray("security").addObject().putArray("token");
        api.withObject("/components/securitySchemes/token")
                .put("type", "http")
                .put("scheme", "bearer")
                .put("bearerFormat", "JWT");
        schemas().removeAll();
    }

    public ObjectNode paths() {
        return api.withObject("/paths");
    }

    public ObjectNode schemas() {
        return api.withObject("/components").withObjectProperty("schemas");
    }

    public static ObjectNode ref(String schema) {
        return Json.MAPPER.createObjectNode().put("$ref", REF + schema);
    }

    public static ObjectNode listOf(String schema) {
        ObjectNode list = Json.MAPPER.createObjectNode().put("type", "array");
        list.set("items", ref(schema));
        return list;
    }

    public void addSchema(String name, Type type) {
        var resolved = ModelConverters.getInstance(true).readAllAsResolvedSchema(new AnnotatedType(type));
        resolved.referencedSchemas.forEach((key, schema) -> schemas()
                .set(key.equals(resolved.schema.getName()) ? name : key, Json.MAPPER.readTree(Json31.pretty(schema))));
        schemas().set(name, Json.MAPPER.readTree(Json31.pretty(resolved.schema)));
    }

    /**
     * Begins each operation anew but for its parameters: with a name that its method and its path give, and refusals, which
     * are a {@code ProblemDetail}.
     *
     * @param how is told {@code GET /path} and the operation
     */
    public void describe(BiConsumer<String, ObjectNode> how) {
        for (String path : List.copyOf(paths().propertyNames())) {
            paths().get(path).properties().forEach(it -> {
                ObjectNode operation = (ObjectNode) it.getValue();
                operation.remove("tags");
                operation.put("operationId", operationId(it.getKey(), path));
                operation.putObject("responses");
                for (String refused : List.of("4XX", "5XX")) {
                    answer(operation, refused, "A request that is refused", PROBLEM)
                            .set("schema", ref("ProblemDetail"));
                }
                how.accept(it.getKey().toUpperCase(Locale.ROOT) + ' ' + path, operation);
            });
        }
    }

    private static String operationId(String method, String path) {
        String rest = path.replace(BASE, "").replaceFirst("^/trials/\\{trial}/(?=.)", "/");
        return method
                + Stream.of(rest.split("[^A-Za-z0-9]+"))
                        .filter(it -> !it.isEmpty())
                        .map(it -> it.substring(0, 1).toUpperCase(Locale.ROOT) + it.substring(1))
                        .collect(Collectors.joining());
    }

    /** The operation that takes this method at this path. */
    public ObjectNode operation(String method, String path) {
        JsonNode found = paths().path(path).path(method.toLowerCase(Locale.ROOT));
        if (!found.isObject()) {
            throw new IllegalStateException("not described: " + method + ' ' + path);
        }
        return (ObjectNode) found;
    }

    /** What is answered with this status and of this media type. */
    public static ObjectNode answer(ObjectNode operation, String status, String meaning, String mediaType) {
        ObjectNode answer = operation.withObjectProperty("responses").withObjectProperty(status);
        answer.put("description", meaning);
        return answer.withObjectProperty("content").withObjectProperty(mediaType);
    }

    /** Adds an example to what is asked or answered. */
    public static void addExample(ObjectNode content, String name, String mediaType, @Nullable String text) {
        ObjectNode example = content.withObjectProperty("examples").putObject(name.replaceAll("[^A-Za-z0-9]+", "-"));
        example.put("summary", name);
        if (!mediaType.matches("application/(.+\\+)?json") || text == null) {
            example.put("value", text);
            return;
        }
        try {
            example.set("value", Json.MAPPER.readTree(text));
        } catch (JacksonException e) {
            // The example of a body that cannot be read.
            example.put("value", text);
        }
    }

    /** Drops parameters of the method in the code that a caller does not give. */
    public static void dropParameters(ObjectNode operation, String... names) {
        ArrayNode parameters = operation.withArrayProperty("parameters");
        List<JsonNode> others = parameters
                .valueStream()
                .filter(it -> !List.of(names).contains(it.path("name").asString("")))
                .toList();
        parameters.removeAll().addAll(others);
    }

    /** As it is served. */
    public String text() {
        return Json.MAPPER
                        .writer()
                        .with(new DefaultPrettyPrinter().withObjectIndenter(new DefaultIndenter("  ", "\n")))
                        .writeValueAsString(sorted(api))
                + "\n";
    }

    /** The order in which controllers are found is not always the same. */
    private static JsonNode sorted(JsonNode node) {
        if (node.isArray()) {
            ArrayNode list = Json.MAPPER.createArrayNode();
            node.values().forEach(it -> list.add(sorted(it)));
            return list;
        }
        if (!node.isObject()) {
            return node;
        }
        ObjectNode sorted = Json.MAPPER.createObjectNode();
        List<String> names = new ArrayList<>(node.propertyNames());
        names.sort(null);
        names.forEach(it -> sorted.set(it, sorted(node.get(it))));
        return sorted;
    }
}

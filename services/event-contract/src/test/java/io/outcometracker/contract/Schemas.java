package io.outcometracker.contract;

import com.networknt.schema.Error;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/** The JSON Schemas of the catalogue. */
final class Schemas {
    private static final SchemaRegistry REGISTRY =
            SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);

    private Schemas() {}

    /** What is wrong with a value by the schema of its topic. */
    static List<String> errors(Topic<?> topic, JsonNode value) {
        return errors("classpath:" + topic.schema(), value);
    }

    /** What is wrong with a schema. */
    static List<String> errors(JsonNode schema) {
        return errors(SpecificationVersion.DRAFT_2020_12.getDialectId(), schema);
    }

    private static List<String> errors(String location, JsonNode value) {
        return REGISTRY
                .getSchema(SchemaLocation.of(location))
                .validate(value, it -> it.executionConfig(config -> config.formatAssertionsEnabled(true)))
                .stream()
                .map(Error::toString)
                .toList();
    }

    static JsonNode read(String resource) {
        try (InputStream in = Schemas.class.getResourceAsStream(resource)) {
            return Json.MAPPER.readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * What the schema of a topic says about each field: path to sub-schema. In a path, {@code []} stands for the items
     * of a list and {@code *} for the names of a map.
     */
    static Map<String, JsonNode> fields(Topic<?> topic) {
        JsonNode schema = read(topic.schema());
        Map<String, JsonNode> fields = new TreeMap<>();
        collect(schema, schema, "", fields);
        return fields;
    }

    private static void collect(JsonNode root, JsonNode schema, String path, Map<String, JsonNode> fields) {
        if (schema.has("$ref")) {
            JsonNode file = file(root, schema);
            collect(file, referred(file, schema), path, fields);
        }
        for (JsonNode part : schema.path("allOf")) {
            collect(root, part, path, fields);
        }
        if (schema.has("items")) {
            collect(root, schema.get("items"), path + "[]", fields);
        }
        if (schema.path("additionalProperties").isObject()) {
            fields.put(path + ".*", schema.get("additionalProperties"));
        }
        schema.path("properties").forEachEntry((name, field) -> {
            String fieldPath = path.isEmpty() ? name : path + "." + name;
            fields.put(fieldPath, field.has("description") ? field : referred(file(root, field), field));
            collect(root, field, fieldPath, fields);
        });
    }

    /** The file that a reference leads into: another schema, or the same. */
    private static JsonNode file(JsonNode root, JsonNode schema) {
        String name = schema.path("$ref").asString("#").replaceFirst("#.*", "");
        return name.isEmpty() ? root : read("/schemas/" + name);
    }

    private static JsonNode referred(JsonNode file, JsonNode schema) {
        return file.at(schema.path("$ref").asString("").replaceFirst("^[^#]*#?", ""));
    }
}

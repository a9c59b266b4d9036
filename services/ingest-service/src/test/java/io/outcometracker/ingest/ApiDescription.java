package io.outcometracker.ingest;

import static java.util.Map.entry;
import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.joining;

import io.outcometracker.contract.Json;
import io.outcometracker.contract.Protocol;
import io.outcometracker.ingest.domain.Checked;
import io.outcometracker.ingest.domain.Problem;
import io.outcometracker.ingest.domain.ProblemCode;
import io.outcometracker.ingest.domain.ProtocolReader;
import io.outcometracker.ingest.domain.RecordRules;
import io.swagger.v3.core.converter.AnnotatedType;
import io.swagger.v3.core.converter.ModelConverters;
import io.swagger.v3.core.util.Json31;
import java.lang.reflect.Type;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;
import tools.jackson.core.util.DefaultIndenter;
import tools.jackson.core.util.DefaultPrettyPrinter;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The description of the API: what springdoc finds in the code, with the records as their rules have them, and with what
 * was really asked and answered as examples.
 */
final class ApiDescription {
    private static final String REF = "#/components/schemas/";
    private static final String PROBLEM = "application/problem+json";
    private static final Instant NOW = Instant.parse("2026-11-22T00:00:00Z");

    /** A request and its answer. */
    record Exchange(
            String name,
            String method,
            String path,
            @Nullable String type,
            @Nullable String body,
            int status,
            String answerType,
            String answer) {}

    private static final String FHIR = "application/fhir+json";

    /** Without a token. */
    private static final String KEYS = "/.well-known/jwks.json";

    private static final String HISTORY = "/history";

    private static final Map<String, String> SUMMARIES = Map.ofEntries(
            entry("GET /api/v1/trials", "Which trials there are"),
            entry("GET /api/v1/trials/{trial}", "The protocol that is held"),
            entry("PUT /api/v1/trials/{trial}", "Put a protocol, or a later version of it"),
            entry("GET /api/v1/instruments", "The catalogue of instruments"),
            entry("POST /api/v1/trials/{trial}/enrolments", "Post enrolments"),
            entry("POST /api/v1/trials/{trial}/follow-ups", "Post follow-up scores"),
            entry("POST /api/v1/trials/{trial}/adverse-events", "Post adverse events"),
            entry("POST /api/v1/trials/{trial}/erasures", "Order to erase what is held of participants"),
            entry("POST /api/v1/trials/{trial}/unblindings", "Report that arms were made known"),
            entry("GET /api/v1/trials/{trial}/follow-ups/{recordId}", "What became of a follow-up score"),
            entry("GET /api/v1/trials/{trial}/adverse-events/{recordId}", "What became of an adverse event"),
            entry("GET /api/v1/trials/{trial}/follow-ups/{recordId}/history", "Every version of a follow-up score"),
            entry("GET /api/v1/trials/{trial}/adverse-events/{recordId}/history", "Every version of an adverse event"),
            entry("GET /api/v1/trials/{trial}/fhir/metadata", "What is taken as FHIR R4: the CapabilityStatement"),
            entry("POST /api/v1/trials/{trial}/fhir", "Post a FHIR Bundle: a batch or a transaction"),
            entry("POST /api/v1/trials/{trial}/fhir/{type}", "Post a FHIR resource"),
            entry("PUT /api/v1/trials/{trial}/fhir/{type}", "Put a FHIR resource by its identifier"),
            entry("PUT /api/v1/trials/{trial}/fhir/{type}/{id}", "Put a FHIR resource"),
            entry("GET " + KEYS, "The public key of the issuer of tokens (RFC 7517)"));

    private static final Map<String, String> PARAMETERS = Map.of(
            "trial", "Code of the trial.",
            "recordId", "As the record was posted with.",
            "type", "Observation, QuestionnaireResponse, AdverseEvent or ResearchSubject.",
            "id", "Of the resource: its recordId, or the code of its participant.",
            "identifier", "The same as in the resource: system|value.",
            "Accept", "text/csv: the receipt as a table.",
            "dry-run",
                    "Whether to check everything and write nothing; the answer is then 200, with the status would-be-accepted.",
            "Prefer",
                    "wait=<seconds>, at most 60: wait until it is decided what becomes of each record. handling=strict: write all records of a list or a table, or none.");

    private static final Pattern KINDS = Pattern.compile("\\{records:([^}]+)}");

    /** By path as springdoc writes it. */
    private final Map<String, Set<String>> kinds = new HashMap<>();

    private final ObjectNode api;
    private final ObjectNode paths;
    private final ObjectNode schemas;

    /**
     * @param found by springdoc
     * @param mappings which kinds of records an address takes, of which springdoc says nothing
     */
    ApiDescription(String found, RequestMappingHandlerMapping mappings) {
        mappings.getHandlerMethods()
                .keySet()
                .forEach(mapping -> mapping.getPatternValues().forEach(this::remember));
        api = (ObjectNode) Json.MAPPER.readTree(found);
        paths = api.withObject("/paths");
        schemas = api.withObject("/components").withObjectProperty("schemas");
    }

    private void remember(String pattern) {
        Matcher matcher = KINDS.matcher(pattern);
        if (matcher.find()) {
            List<String> taken = List.of(matcher.group(1).split("\\|"));
            kinds.computeIfAbsent(matcher.replaceFirst("{records}"), any -> new HashSet<>())
                    .addAll(taken);
        }
    }

    String with(List<Exchange> exchanges) {
        api.withObject("/info")
                .put("title", "Outcome Tracker: ingest-service")
                .put("version", "1")
                .put("description", "Takes what trial sites report. Sending anything again is safe: it counts once.");
        api.putArray("servers").addObject().put("url", "/");
        schemas.removeAll();
        addSchema("Receipt", Receipt.class);
        addSchema("Protocol", Protocol.class);
        addSchema("ProtocolAnswer", TrialsController.Answer.class);
        addSchema("UnblindingAnswer", UnblindingsController.Answer.class);
        addSchema("Trial", TrialListController.Entry.class);
        addSchema("RecordAnswer", RecordsController.Answer.class);
        addSchema("History", HistoryController.History.class);
        schemas.set("ProblemDetail", problemDetail());
        // Of FHIR, what is answered elsewhere under its base; and the base with a slash, which is the same.
        paths.remove(paths.propertyNames().stream()
                .filter(it -> it.endsWith("/**") || it.endsWith("/"))
                .toList());
        api.putArray("security").addObject().putArray("token");
        api.withObject("/components/securitySchemes/token")
                .put("type", "http")
                .put("scheme", "bearer")
                .put("bearerFormat", "JWT");
        expandKinds();
        for (String path : List.copyOf(paths.propertyNames())) {
            paths.get(path)
                    .properties()
                    .forEach(it ->
                            describe(it.getKey().toUpperCase(Locale.ROOT) + " " + path, (ObjectNode) it.getValue()));
        }
        exchanges.forEach(this::addExample);
        return Json.MAPPER
                        .writer()
                        .with(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
                        .with(new DefaultPrettyPrinter().withObjectIndenter(new DefaultIndenter("  ", "\n")))
                        .writeValueAsString(sorted(api))
                + "\n";
    }

    private void addSchema(String name, Type type) {
        var resolved = ModelConverters.getInstance(true).readAllAsResolvedSchema(new AnnotatedType(type));
        resolved.referencedSchemas.forEach((key, schema) -> schemas.set(
                key.equals(resolved.schema.getName()) ? name : key, Json.MAPPER.readTree(Json31.pretty(schema))));
        schemas.set(name, Json.MAPPER.readTree(Json31.pretty(resolved.schema)));
    }

    private static ObjectNode problemDetail() {
        ObjectNode schema = object("RFC 9457");
        ObjectNode properties = schema.putObject("properties");
        properties
                .putObject("type")
                .put("type", "string")
                .put(
                        "description",
                        Arrays.stream(ProblemType.values())
                                .map(it ->
                                        "- `" + it.uri() + "` (" + it.status().value() + "): " + it.title())
                                .collect(joining("\n")))
                .set(
                        "enum",
                        array(Arrays.stream(ProblemType.values())
                                .map(it -> it.uri().toString())
                                .toList()));
        for (String name : List.of("title", "detail", "instance", "trial")) {
            properties.putObject(name).put("type", "string");
        }
        for (String name : List.of("status", "accepted", "refused")) {
            properties.putObject(name).put("type", "integer");
        }
        properties.putObject("errors").put("type", "array").putObject("items").put("$ref", REF + "Problem");
        properties.putObject("results").put("type", "array").putObject("items").put("$ref", REF + "Result");
        return schema;
    }

    /** One path for each kind of record instead of one for all, which would say little. */
    private void expandKinds() {
        for (String path : List.copyOf(paths.propertyNames())) {
            if (!path.contains("{records}")) {
                continue;
            }
            ObjectNode all = (ObjectNode) paths.remove(path);
            for (RecordKind<?> kind : RecordKind.all()) {
                if (!kinds.getOrDefault(path, Set.of(kind.path())).contains(kind.path())) {
                    continue;
                }
                ObjectNode some = all.deepCopy();
                for (JsonNode operation : some.values()) {
                    withoutParameter((ObjectNode) operation, "records");
                }
                paths.set(path.replace("{records}", kind.path()), some);
            }
        }
        for (RecordKind<?> kind : RecordKind.all()) {
            schemas.set(schemaOf(kind), record(kind.rules()));
        }
    }

    private static void withoutParameter(ObjectNode operation, String name) {
        ArrayNode parameters = operation.withArrayProperty("parameters");
        List<JsonNode> others = parameters
                .valueStream()
                .filter(it -> !it.path("name").asString("").equals(name))
                .toList();
        parameters.removeAll().addAll(others);
    }

    private static Stream<String> parameters(ObjectNode operation) {
        return operation
                .path("parameters")
                .valueStream()
                .map(it -> it.path("name").asString(""));
    }

    private static void addParameter(ObjectNode operation, String in, String name) {
        operation
                .withArrayProperty("parameters")
                .addObject()
                .put("in", in)
                .put("name", name)
                .put("required", true)
                .putObject("schema")
                .put("type", "string");
    }

    private static String schemaOf(RecordKind<?> kind) {
        return kind.topic().valueType().getSimpleName();
    }

    /** The fields as the rules name them; what they require and allow is found out by asking them. */
    private static ObjectNode record(RecordRules<?> rules) {
        ObjectNode schema = object("A record as it is posted; any other field is refused.");
        schema.put("additionalProperties", false);
        List<String> required = new ArrayList<>(missing(rules, "{}"));
        choices(rules, "status").forEach(it -> required.retainAll(missing(rules, "{\"status\": \"" + it + "\"}")));
        schema.set("required", array(required));
        ObjectNode properties = schema.putObject("properties");
        for (String name : rules.fields()) {
            ObjectNode property = properties.putObject(name);
            if (rules.objects().contains(name)) {
                property.put("type", "object").putObject("additionalProperties").put("type", "string");
            } else if (rules.flags().contains(name)) {
                property.put("type", "boolean");
            } else if (rules.numbers().contains(name)) {
                property.put("type", name.equals("version") ? "integer" : "number");
            } else {
                property.put("type", "string");
                for (Problem problem : problems(rules, "{\"" + name + "\": \"?\"}")) {
                    if (problem.pointer().equals("/" + name)) {
                        narrow(property, problem, choices(rules, name));
                    }
                }
            }
        }
        return schema;
    }

    private static List<String> missing(RecordRules<?> rules, String record) {
        return problems(rules, record).stream()
                .filter(it -> it.code() == ProblemCode.MISSING)
                .map(it -> it.pointer().substring(1))
                .toList();
    }

    private static List<String> choices(RecordRules<?> rules, String name) {
        return problems(rules, "{\"" + name + "\": \"?\"}").stream()
                .filter(it ->
                        it.code() == ProblemCode.INVALID_CHOICE && it.pointer().equals("/" + name))
                .flatMap(it -> Stream.of(
                        it.message().replaceAll(".*must be one of: ", "").split(", ")))
                .toList();
    }

    private static void narrow(ObjectNode property, Problem problem, List<String> choices) {
        if (problem.code() == ProblemCode.INVALID_CHOICE) {
            property.set("enum", array(choices));
        } else if (problem.code() == ProblemCode.INVALID_DATE) {
            property.put("format", "date");
        } else if (problem.code() == ProblemCode.INVALID_CODE) {
            property.put("pattern", "^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$");
        }
    }

    private static List<Problem> problems(RecordRules<?> rules, String record) {
        Protocol protocol = ProtocolReader.read(Json.MAPPER.readTree("""
                                {"version": 1, "sites": ["S"], "instruments": [{"code": "I", "decimals": 0, "higherIsWorse": true}],
                                 "visits": [{"code": "V", "day": 1, "windowOpen": 1, "windowClose": 1}]}"""), "T").protocol();
        return rules.check(Json.MAPPER.readTree(record), requireNonNull(protocol), NOW)
                        instanceof Checked.Refused<?> refused
                ? refused.problems()
                : List.of();
    }

    private void describe(String called, ObjectNode operation) {
        operation.remove(List.of("tags", "operationId"));
        if (SUMMARIES.containsKey(called)) {
            operation.put("summary", SUMMARIES.get(called));
        }
        // A caller is known by the token.
        withoutParameter(operation, "caller");
        if (called.endsWith(KEYS)) {
            operation.putArray("security");
        }
        // Of which the method in the code has no parameter.
        if (called.contains("{trial}") && parameters(operation).noneMatch("trial"::equals)) {
            addParameter(operation, "path", "trial");
        }
        if (called.matches("PUT .*/fhir/\\{type}")) {
            addParameter(operation, "query", "identifier");
        }
        for (JsonNode parameter : operation.path("parameters").values()) {
            String text = PARAMETERS.get(parameter.path("name").asString(""));
            if (text != null) {
                ((ObjectNode) parameter).put("description", text);
            }
            if (parameter.path("in").asString("").equals("header")) {
                ((ObjectNode) parameter).putObject("schema").put("type", "string");
            }
        }
        operation.putObject("responses");
        if (!called.startsWith("GET")) {
            ObjectNode body = operation.withObjectProperty("requestBody");
            body.put("required", true);
        }
        ObjectNode other = operation.withObjectProperty("responses").putObject("default");
        other.put("description", "A request that is refused");
        ObjectNode content = other.putObject("content");
        content.putObject(PROBLEM).putObject("schema").put("$ref", REF + "ProblemDetail");
        if (called.contains("/fhir")) {
            content.putObject(FHIR).putObject("schema").put("type", "object");
        }
    }

    private void addExample(Exchange exchange) {
        JsonNode found = paths.path(exchange.path).path(exchange.method.toLowerCase(Locale.ROOT));
        if (!found.isObject()) {
            throw new IllegalStateException("not described: " + exchange.method + " " + exchange.path);
        }
        ObjectNode operation = (ObjectNode) found;
        if (exchange.type != null && exchange.status != 415) {
            ObjectNode content = operation
                    .withObjectProperty("requestBody")
                    .withObjectProperty("content")
                    .withObjectProperty(exchange.type);
            content.set("schema", requestSchema(exchange));
            example(content, exchange.name, exchange.type, exchange.body);
        }
        String type = exchange.answerType.replaceAll(";.*", "");
        ObjectNode answer =
                operation.withObjectProperty("responses").withObjectProperty(Integer.toString(exchange.status));
        answer.put("description", meaning(exchange.status));
        ObjectNode content = answer.withObjectProperty("content").withObjectProperty(type);
        if (type.equals(PROBLEM)) {
            content.putObject("schema").put("$ref", REF + "ProblemDetail");
        } else if (exchange.path.matches(".*/(" + kinds() + ")")) {
            content.putObject("schema").put("$ref", REF + "Receipt");
        } else if (exchange.path.endsWith("{trial}")) {
            content.putObject("schema")
                    .put("$ref", REF + (exchange.method.equals("GET") ? "Protocol" : "ProtocolAnswer"));
        } else if (exchange.path.endsWith("/unblindings")) {
            content.putObject("schema").put("$ref", REF + "UnblindingAnswer");
        } else if (exchange.path.endsWith("/trials")) {
            content.putObject("schema").put("type", "array").putObject("items").put("$ref", REF + "Trial");
        } else if (exchange.path.endsWith(HISTORY)) {
            content.putObject("schema").put("$ref", REF + "History");
        } else if (exchange.path.contains("/fhir") || exchange.path.endsWith(KEYS)) {
            content.putObject("schema").put("type", "object");
        } else if (exchange.path.endsWith("{recordId}")) {
            content.putObject("schema").put("$ref", REF + "RecordAnswer");
        }
        example(content, exchange.name, type, shortened(exchange));
    }

    private static String kinds() {
        return RecordKind.all().stream().map(RecordKind::path).collect(joining("|"));
    }

    private static JsonNode requestSchema(Exchange exchange) {
        ObjectNode schema = Json.MAPPER.createObjectNode();
        if (FHIR.equals(exchange.type)) {
            return schema.put("type", "object");
        }
        if (!"application/json".equals(exchange.type)) {
            return exchange.type.endsWith("yaml") ? schema.put("$ref", REF + "Protocol") : schema.put("type", "string");
        }
        for (RecordKind<?> kind : RecordKind.all()) {
            if (exchange.path.endsWith("/" + kind.path())) {
                ArrayNode either = schema.putArray("oneOf");
                either.addObject().put("$ref", REF + schemaOf(kind));
                either.addObject().put("type", "array").putObject("items").put("$ref", REF + schemaOf(kind));
                return schema;
            }
        }
        return exchange.method.equals("PUT") ? schema.put("$ref", REF + "Protocol") : schema.put("type", "object");
    }

    private static void example(ObjectNode content, String name, String type, @Nullable String text) {
        ObjectNode example = content.withObjectProperty("examples").putObject(name.replaceAll("[^A-Za-z0-9]+", "-"));
        example.put("summary", name);
        if (!type.matches("application/(.+\\+)?json") || text == null) {
            example.put("value", text);
            return;
        }
        try {
            example.set("value", Json.MAPPER.readTree(text));
        } catch (tools.jackson.core.JacksonException e) {
            // The example of a body that cannot be read.
            example.put("value", text);
        }
    }

    /**
     * The catalogue with one instrument, the list of trials with the one of the examples, the beginning of the
     * CapabilityStatement; and instead of what is never the same twice, what it looks like.
     */
    private static String shortened(Exchange exchange) {
        JsonNode answer = Json.MAPPER.readTree(exchange.answer);
        if (exchange.path.endsWith("/instruments")) {
            ((ArrayNode) answer.get("instruments"))
                    .removeIf(it -> !it.get("code").stringValue().equals("NRS"));
        } else if (exchange.path.endsWith("/trials")) {
            ((ArrayNode) answer).removeIf(it -> !it.get("trial").stringValue().equals("CELLS-01"));
        }
        if (exchange.path.endsWith("/metadata")) {
            ((ObjectNode) answer).retain("resourceType", "status", "kind", "fhirVersion", "format");
        } else if (exchange.path.endsWith(KEYS)) {
            ((ObjectNode) answer.at("/keys/0")).put("x", "...").put("y", "...").put("kid", "...");
        }
        answer.path("versions").values().forEach(version -> {
            ((ObjectNode) version)
                    .put("auditId", "ingest-service-...|CELLS-01|7")
                    .put("receivedAt", NOW.toString());
            ((ObjectNode) version.path("record")).put("receivedAt", NOW.toString());
        });
        return answer.toString();
    }

    private static String meaning(int status) {
        return switch (status) {
            case 200 -> "Done, or checked in a dry run";
            case 201 -> "New";
            case 202 -> "All records are accepted and stored";
            case 207 -> "Some records are accepted and stored; results tell which";
            case 422 -> "Nothing is accepted";
            default -> org.springframework.http.HttpStatus.valueOf(status).getReasonPhrase();
        };
    }

    private static ObjectNode object(String description) {
        return Json.MAPPER.createObjectNode().put("type", "object").put("description", description);
    }

    private static ArrayNode array(List<String> texts) {
        ArrayNode array = Json.MAPPER.createArrayNode();
        texts.forEach(array::add);
        return array;
    }

    /** The order in which controllers are found is not always the same. */
    private static JsonNode sorted(JsonNode node) {
        if (!node.isObject()) {
            if (node.isArray()) {
                ArrayNode list = Json.MAPPER.createArrayNode();
                node.values().forEach(it -> list.add(sorted(it)));
                return list;
            }
            return node;
        }
        ObjectNode sorted = Json.MAPPER.createObjectNode();
        List<String> names = new ArrayList<>(node.propertyNames());
        names.sort(null);
        names.forEach(it -> sorted.set(it, sorted(node.get(it))));
        return sorted;
    }
}

package io.outcometracker.ingest;

import static io.outcometracker.testkit.ApiDocument.answer;
import static io.outcometracker.testkit.ApiDocument.dropParameters;
import static io.outcometracker.testkit.ApiDocument.listOf;
import static io.outcometracker.testkit.ApiDocument.ref;
import static java.util.Map.entry;
import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.joining;

import io.outcometracker.contract.AuditEntry;
import io.outcometracker.contract.Json;
import io.outcometracker.contract.Protocol;
import io.outcometracker.ingest.domain.Checked;
import io.outcometracker.ingest.domain.Problem;
import io.outcometracker.ingest.domain.ProblemCode;
import io.outcometracker.ingest.domain.ProtocolReader;
import io.outcometracker.ingest.domain.RecordRules;
import io.outcometracker.testkit.ApiDocument;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * The description of the API: what springdoc finds in the code, with the records as their rules have them, and with what
 * was really asked and answered as examples.
 */
final class ApiDescription {
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

    private static final String YAML = "application/yaml";
    private static final String FHIR = "application/fhir+json";

    /** Without a token. */
    private static final String KEYS = "/.well-known/jwks.json";

    private static final String HISTORY = "/history";
    private static final String AUDIT = "/audit";

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
            entry("GET /api/v1/trials/{trial}/audit", "Who did what in the trial"),
            entry("GET /api/v1/trials/{trial}/fhir/metadata", "What is taken as FHIR R4: the CapabilityStatement"),
            entry("POST /api/v1/trials/{trial}/fhir", "Post a FHIR Bundle: a batch or a transaction"),
            entry("POST /api/v1/trials/{trial}/fhir/{type}", "Post a FHIR resource"),
            entry("PUT /api/v1/trials/{trial}/fhir/{type}", "Put a FHIR resource by its identifier"),
            entry("PUT /api/v1/trials/{trial}/fhir/{type}/{id}", "Put a FHIR resource"),
            entry("GET " + KEYS, "The public key of the issuer of tokens (RFC 7517)"));

    private static final Map<String, String> PARAMETERS = Map.ofEntries(
            entry("trial", "Code of the trial."),
            entry("recordId", "As the record was posted with."),
            entry("type", "Observation, QuestionnaireResponse, AdverseEvent or ResearchSubject."),
            entry("id", "Of the resource: its recordId, or the code of its participant."),
            entry("identifier", "The same as in the resource: system|value."),
            entry("Accept", "text/csv: the receipt as a table."),
            entry("site", "Only what is about this site."),
            entry("since", "Only what was received then or later."),
            entry("action", "Only such acts; several are separated by commas."),
            entry("after", "That of the page before."),
            entry("limit", "The most entries of a page, 1 to 1000."),
            entry(
                    "dry-run",
                    "Whether to check everything and write nothing; the answer is then 200, with the status would-be-accepted."),
            entry(
                    "Prefer",
                    "wait=<seconds>, at most 60: wait until it is decided what becomes of each record. handling=strict: write all records of a list or a table, or none."));

    private static final Pattern KINDS = Pattern.compile("\\{records:([^}]+)}");

    /** By path as springdoc writes it. */
    private final Map<String, Set<String>> kinds = new HashMap<>();

    private final ApiDocument document;
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
        document = new ApiDocument(
                found,
                "Outcome Tracker: ingest-service",
                "Takes what trial sites report. Sending anything again is safe: it counts once.");
        paths = document.paths();
        schemas = document.schemas();
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
        document.addSchema("Receipt", Receipt.class);
        document.addSchema("Protocol", Protocol.class);
        document.addSchema("ProtocolAnswer", TrialsController.Answer.class);
        document.addSchema("UnblindingAnswer", UnblindingsController.Answer.class);
        document.addSchema("Trial", TrialListController.Entry.class);
        document.addSchema("RecordAnswer", RecordsController.Answer.class);
        document.addSchema("History", HistoryController.History.class);
        document.addSchema("AuditPage", AuditController.Page.class);
        document.addSchema("AuditEntry", AuditEntry.class);
        schemas.withObjectProperty("AuditPage")
                .withObjectProperty("properties")
                .withObjectProperty("entries")
                .set("items", ref("AuditEntry"));
        // Its fields stand in what it is part of, and nothing refers to it.
        schemas.remove("Disposition");
        schemas.withObjectProperty("JsonNode").put("additionalProperties", true);
        schemas.set("ProblemDetail", problemDetail());
        // Of FHIR, what is answered elsewhere under its base; and the base with a slash, which is the same.
        paths.remove(paths.propertyNames().stream()
                .filter(it -> it.endsWith("/**") || it.endsWith("/"))
                .toList());
        expandKinds();
        document.describe(ApiDescription::describe);
        exchanges.forEach(this::addExample);
        return document.text();
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
        properties.putObject("errors").put("type", "array").set("items", ref("Problem"));
        properties.putObject("results").put("type", "array").set("items", ref("Result"));
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
                    dropParameters((ObjectNode) operation, "records");
                }
                paths.set(path.replace("{records}", kind.path()), some);
            }
        }
        for (RecordKind<?> kind : RecordKind.all()) {
            schemas.set(schemaOf(kind), record(kind.rules()));
        }
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

    private static void describe(String called, ObjectNode operation) {
        if (SUMMARIES.containsKey(called)) {
            operation.put("summary", SUMMARIES.get(called));
        }
        // A caller is known by the token.
        dropParameters(operation, "caller");
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
        if (!called.startsWith("GET")) {
            ObjectNode body = operation.withObjectProperty("requestBody");
            body.put("required", true);
        }
        if (called.endsWith("{recordId}") || called.endsWith(HISTORY)) {
            answer(operation, "200", meaning(200), "application/json")
                    .set("schema", ref(called.endsWith(HISTORY) ? "History" : "RecordAnswer"));
        }
        if (called.contains("/fhir")) {
            for (String refused : List.of("4XX", "5XX")) {
                answer(operation, refused, "A request that is refused", FHIR).set("schema", anyObject());
            }
        }
    }

    private void addExample(Exchange exchange) {
        ObjectNode operation = document.operation(exchange.method, exchange.path);
        // What is refused is no example of what to send.
        if (exchange.type != null && exchange.status < 300) {
            ObjectNode content = operation
                    .withObjectProperty("requestBody")
                    .withObjectProperty("content")
                    .withObjectProperty(exchange.type);
            content.set("schema", requestSchema(exchange));
            if (exchange.type.equals(YAML)) {
                ApiDocument.addExample(
                        content,
                        exchange.name,
                        "application/json",
                        new YAMLMapper().readTree(exchange.body).toString());
            } else {
                ApiDocument.addExample(content, exchange.name, exchange.type, exchange.body);
            }
        }
        String type = exchange.answerType.replaceAll(";.*", "");
        ObjectNode content = answer(operation, Integer.toString(exchange.status), meaning(exchange.status), type);
        if (type.equals(ApiDocument.PROBLEM)) {
            content.set("schema", ref("ProblemDetail"));
        } else if (exchange.path.matches(".*/(" + kinds() + ")")) {
            content.set("schema", ref("Receipt"));
        } else if (exchange.path.endsWith("{trial}")) {
            content.set("schema", ref(exchange.method.equals("GET") ? "Protocol" : "ProtocolAnswer"));
        } else if (exchange.path.endsWith("/unblindings")) {
            content.set("schema", ref("UnblindingAnswer"));
        } else if (exchange.path.endsWith("/trials")) {
            content.set("schema", listOf("Trial"));
        } else if (exchange.path.endsWith(HISTORY)) {
            content.set("schema", ref("History"));
        } else if (exchange.path.endsWith(AUDIT)) {
            content.set("schema", ref("AuditPage"));
        } else if (exchange.path.contains("/fhir") || exchange.path.endsWith(KEYS)) {
            content.set("schema", anyObject());
        } else if (exchange.path.endsWith("{recordId}")) {
            content.set("schema", ref("RecordAnswer"));
        }
        ApiDocument.addExample(content, exchange.name, type, shortened(exchange));
    }

    private static ObjectNode anyObject() {
        return Json.MAPPER.createObjectNode().put("type", "object").put("additionalProperties", true);
    }

    private static String kinds() {
        return RecordKind.all().stream().map(RecordKind::path).collect(joining("|"));
    }

    private static JsonNode requestSchema(Exchange exchange) {
        if (FHIR.equals(exchange.type)) {
            return anyObject();
        }
        if (!Set.of("application/json", YAML).contains(exchange.type)) {
            return Json.MAPPER.createObjectNode().put("type", "string");
        }
        for (RecordKind<?> kind : RecordKind.all()) {
            if (exchange.path.endsWith("/" + kind.path())) {
                ObjectNode schema = Json.MAPPER.createObjectNode();
                schema.putArray("oneOf").add(ref(schemaOf(kind))).add(listOf(schemaOf(kind)));
                return schema;
            }
        }
        return exchange.method.equals("PUT") ? ref("Protocol") : anyObject();
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
        answer.path("entries").values().forEach(entry -> {
            ((ObjectNode) entry)
                    .put("writer", "ingest-service-...")
                    .put("seq", 7)
                    .put("occurredAt", NOW.toString())
                    .put("receivedAt", NOW.toString())
                    .put("clientSystem", "loader/1")
                    .put("requestId", "...")
                    .put("prevHash", "...")
                    .put("hash", "...");
            ((ObjectNode) entry.path("object"))
                    .put("seal", "...")
                    .put("partition", 3)
                    .put("offset", 41);
        });
        if (answer instanceof ObjectNode page && page.has("after")) {
            page.put("after", 57);
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
}

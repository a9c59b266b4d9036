package io.outcometracker.metrics;

import static io.outcometracker.testkit.ApiDocument.answer;
import static io.outcometracker.testkit.ApiDocument.dropParameters;
import static io.outcometracker.testkit.ApiDocument.listOf;
import static io.outcometracker.testkit.ApiDocument.ref;
import static java.util.stream.Collectors.joining;

import io.outcometracker.contract.CohortMetric;
import io.outcometracker.contract.Completeness;
import io.outcometracker.contract.Json;
import io.outcometracker.testkit.ApiDocument;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.springframework.http.HttpStatus;
import tools.jackson.databind.node.ObjectNode;

/** The description of the API: what springdoc finds in the code, and what was really answered as examples. */
final class ApiDescription {
    private static final String TRIAL = "/api/v1/trials/{trial}/";
    private static final String EVENTS = TRIAL + "events";

    private static final Map<String, String> SUMMARIES = Map.of(
            "/api/v1/trials",
            "Which trials there are, and what there is to ask for",
            TRIAL + "metrics",
            "The metrics of cohorts at endpoints",
            TRIAL + "comparisons",
            "Each arm against control, by each method",
            TRIAL + "completeness",
            "How much of what is expected was received",
            TRIAL + "participant-flow",
            "How participants went through the trial (CONSORT 2025)",
            TRIAL + "adverse-events",
            "Adverse events",
            EVENTS,
            "What is there of the trial, and then what changes, as server-sent events");

    private static final Map<String, String> PARAMETERS = Map.of(
            "trial", "Code of the trial.",
            "visit", "Only of this visit.",
            "instrument", "Only of this instrument.",
            "by", "Only of cohorts by this grouping: all, arm, site, or the name of a stratum.",
            "If-None-Match", "The ETag of the answer that is held: 304 if it still stands.",
            "Last-Event-ID", "The id of the last event that was got: only what has changed since.");

    /** By resource, the last part of the path. */
    private static final Map<String, String> ROWS = Map.of(
            "trials", "Trial",
            "metrics", "CohortMetric",
            "comparisons", "Comparison",
            "completeness", "Completeness",
            "participant-flow", "CohortFlow",
            "adverse-events", "CohortAdverseEvents");

    private static final String EVENTS_SAY = """
            Each event has one line of JSON. Only `current` has an `id` to come back with.

            | event | data | what to do |
            |---|---|---|
            | `reset` | `{}`, and an empty `id` | forget all rows and the `id`: what follows is everything |
            | `trial` | as in the list of trials | replace it |
            | `metrics`, `completeness`, `participant-flow`, `adverse-events` | a row of the address of this name | put it at its place: visit, instrument and cohort |
            | `removed` | `resource`, `visit`, `instrument`, `cohort` | take the row away that is there |
            | `current` | `completeAsOf`, and `at` by the clock of the service | show it: what was told up to here fits together. Comes after each change, and every 5 seconds |

            A stream ends with the token, and after 15 minutes. Who comes back with `Last-Event-ID`, to any instance, is told what has changed
            since. Who reads slowly is told the latest of each place, not each one between.""";

    private final ApiDocument document;

    /** @param found by springdoc */
    ApiDescription(String found) {
        document = new ApiDocument(
                found,
                "Outcome Tracker: metrics-service",
                "Shows what is published of trials. What an audience or a role may not see is not there.");
        document.addSchema("Trial", TrialEntry.class);
        document.addSchema("CohortMetric", CohortMetric.class);
        document.addSchema("Comparison", Comparison.class);
        document.addSchema("Completeness", Completeness.class);
        document.addSchema("CohortFlow", CohortFlow.class);
        document.addSchema("CohortAdverseEvents", CohortAdverseEvents.class);
        document.schemas().set("Interval", interval());
        // Of Welch's test it is a fraction.
        document.schemas()
                .withObjectProperty("Comparison")
                .withObjectProperty("properties")
                .putObject("df")
                .put("type", "number");
        document.schemas().set("ProblemDetail", problemDetail());
        document.describe(ApiDescription::describe);
    }

    String text() {
        return document.text();
    }

    private static ObjectNode interval() {
        ObjectNode schema = Json.MAPPER.createObjectNode().put("type", "array").put("description", "Low and high.");
        schema.put("minItems", 2).put("maxItems", 2).putObject("items").put("type", "number");
        return schema;
    }

    private static ObjectNode problemDetail() {
        ObjectNode schema = Json.MAPPER.createObjectNode().put("type", "object").put("description", "RFC 9457");
        ObjectNode properties = schema.putObject("properties");
        ObjectNode type = properties.putObject("type").put("type", "string");
        List<ProblemType> types = List.of(ProblemType.values());
        type.put(
                "description",
                types.stream()
                        .map(it -> "- `" + it.uri() + "` (" + it.status().value() + "): " + it.title())
                        .collect(joining("\n")));
        types.forEach(it -> type.withArrayProperty("enum").add(it.uri().toString()));
        for (String name : List.of("title", "detail", "instance")) {
            properties.putObject(name).put("type", "string");
        }
        properties.putObject("status").put("type", "integer");
        return schema;
    }

    private static void describe(String called, ObjectNode operation) {
        String path = called.substring("GET ".length());
        operation.put(
                "summary",
                SUMMARIES.getOrDefault(path, SUMMARIES.getOrDefault(path.replace(".csv", ""), "?") + ", as CSV"));
        boolean filtered = operation
                .path("parameters")
                .valueStream()
                .anyMatch(it -> it.path("name").asString("").equals("filter"));
        dropParameters(operation, "filter", "reader", "who");
        if (filtered) {
            Arrays.stream(Filter.class.getRecordComponents())
                    .forEach(it -> addParameter(operation, "query", it.getName()));
        }
        if (!path.equals(EVENTS)) {
            addParameter(operation, "header", "If-None-Match");
            operation
                    .withObjectProperty("responses")
                    .putObject("304")
                    .put("description", "The answer that is held still stands");
        } else {
            operation.put("description", EVENTS_SAY);
        }
        for (var parameter : operation.path("parameters").values()) {
            ObjectNode it = (ObjectNode) parameter;
            it.put("description", PARAMETERS.get(it.path("name").stringValue()));
            it.putObject("schema").put("type", "string");
        }
    }

    private static void addParameter(ObjectNode operation, String in, String name) {
        operation.withArrayProperty("parameters").addObject().put("in", in).put("name", name);
    }

    /** @param mediaType as answered, with its parameters */
    void addExample(String name, String path, int status, String mediaType, String answer) {
        String type = mediaType.replaceAll(";.*", "");
        ObjectNode operation = document.operation("GET", path);
        ObjectNode content = answer(
                operation, Integer.toString(status), HttpStatus.valueOf(status).getReasonPhrase(), type);
        if (status == 200 && !path.equals(EVENTS)) {
            ObjectNode headers = operation
                    .withObjectProperty("responses")
                    .withObjectProperty("200")
                    .withObjectProperty("headers");
            headers.putObject("ETag")
                    .put("description", "For If-None-Match.")
                    .putObject("schema")
                    .put("type", "string");
            headers.putObject(MetricsController.COMPLETE_AS_OF)
                    .put("description", "When Kafka was last seen to hold nothing that is not in the answer.")
                    .putObject("schema")
                    .put("type", "string")
                    .put("format", "date-time");
        }
        content.set(
                "schema",
                switch (type) {
                    case "application/json" -> listOf(ROWS.get(path.replaceAll(".*/", "")));
                    case ApiDocument.PROBLEM -> ref("ProblemDetail");
                    default -> Json.MAPPER.createObjectNode().put("type", "string");
                });
        ApiDocument.addExample(content, name, type, answer);
    }
}

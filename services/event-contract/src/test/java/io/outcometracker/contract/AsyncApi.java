package io.outcometracker.contract;

import io.outcometracker.contract.Topic.Audience;
import io.outcometracker.contract.Topic.Kept;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.config.TopicConfig;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The catalogue as AsyncAPI 3: all that an analyst needs to know of the topics, in one file. */
final class AsyncApi {
    private static final String SCHEMAS = "#/components/schemas/";
    private static final String CODE = "[A-Za-z0-9][A-Za-z0-9._-]{0,63}";
    private static final String PARTICIPANT = CODE + "\\|" + CODE;
    private static final String COHORT = "(all|" + CODE + "=.*\\S.*)";
    private static final String OF_COHORT = CODE + "\\|" + CODE + "\\|" + CODE + "\\|" + COHORT;
    private static final String OF_TRIAL_COHORT = CODE + "\\|" + COHORT;

    /** What a key looks like. */
    private static final Map<Topic<?>, String> KEYS = Map.ofEntries(
            Map.entry(Topics.TRIALS, CODE),
            Map.entry(Topics.ENROLMENTS, PARTICIPANT),
            Map.entry(Topics.FOLLOW_UPS, PARTICIPANT),
            Map.entry(Topics.ADVERSE_EVENTS, PARTICIPANT),
            Map.entry(Topics.ERASURES, PARTICIPANT),
            Map.entry(Topics.UNBLINDINGS, CODE + "(\\|" + CODE + ")?"),
            Map.entry(Topics.REJECTIONS, CODE),
            Map.entry(
                    Topics.DISPOSITIONS,
                    PARTICIPANT + "\\|(enrolment|erasure|(follow-up|adverse-event)\\|" + CODE + ")"),
            Map.entry(Topics.COHORT_METRICS, OF_COHORT),
            Map.entry(Topics.COHORT_METRICS_UNBLINDED, OF_COHORT),
            Map.entry(Topics.COHORT_METRICS_PUBLIC, OF_COHORT),
            Map.entry(Topics.COMPLETENESS, OF_COHORT),
            Map.entry(Topics.TRIAL_SUMMARIES, OF_TRIAL_COHORT),
            Map.entry(Topics.TRIAL_SUMMARIES_UNBLINDED, OF_TRIAL_COHORT),
            Map.entry(Topics.AUDIT, CODE),
            Map.entry(Topics.DEAD_LETTERS, "[A-Za-z0-9._-]{1,249}"));

    /** Golden messages that show most; of each topic the first of these. */
    private static final List<String> EXAMPLES =
            List.of("full", "full-all", "full-final", "full-on-study", "follow-up-applied", "released-all", "trial");

    private AsyncApi() {}

    static String document() {
        ObjectNode document = Json.MAPPER.createObjectNode().put("asyncapi", "3.0.0");
        document.putObject("info")
                .put("title", "Outcome Tracker: topics")
                .put("version", "1")
                .put(
                        "description",
                        "Live, exact cohort metrics of clinical trials. Within a major version (.v1) fields, and values of a"
                                + " list of choices, are only added: ignore a field that you do not know. Everything else is a new"
                                + " topic, beside the old one. Read committed messages only. Numbers are unrounded decimals;"
                                + " dates, times (UTC) and durations are ISO 8601 text. Schemas are JSON Schema 2020-12.")
                .putObject("license")
                .put("name", "Apache-2.0")
                .put("url", "https://www.apache.org/licenses/LICENSE-2.0");
        document.put("defaultContentType", "application/json");
        ObjectNode broker = document.putObject("servers").putObject("kafka");
        broker.put("host", "{brokers}").put("protocol", "kafka");
        broker.put("description", "The brokers of the deployment; how to sign in there, its administrator says.");
        broker.putObject("variables").putObject("brokers").put("default", "localhost:9092");
        ObjectNode channels = document.putObject("channels");
        ObjectNode operations = document.putObject("operations");
        ObjectNode components = document.putObject("components");
        ObjectNode messages = components.putObject("messages");
        ObjectNode schemas = components.putObject("schemas");
        ObjectNode tags = components.putObject("tags");
        for (Audience audience : Audience.values()) {
            tags.putObject(name(audience)).put("name", name(audience)).put("description", explained(audience));
        }
        tags.putObject("services")
                .put("name", "services")
                .put(
                        "description",
                        "For the services alone: it is about single participants, or of use to nobody else.");
        for (Topic<?> topic : Topics.all()) {
            channels.set(id(topic), channel(topic));
            operations.set("write-" + id(topic), operation(topic));
            messages.set(id(topic), message(topic));
            if (topic.kept() == Kept.LATEST) {
                messages.set(deletion(topic), deletionMessage(topic));
            }
            schemas.set(id(topic), schema(topic));
        }
        return Json.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(document) + "\n";
    }

    private static ObjectNode channel(Topic<?> topic) {
        ObjectNode channel = Json.MAPPER.createObjectNode().put("address", topic.name());
        JsonNode schema = Schemas.read(topic.schema());
        channel.put("title", schema.path("title").asString());
        channel.put("description", schema.path("description").asString());
        ObjectNode messages = channel.putObject("messages");
        refer(messages.putObject(id(topic)), "#/components/messages/" + id(topic));
        if (topic.kept() == Kept.LATEST) {
            refer(messages.putObject(deletion(topic)), "#/components/messages/" + deletion(topic));
        }
        ArrayNode tags = channel.putArray("tags");
        Arrays.stream(Audience.values())
                .filter(topic.audiences()::contains)
                .forEach(it -> refer(tags.addObject(), "#/components/tags/" + name(it)));
        if (tags.isEmpty()) {
            refer(tags.addObject(), "#/components/tags/services");
        }
        ObjectNode kafka = channel.putObject("bindings").putObject("kafka");
        kafka.put("topic", topic.name()).put("partitions", topic.partitions());
        ObjectNode settings = kafka.putObject("topicConfiguration");
        Map<String, String> given = new TreeMap<>(topic.settings());
        settings.putArray(TopicConfig.CLEANUP_POLICY_CONFIG).add(given.remove(TopicConfig.CLEANUP_POLICY_CONFIG));
        given.forEach((name, value) -> settings.put(name, Long.parseLong(value)));
        kafka.put("bindingVersion", "0.5.0");
        return channel;
    }

    /** As AsyncAPI has it, a description says what its application does: the product sends, and its readers receive. */
    private static ObjectNode operation(Topic<?> topic) {
        ObjectNode operation = Json.MAPPER.createObjectNode().put("action", "send");
        refer(operation.putObject("channel"), "#/channels/" + id(topic));
        operation.put(
                "summary",
                topic.owner().equals("*") ? "Each service writes its own." : "Written by " + topic.owner() + " alone.");
        return operation;
    }

    private static ObjectNode message(Topic<?> topic) {
        ObjectNode message = described(topic, headers(topic));
        refer(message.putObject("payload"), SCHEMAS + id(topic));
        ObjectNode example = message.putArray("examples").addObject();
        Golden golden = EXAMPLES.stream()
                .flatMap(
                        name -> Golden.of(topic).stream().filter(it -> it.name().equals(name)))
                .findFirst()
                .orElseThrow();
        example.put("name", golden.name());
        example.set("payload", golden.json());
        return message;
    }

    private static ObjectNode deletionMessage(Topic<?> topic) {
        ObjectNode message = described(topic, headers(topic));
        message.put("summary", "A message without value: there is no longer anything of this key.");
        message.putObject("payload").put("type", "null");
        return message;
    }

    private static ObjectNode described(Topic<?> topic, ObjectNode headers) {
        ObjectNode message = Json.MAPPER.createObjectNode().put("name", type(topic));
        message.set("headers", headers);
        ObjectNode kafka = message.putObject("bindings").putObject("kafka");
        kafka.putObject("key").put("type", "string").put("pattern", "^" + KEYS.get(topic) + "$");
        kafka.put("bindingVersion", "0.5.0");
        return message;
    }

    private static ObjectNode headers(Topic<?> topic) {
        ObjectNode headers = Json.MAPPER.createObjectNode().put("type", "object");
        headers.put("description", "CloudEvents 1.0, Kafka binding, binary mode. Values are text in UTF-8.");
        ArrayNode required = headers.putArray("required");
        ObjectNode properties = headers.putObject("properties");
        properties.putObject("ce_specversion").put("const", "1.0");
        properties
                .putObject("ce_id")
                .put("type", "string")
                .put("minLength", 1)
                .put("description", "Unique within the source.");
        properties.putObject("ce_type").put("const", type(topic));
        ObjectNode source = properties.putObject("ce_source").put("description", "The service that wrote it.");
        if (topic.owner().equals("*")) {
            source.put("type", "string").put("pattern", "^/[a-z]+(-[a-z]+)*$");
        } else {
            source.put("const", "/" + topic.owner());
        }
        properties
                .putObject("ce_time")
                .put("type", "string")
                .put("format", "date-time")
                .put("pattern", "Z$")
                .put("description", "ISO 8601, UTC.");
        properties.putObject("content-type").put("const", "application/json");
        properties.propertyNames().forEach(required::add);
        properties
                .putObject("traceparent")
                .put("type", "string")
                .put("description", "W3C Trace Context, of a message that belongs to a trace.");
        if (topic.owner().equals("ingest-service") && !topic.equals(Topics.REJECTIONS)) {
            properties
                    .putObject("audit-nonce")
                    .put(
                            "description",
                            "16 random bytes, no text, by which the seal of the audit's entry is computed.");
        }
        return headers;
    }

    /** The schema, with its references to where things are in this document. */
    private static JsonNode schema(Topic<?> topic) {
        ObjectNode schema = (ObjectNode) Schemas.read(topic.schema());
        pointInto(schema, SCHEMAS + id(topic));
        return schema;
    }

    private static void pointInto(JsonNode node, String self) {
        if (node instanceof ObjectNode object && object.path("$ref").isString()) {
            String reference = object.get("$ref").stringValue();
            object.put(
                    "$ref",
                    reference.startsWith("#")
                            ? self + reference.substring(1)
                            : SCHEMAS + reference.replaceFirst("\\.schema\\.json#?", ""));
        }
        node.forEach(it -> pointInto(it, self));
    }

    private static void refer(ObjectNode node, String reference) {
        node.put("$ref", reference);
    }

    static String id(Topic<?> topic) {
        return topic.schema().replace("/schemas/", "").replace(".schema.json", "");
    }

    private static String deletion(Topic<?> topic) {
        return id(topic) + "-deletion";
    }

    private static String type(Topic<?> topic) {
        return topic.name().replaceFirst("^outcomes", "io.outcometracker");
    }

    private static String name(Audience audience) {
        return audience.name().toLowerCase(Locale.ROOT);
    }

    private static String explained(Audience audience) {
        return switch (audience) {
            case SPONSOR -> "For the sponsor, who sees no arm of a masked trial, and no small group.";
            case UNBLINDED -> "For those alone who may see everything, the arms of masked trials too.";
            case PUBLIC -> "For everyone.";
            case AUDITORS -> "For auditors.";
        };
    }
}

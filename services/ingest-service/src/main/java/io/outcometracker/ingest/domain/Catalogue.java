package io.outcometracker.ingest.domain;

import static java.util.Objects.requireNonNull;

import io.outcometracker.contract.Json;
import io.outcometracker.contract.Protocol.Instrument;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * Instruments that trials commonly use, as data of this module. A version never changes, so that a protocol that names
 * it means the same for ever.
 */
public final class Catalogue {
    public static final Catalogue LATEST = read("2026-1");

    private final ObjectNode published;
    private final Map<String, ObjectNode> instruments = new LinkedHashMap<>();
    private final Map<String, Set<String>> byLoinc = new HashMap<>();

    private Catalogue(JsonNode resource) {
        published = Json.MAPPER.createObjectNode();
        published.set("version", resource.get("version"));
        ArrayNode list = published.putArray("instruments");
        for (JsonNode entry : resource.get("instruments").values()) {
            ObjectNode instrument = Json.MAPPER.valueToTree(Json.MAPPER.treeToValue(entry, Instrument.class));
            String code = entry.get("code").stringValue();
            instruments.put(code, instrument);
            entry.path("loinc")
                    .values()
                    .forEach(it -> byLoinc.computeIfAbsent(it.stringValue(), any -> new LinkedHashSet<>())
                            .add(code));
            list.add(((ObjectNode) entry).deepCopy().setAll(instrument));
        }
    }

    private static Catalogue read(String version) {
        YAMLMapper yaml = YAMLMapper.builder()
                .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                .build();
        try (InputStream in = Catalogue.class.getResourceAsStream("/instruments/" + version + ".yml")) {
            return new Catalogue(yaml.readTree(requireNonNull(in, version)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Null if there is none. */
    static @Nullable Catalogue version(String version) {
        return version.equals(LATEST.version()) ? LATEST : null;
    }

    public String version() {
        return published.get("version").stringValue();
    }

    /** All that is known of each instrument. */
    public String json() {
        return Json.MAPPER.writeValueAsString(published);
    }

    /** The instruments whose score has this LOINC code. */
    public Set<String> withLoinc(String code) {
        return byLoinc.getOrDefault(code, Set.of());
    }

    boolean has(@Nullable String code) {
        return code != null && instruments.containsKey(code);
    }

    /** The protocol, with what it leaves open of the instruments that are known here; null takes a field out. */
    JsonNode complete(JsonNode protocol) {
        if (!protocol.path("instruments").isArray()) {
            return protocol;
        }
        ObjectNode completed = ((ObjectNode) protocol).deepCopy();
        ArrayNode list = completed.putArray("instruments");
        for (JsonNode posted : protocol.get("instruments").values()) {
            ObjectNode known = instruments.get(posted.path("code").asString(""));
            list.add(
                    known == null || !posted.isObject()
                            ? posted
                            : known.deepCopy().setAll((ObjectNode) posted));
        }
        return completed;
    }
}

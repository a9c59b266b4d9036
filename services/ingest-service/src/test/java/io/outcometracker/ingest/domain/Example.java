package io.outcometracker.ingest.domain;

import io.outcometracker.contract.Protocol;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** A trial, and records of it that keep all rules. */
final class Example {
    static final Instant NOW = Instant.parse("2026-03-01T23:30:00Z");
    static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    static final String PROTOCOL = """
            {"trial": "T1", "title": "Cells for backs", "version": 3, "masked": true,
             "arms": [{"code": "ACT", "label": "Active"}, {"code": "PBO", "label": "Placebo", "control": true}],
             "sites": ["S01", "S02"],
             "visits": [
               {"code": "BL", "label": "Baseline", "day": 1, "windowOpen": -14, "windowClose": 1, "baseline": true,
                "instruments": ["VAS", "NRS", "SF36_PF"]},
               {"code": "M4", "label": "Month 4", "day": 121, "windowOpen": 107, "windowClose": 135}],
             "instruments": [
               {"code": "NRS", "min": 0, "max": 10, "decimals": 0, "step": 1, "higherIsWorse": true,
                "mcid": {"value": 2, "kind": "ABS", "source": "made up"}},
               {"code": "VAS", "unit": "mm", "min": 0, "max": 100, "decimals": 0, "higherIsWorse": true},
               {"code": "BPI_SEV", "min": 0, "max": 10, "decimals": 2, "rounding": "half-up", "higherIsWorse": true},
               {"code": "EVEN", "decimals": 0, "rounding": "half-even", "higherIsWorse": true},
               {"code": "SF36_PF", "min": 0, "max": 100, "decimals": 0, "step": 5, "higherIsWorse": false},
               {"code": "OFFSET", "min": 0.5, "max": 9.5, "decimals": 1, "step": 1.5, "higherIsWorse": true},
               {"code": "CRP", "unit": "mg/L", "min": 0, "decimals": 2, "higherIsWorse": true, "logScale": true},
               {"code": "COLD", "max": -1, "decimals": 9, "higherIsWorse": true}],
             "groupings": ["cellType", "region"], "pValues": true,
             "disclosure": {"threshold": 5, "release": {"every": "P7D", "minNewRecords": 6},
                            "public": {"threshold": 12, "release": {"every": "P30D", "minNewRecords": 13}}}}""";

    private Example() {}

    static Protocol protocol() {
        return protocol(any -> {});
    }

    static Protocol protocol(Consumer<ObjectNode> change) {
        ProtocolReader.Reading reading = ProtocolReader.read(json(PROTOCOL, change), "T1");
        if (reading.protocol() == null) {
            throw new IllegalStateException(reading.problems().toString());
        }
        return reading.protocol();
    }

    static JsonNode json(String json) {
        return MAPPER.readTree(json);
    }

    static JsonNode json(String json, Consumer<ObjectNode> change) {
        ObjectNode node = (ObjectNode) json(json);
        change.accept(node);
        return node;
    }

    /** Puts each field of the changes into the object; null takes it out. */
    static JsonNode with(String object, String changes) {
        return json(
                object,
                node -> json(changes).properties().forEach(it -> {
                    if (it.getValue().isNull()) {
                        node.remove(it.getKey());
                    } else {
                        node.set(it.getKey(), it.getValue());
                    }
                }));
    }

    /** {@code CODE pointer}, for each. */
    static List<String> brief(List<Problem> problems) {
        return problems.stream().map(it -> it.code() + " " + it.pointer()).toList();
    }
}

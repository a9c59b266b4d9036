package io.outcometracker.ingest.domain;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.outcometracker.contract.FollowUp;
import io.outcometracker.ingest.domain.Checked.Accepted;
import io.outcometracker.ingest.domain.Checked.Refused;
import io.outcometracker.testkit.WorkedExample;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The follow-ups of the worked example, as a site would post them. */
class WorkedExampleTest {
    private static final Map<String, ProblemCode> REFUSED = Map.of(
            "REJECTED_RANGE", ProblemCode.OUT_OF_RANGE,
            "REJECTED_STEP", ProblemCode.TOO_MANY_DECIMALS,
            "REJECTED_UNKNOWN_INSTRUMENT", ProblemCode.UNKNOWN_INSTRUMENT,
            "REJECTED_UNKNOWN_VISIT", ProblemCode.UNKNOWN_VISIT,
            "REJECTED_IDENTIFYING_FIELD", ProblemCode.IDENTIFYING_FIELD);

    @Test
    void acceptsAndRefusesAsItExpects() throws IOException {
        int refused = 0;
        for (JsonNode event : events()) {
            String expected = event.get("expect").stringValue();
            Checked<FollowUp> checked =
                    new FollowUpRules().check(posted(event), WorkedExample.protocol(), WorkedExample.AS_OF);
            if (REFUSED.containsKey(expected)) {
                refused++;
                assertThat(checked).as("event %s", event.get("seq")).isInstanceOf(Refused.class);
                assertThat(((Refused<FollowUp>) checked).problems())
                        .extracting(Problem::code)
                        .contains(REFUSED.get(expected));
            } else {
                assertThat(checked).as("event %s", event.get("seq")).isInstanceOf(Accepted.class);
            }
        }
        assertThat(refused).isEqualTo(REFUSED.size());
    }

    private static List<JsonNode> events() throws IOException {
        try (InputStream in = WorkedExample.class.getResourceAsStream("/worked-example/events.jsonl")) {
            return new String(Objects.requireNonNull(in).readAllBytes(), UTF_8)
                    .lines()
                    .map(Example::json)
                    .filter(it -> it.get("type").stringValue().equals("record"))
                    .toList();
        }
    }

    /** The example's own notes taken out, and its names put in ours. */
    private static JsonNode posted(JsonNode event) {
        ObjectNode posted = (ObjectNode) event.deepCopy();
        posted.set("assessedOn", posted.remove("assessmentDate"));
        if (posted.has("notDoneReason")) {
            posted.put("status", "not-done");
        }
        posted.remove(List.of("seq", "type", "trial", "expect"));
        return posted;
    }
}

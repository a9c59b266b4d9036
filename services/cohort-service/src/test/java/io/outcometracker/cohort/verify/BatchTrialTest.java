package io.outcometracker.cohort.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.outcometracker.contract.Disposition.Fate;
import io.outcometracker.contract.Endpoint;
import io.outcometracker.contract.Json;
import io.outcometracker.contract.Protocol;
import io.outcometracker.contract.Protocol.DisclosureRule;
import io.outcometracker.testkit.WorkedExample;
import io.outcometracker.testkit.WorkedExample.Expected;
import io.outcometracker.testkit.WorkedExample.Step;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The second computation against figures that were checked in R, without the first. */
class BatchTrialTest {
    private static final double RELATIVE = 1e-9;
    private static final double ABSOLUTE = 1e-12;

    private static final Protocol PROTOCOL = WorkedExample.protocolWithPValues();

    private final BatchTrial trial = new BatchTrial(log());
    private final Map<String, JsonNode> metrics = new HashMap<>();

    private static TrialLog log() {
        TrialLog log = new TrialLog();
        for (Step step : WorkedExample.steps()) {
            if (step.enrolment() != null) {
                log.enrolments().add(new Entry<>(0, step.seq(), step.enrolment()));
            }
            if (step.followUp() != null) {
                log.followUps().add(new Entry<>(0, step.seq(), step.followUp()));
            }
        }
        WorkedExample.screened().forEach(it -> log.enrolments().add(new Entry<>(0, 100, it)));
        return log;
    }

    @Test
    void recomputesEveryPublishedFigureOfTheExpectedTable() {
        Map<String, Integer> compared = new TreeMap<>();
        for (Expected expected : WorkedExample.expected()) {
            if (expected.pointer() != null) {
                double wanted = expected.number();
                assertThat(expected.in(message(expected)))
                        .as("%s", expected)
                        .isCloseTo(wanted, within(Math.max(ABSOLUTE, Math.abs(wanted) * RELATIVE)));
                compared.merge(expected.scope(), 1, Integer::sum);
            }
        }
        assertThat(compared)
                .containsEntry("cohort", 18 * 11 + 12 * 11 + 12 * 3)
                .containsEntry("responder", 12 * 30)
                .containsEntry("between_value", 6 * 16)
                .containsEntry("between_change", 4 * 16)
                .containsEntry("ancova", 4 * 12)
                .containsEntry("completeness", 18 * 16)
                .containsEntry("consort", 19);
    }

    @Test
    void decidesAsTheExampleDoesOnWhatDoesNotCount() {
        Map<String, Fate> decided = new TreeMap<>();
        trial.participants()
                .values()
                .forEach(participant ->
                        participant.followUps().forEach((id, standing) -> decided.put(id, participant.fate(standing))));

        assertThat(decided).hasSize(55).containsEntry("P05-M4-NRS", Fate.WITHDRAWN);
        assertThat(decided).containsEntry("P07-W4-NRS-wrong", Fate.RETRACTED);
        decided.values().removeAll(List.of(Fate.WITHDRAWN, Fate.RETRACTED));
        assertThat(decided.values()).containsOnly(Fate.APPLIED);
    }

    private JsonNode message(Expected expected) {
        Endpoint endpoint = expected.endpoint(WorkedExample.TRIAL);
        if (endpoint == null) {
            return Json.MAPPER.valueToTree(trial.summary(expected.cohort(), PROTOCOL, WorkedExample.AS_OF));
        }
        BatchEndpoint batch = trial.endpoint(endpoint, PROTOCOL, WorkedExample.AS_OF);
        if (expected.scope().equals("completeness")) {
            return Json.MAPPER.valueToTree(batch.completeness(expected.cohort()).counts());
        }
        String key = expected.key(WorkedExample.TRIAL);
        if (!metrics.containsKey(key)) {
            batch.metrics(Audience.UNBLINDED, new DisclosureRule(1, null), true)
                    .forEach(it -> metrics.put(it.key(), Json.MAPPER.valueToTree(it)));
        }
        return Objects.requireNonNull(metrics.get(key), key);
    }
}

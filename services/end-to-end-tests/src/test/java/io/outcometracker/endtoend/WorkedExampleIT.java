package io.outcometracker.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import io.outcometracker.contract.Cohort;
import io.outcometracker.contract.Json;
import io.outcometracker.contract.Topic;
import io.outcometracker.contract.Topics;
import io.outcometracker.testkit.TestKafka;
import io.outcometracker.testkit.WorkedExample;
import io.outcometracker.testkit.WorkedExample.Expected;
import io.outcometracker.testkit.WorkedExample.Step;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The worked example, of which all results were checked in R, over HTTP into the running product. All its days are moved
 * by as many as make the day for which the results hold today's.
 */
class WorkedExampleIT {
    private static final double RELATIVE = 1e-9;
    /** Intermediate results, which nobody is shown; cohort-service compares them with what its tallies hold. */
    private static final Set<String> NOT_PUBLISHED = Set.of(
            "sum",
            "sumsq",
            "q1_type6",
            "q1_type7",
            "q3_type6",
            "q3_type7",
            "hedges_j_approx",
            "mse",
            "rss",
            "sx_act",
            "sx_ctl",
            "sxx_act",
            "sxx_ctl",
            "sxy_act",
            "sxy_ctl",
            "sy_act",
            "sy_ctl",
            "syy_act",
            "syy_ctl",
            "within_xx",
            "within_xy",
            "within_yy");
    /** Where the figure stands in the JSON, below the place of its scope. */
    private static final Map<String, String> NAMES = Map.ofEntries(
            Map.entry("ci_lo", "ci/0"),
            Map.entry("ci_hi", "ci/1"),
            Map.entry("lo_pct", "ci/0"),
            Map.entry("hi_pct", "ci/1"),
            Map.entry("pct", "rate"),
            Map.entry("n_act", "nActive"),
            Map.entry("n_ctl", "nControl"),
            Map.entry("diff", "difference"),
            Map.entry("adj_diff", "difference"),
            Map.entry("lsmean_act", "adjustedMeanActive"),
            Map.entry("lsmean_ctl", "adjustedMeanControl"),
            Map.entry("sd_pooled", "hedgesG/pooledSd"),
            Map.entry("cohen_d", "hedgesG/d"),
            Map.entry("hedges_j", "hedgesG/correction"),
            Map.entry("hedges_g", "hedgesG/g"),
            Map.entry("hedges_g_se", "hedgesG/se"),
            Map.entry("hedges_g_ci_lo", "hedgesG/ci/0"),
            Map.entry("hedges_g_ci_hi", "hedgesG/ci/1"),
            Map.entry("RECEIVED_IN_WINDOW", "receivedInWindow"),
            Map.entry("RECEIVED_EARLY", "receivedEarly"),
            Map.entry("RECEIVED_LATE", "receivedLate"),
            Map.entry("NOT_DONE", "notDone"),
            Map.entry("NOT_EXPECTED", "notExpected"),
            Map.entry("NOT_DUE", "notDue"),
            Map.entry("DUE", "due"),
            Map.entry("MISSED", "missed"),
            Map.entry("OVERDUE", "overdue"),
            Map.entry("completeness_pct", "completeness"),
            Map.entry("retention_pct", "retention"),
            Map.entry("out_of_window_pct", "outOfWindow"),
            Map.entry("lost_to_follow_up", "leftBy/LOST TO FOLLOW-UP"),
            Map.entry("on_study", "onStudy"),
            Map.entry("excluded_ineligible", "excludedBy/INELIGIBLE"),
            Map.entry("excluded_declined", "excludedBy/DECLINED"));

    @RegisterExtension
    static final SharedProduct product = new SharedProduct();

    private final String trial = TestKafka.unique("worked-example");
    private final long days = ChronoUnit.DAYS.between(
            LocalDate.ofInstant(WorkedExample.AS_OF, ZoneOffset.UTC), LocalDate.now(ZoneOffset.UTC));

    @Test
    void decidesAndPublishesWhatTheExampleExpects() {
        Client client = product.client();
        ObjectNode protocol = Json.MAPPER.valueToTree(WorkedExample.protocol());
        protocol.put("trial", trial).put("pValues", true);
        assertThat(client.put(trial, protocol).status()).isEqualTo(201);
        assertThat(client.post(trial, Client.ENROLMENTS, Client.JSON, screened())
                        .status())
                .isEqualTo(202);

        for (List<Step> together : runs()) {
            String records = together.get(0).enrolment() == null ? Client.FOLLOW_UPS : Client.ENROLMENTS;
            String body = Json.MAPPER.writeValueAsString(
                    together.stream().map(this::posted).toList());
            JsonNode answer = client.post(trial, records, Client.JSON, body).json();
            assertThat(answer.get("results")
                            .valueStream()
                            .map(it -> it.get("disposition").stringValue()))
                    .as(
                            "events %d to %d",
                            together.get(0).seq(),
                            together.get(together.size() - 1).seq())
                    .isEqualTo(together.stream().map(it -> it.expected().name()).toList());
        }
        await().atMost(ProductProcess.PATIENCE).untilAsserted(this::comparePublished);
    }

    private String screened() {
        return Json.MAPPER.writeValueAsString(WorkedExample.screened().stream()
                .map(it -> asPosted(Json.MAPPER.valueToTree(it)))
                .toList());
    }

    /** Enrolments and follow-ups come by different addresses; those of one kind that follow one another go in one request. */
    private static List<List<Step>> runs() {
        List<List<Step>> runs = new ArrayList<>();
        for (Step step : WorkedExample.steps()) {
            List<Step> last = runs.isEmpty() ? List.of() : runs.get(runs.size() - 1);
            if (last.isEmpty() || (last.get(0).enrolment() == null) != (step.enrolment() == null)) {
                last = new ArrayList<>();
                runs.add(last);
            }
            last.add(step);
        }
        return runs;
    }

    private ObjectNode posted(Step step) {
        return asPosted(Json.MAPPER.valueToTree(
                Optional.<Object>ofNullable(step.enrolment()).orElse(step.followUp())));
    }

    /** As a site has it: without what the ingest-service adds; and moved to the present. */
    private ObjectNode asPosted(ObjectNode record) {
        record.remove(List.of("trial", "baseline", "valueAsSent", "receivedAt", "protocolVersion"));
        for (String day : List.of("day1", "offStudyOn", "assessedOn")) {
            if (record.has(day)) {
                record.put(
                        day,
                        LocalDate.parse(record.get(day).stringValue())
                                .plusDays(days)
                                .toString());
            }
        }
        return record;
    }

    private void comparePublished() {
        Map<String, JsonNode> metrics = latest(Topics.COHORT_METRICS_UNBLINDED);
        Map<String, JsonNode> completeness = latest(Topics.COMPLETENESS);
        Map<String, JsonNode> summaries = latest(Topics.TRIAL_SUMMARIES);
        int compared = 0;
        int notPublished = 0;
        for (Expected expected : WorkedExample.expected()) {
            String figure = expected.metric();
            if (NOT_PUBLISHED.contains(figure.replaceFirst("^chg_", ""))) {
                notPublished++;
                continue;
            }
            String endpoint = trial + '|' + expected.visit() + '|' + expected.instrument() + '|';
            String cohort = cohort(expected.arm());
            JsonNode published = switch (expected.scope()) {
                case "cohort" -> at(metrics, endpoint + cohort, inCohort(figure));
                case "responder" -> at(metrics, endpoint + cohort, inResponders(figure));
                case "between_value" -> at(metrics, endpoint + cohort, "versusControl/value/" + name(figure));
                case "between_change" -> at(metrics, endpoint + cohort, "versusControl/change/" + name(figure));
                case "ancova" -> at(metrics, endpoint + cohort, "versusControl/ancova/" + name(figure));
                case "completeness" -> at(completeness, endpoint + cohort, "counts/" + name(figure));
                case "consort" ->
                    figure.equals("analysed_M4_NRS")
                            ? at(metrics, trial + "|M4|NRS|" + cohort, "n")
                            : at(summaries, trial + '|' + cohort, "flow/" + name(figure));
                default -> throw new IllegalStateException(expected.scope());
            };
            double wanted = Double.parseDouble(expected.value());
            // Nobody left for a reason that is not named.
            boolean none =
                    published.isMissingNode() && wanted == 0 && expected.scope().equals("consort");
            assertThat(published.isNumber() || none).as("%s", expected).isTrue();
            double number = published.doubleValue(0);
            assertThat(figure.endsWith("pct") ? 100 * number : number)
                    .as("%s", expected)
                    .isCloseTo(wanted, within(Math.abs(wanted) * RELATIVE));
            compared++;
        }
        assertThat(compared + notPublished).isEqualTo(1491);
        assertThat(compared).isGreaterThan(1100);
    }

    private <V> Map<String, JsonNode> latest(Topic<V> topic) {
        Map<String, JsonNode> latest = new HashMap<>();
        product.process().read(topic, it -> {}).stream()
                .filter(it -> it.key().startsWith(trial + '|'))
                .forEach(it -> latest.put(it.key(), Json.MAPPER.valueToTree(it.value())));
        return latest;
    }

    private static JsonNode at(Map<String, JsonNode> messages, String key, String path) {
        assertThat(messages).containsKey(key);
        return messages.get(key).at('/' + path);
    }

    private static String cohort(String arm) {
        return switch (arm) {
            case "ALL" -> Cohort.ALL.toString();
            case "ACT-PBO" -> Cohort.arm("ACT").toString();
            default -> Cohort.arm(arm).toString();
        };
    }

    private static String inCohort(String figure) {
        if (figure.startsWith("pchg_")) {
            return "percentChange/" + name(figure.substring("pchg_".length()));
        }
        return figure.startsWith("chg_") ? "change/" + name(figure.substring("chg_".length())) : name(figure);
    }

    private static String inResponders(String figure) {
        String[] parts = figure.split("_", 3);
        return "responders/" + parts[0].replace("resp", "").replace("MCID", "mcid")
                + (parts[1].equals("oc") ? "/observed/" : "/imputed/") + name(parts[2]);
    }

    private static String name(String figure) {
        return NAMES.getOrDefault(figure, figure);
    }
}

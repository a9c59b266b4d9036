package io.outcometracker.metrics;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.outcometracker.contract.Cohort;
import io.outcometracker.contract.CohortMetric;
import io.outcometracker.contract.CohortMetric.ArmComparison;
import io.outcometracker.contract.Completeness;
import io.outcometracker.contract.Json;
import io.outcometracker.contract.Protocol;
import io.outcometracker.contract.TrialSummary;
import io.outcometracker.metrics.MetricsView.TrialView;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.webmvc.test.autoconfigure.WebMvcTest;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.assertj.MvcTestResult;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

@WebMvcTest(properties = "spring.config.name=metrics-service")
@Import({WebConfiguration.class, RecordedAudit.class})
class MetricsControllerTest {
    private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");
    private static final CohortMetric NRS_ALL = SampleMetric.full("T1", "M6", "NRS", Cohort.ALL);
    private static final CohortMetric NRS_SHAM = SampleMetric.of("T1", "M6", "NRS", Cohort.arm("SHAM"), 1, 4);
    private static final CohortMetric ODI_ALL = SampleMetric.empty("T1", "BL", "ODI", Cohort.ALL);
    private static final Completeness NRS_BASELINE = SampleMetric.completeness("T1", "BL", "NRS", Cohort.ALL);
    private static final Completeness NRS_LUND = SampleMetric.completeness("T1", "M6", "NRS", Cohort.site("LUND"));
    private static final Completeness ODI_GRAZ = SampleMetric.completeness("T1", "M6", "ODI", Cohort.site("GRAZ"));
    private static final TrialSummary SUMMARY = SampleMetric.summary("T1", Cohort.ALL);
    private static final TrialSummary SUMMARY_LUND = SampleMetric.summary("T1", Cohort.site("LUND"));
    private static final String PLAN = json(SampleTrial.protocol("T1"));

    @TestConfiguration
    static class Views {
        private @Nullable MetricsView view;

        @Bean
        CurrentView currentView() {
            return () -> Optional.ofNullable(view);
        }
    }

    @Autowired
    private MockMvcTester http;

    @Autowired
    private Views views;

    private final MetricsFold fold = new MetricsFold();

    @BeforeEach
    void fill() {
        fold.protocol("T1", SampleTrial.protocol("T1"));
        put(NRS_SHAM);
        put(NRS_ALL);
        put(ODI_ALL);
        List.of(ODI_GRAZ, NRS_LUND, NRS_BASELINE).forEach(it -> fold.completeness(it.key(), it));
        List.of(SUMMARY_LUND, SUMMARY).forEach(it -> fold.summary(it.key(), it));
        views.view = fold.view(NOW);
    }

    private void put(CohortMetric metric) {
        fold.metric(metric.key(), metric);
        views.view = fold.view(NOW);
    }

    @Test
    void listsTrialsWithWhatThereIsToAskFor() {
        assertThat(http.get().uri("/api/v1/trials"))
                .hasStatusOk()
                .hasContentType(MediaType.APPLICATION_JSON)
                .bodyJson()
                .isLenientlyEqualTo("""
                        [{"trial": "T1", "title": "Mesenchymal stromal cells for chronic low back pain", "protocolVersion": 3,
                          "audience": "sponsor", "metrics": 3,
                          "visits": ["BL", "W4", "M3", "M6", "M12"],
                          "instruments": ["NRS", "ODI", "PROMIS_SD", "PGIC"],
                          "cohorts": [{"by": "all"}, {"by": "arm", "value": "SHAM"}, {"by": "site", "value": "GRAZ"}, {"by": "site", "value": "LUND"}],
                          "plan": {"trial": "T1", "version": 3, "arms": [{"code": "BM-MSC", "label": "Bone-marrow MSC"},
                            {"code": "SHAM", "label": "Sham injection", "control": true}]}}]
                        """);
    }

    @Test
    void listsATrialOfWhichThereAreMetricsButNoProtocol() {
        put(SampleMetric.of("T0", "M6", "NRS", Cohort.ALL, 1, 4));

        assertThat(http.get().uri("/api/v1/trials"))
                .bodyJson()
                .extractingPath("$[0]")
                .isEqualTo(Json.MAPPER.readValue("""
                        {"trial": "T0", "audience": "sponsor", "visits": ["M6"], "instruments": ["NRS"],
                         "cohorts": [{"by": "all"}], "metrics": 1}
                        """, Object.class));
    }

    @Test
    void givesTheMetricsOfATrialInTheOrderOfItsProtocolAsOnTheTopic() {
        assertThat(http.get().uri("/api/v1/trials/T1/metrics"))
                .hasStatusOk()
                .hasContentType(MediaType.APPLICATION_JSON)
                .bodyJson()
                .isStrictlyEqualTo("[%s, %s, %s]".formatted(json(ODI_ALL), json(NRS_ALL), json(NRS_SHAM)));
    }

    @Test
    void filtersByVisitInstrumentAndGrouping() {
        assertThat(metrics("?visit=BL")).bodyJson().isStrictlyEqualTo("[%s]".formatted(json(ODI_ALL)));
        assertThat(metrics("?instrument=NRS&by=arm")).bodyJson().isStrictlyEqualTo("[%s]".formatted(json(NRS_SHAM)));
        assertThat(metrics("?visit=M3")).bodyJson().isStrictlyEqualTo("[]");
    }

    @Test
    void givesAnEmptyListForATrialWithoutMetrics() {
        fold.protocol("T2", SampleTrial.protocol("T2"));
        views.view = fold.view(NOW);

        assertThat(http.get().uri("/api/v1/trials/T2/metrics"))
                .hasStatusOk()
                .bodyJson()
                .isStrictlyEqualTo("[]");
    }

    @Test
    void writesCsvWhenAskedForIt() {
        String csv = Csv.ofMetrics(List.of(NRS_ALL, NRS_SHAM));

        assertThat(http.get().uri("/api/v1/trials/T1/metrics?instrument=NRS").accept("text/csv"))
                .hasStatusOk()
                .hasHeader(HttpHeaders.CONTENT_TYPE, "text/csv;charset=UTF-8")
                .hasBodyTextEqualTo(csv);
        assertThat(http.get().uri("/api/v1/trials/T1/metrics.csv?instrument=NRS"))
                .hasStatusOk()
                .hasHeader(HttpHeaders.CONTENT_TYPE, "text/csv;charset=UTF-8")
                .hasBodyTextEqualTo(csv);
    }

    @Test
    void prefersJsonForThoseWhoDoNotMind() {
        assertThat(http.get().uri("/api/v1/trials/T1/metrics").accept(MediaType.ALL))
                .hasContentType(MediaType.APPLICATION_JSON);
    }

    @Test
    void answersNotModifiedUntilSomethingChanges() {
        for (String address : List.of(
                "/api/v1/trials",
                "/api/v1/trials/T1/metrics",
                "/api/v1/trials/T1/completeness",
                "/api/v1/trials/T1/comparisons",
                "/api/v1/trials/T1/participant-flow",
                "/api/v1/trials/T1/adverse-events",
                "/api/v1/trials/T1/metrics.csv",
                "/api/v1/trials/T1/comparisons.csv",
                "/api/v1/trials/T1/completeness.csv",
                "/api/v1/trials/T1/participant-flow.csv",
                "/api/v1/trials/T1/adverse-events.csv")) {
            String tag = http.get().uri(address).exchange().getResponse().getHeader(HttpHeaders.ETAG);

            assertThat(http.get().uri(address).header(HttpHeaders.IF_NONE_MATCH, tag))
                    .hasStatus(HttpStatus.NOT_MODIFIED)
                    .hasHeader(MetricsController.COMPLETE_AS_OF, NOW.toString())
                    .hasBodyTextEqualTo("");

            put(SampleMetric.of("T1", "M6", "NRS", Cohort.ALL, 2, address.length()));
            assertThat(http.get().uri(address).header(HttpHeaders.IF_NONE_MATCH, tag))
                    .hasStatusOk();
        }
    }

    @Test
    void staysUnmodifiedWhenAnotherTrialChanges() {
        String tag = metrics("").getResponse().getHeader(HttpHeaders.ETAG);

        put(SampleMetric.of("T2", "M6", "NRS", Cohort.ALL, 2, 4));

        assertThat(http.get().uri("/api/v1/trials/T1/metrics").header(HttpHeaders.IF_NONE_MATCH, tag))
                .hasStatus(HttpStatus.NOT_MODIFIED);
    }

    @Test
    void doesNotTakeJsonForCsv() {
        String tag = metrics("").getResponse().getHeader(HttpHeaders.ETAG);

        assertThat(http.get()
                        .uri("/api/v1/trials/T1/metrics")
                        .accept("text/csv")
                        .header(HttpHeaders.IF_NONE_MATCH, tag))
                .hasStatusOk()
                .hasHeader(HttpHeaders.VARY, "Accept");
    }

    @Test
    void doesNotKnowATrialOfWhichNothingWasRead() {
        for (String accept : List.of("application/json", "text/csv", "*/*")) {
            assertThat(http.get().uri("/api/v1/trials/T9/metrics").accept(accept))
                    .hasStatus(HttpStatus.NOT_FOUND)
                    .hasContentType(MediaType.APPLICATION_PROBLEM_JSON)
                    .bodyJson()
                    .isStrictlyEqualTo("""
                            {"type": "urn:outcometracker:problem:unknown-trial", "title": "Unknown trial", "status": 404,
                             "detail": "There is neither a protocol nor a number of it.", "instance": "/api/v1/trials/T9/metrics"}
                            """);
        }
    }

    @Test
    void saysThatItIsStillReading() {
        views.view = null;

        assertThat(http.get().uri("/api/v1/trials"))
                .hasStatus(HttpStatus.SERVICE_UNAVAILABLE)
                .hasHeader(HttpHeaders.RETRY_AFTER, "1")
                .hasContentType(MediaType.APPLICATION_PROBLEM_JSON)
                .bodyJson()
                .extractingPath("$.type")
                .isEqualTo("urn:outcometracker:problem:still-reading");
    }

    @Test
    void givesEveryAnswerTheHeadersThatKeepABrowserSafe() {
        for (String address : List.of("/", "/page.js", "/api/v1/trials", "/nowhere")) {
            assertThat(http.get().uri(address))
                    .hasHeader("X-Content-Type-Options", "nosniff")
                    .headers()
                    .hasHeaderSatisfying(
                            "Content-Security-Policy",
                            it -> assertThat(it.get(0)).startsWith("default-src 'self'"));
        }
    }

    @Test
    void givesCompletenessWithTheFiltersOfTheMetrics() {
        assertThat(http.get().uri("/api/v1/trials/T1/completeness"))
                .hasStatusOk()
                .bodyJson()
                .isStrictlyEqualTo("[%s, %s, %s]".formatted(json(NRS_BASELINE), json(NRS_LUND), json(ODI_GRAZ)));
        for (String filter : List.of("visit=BL", "visit=M6&instrument=NRS", "by=site&instrument=ODI")) {
            assertThat(http.get().uri("/api/v1/trials/T1/completeness?" + filter))
                    .bodyJson()
                    .extractingPath("$")
                    .asArray()
                    .hasSize(1);
        }
        assertThat(http.get().uri("/api/v1/trials/T1/completeness?by=arm"))
                .bodyJson()
                .isStrictlyEqualTo("[]");
    }

    @Test
    void givesParticipantFlowAndAdverseEventsByGrouping() {
        for (String resource : List.of("participant-flow", "adverse-events")) {
            assertThat(http.get().uri("/api/v1/trials/T1/" + resource))
                    .hasStatusOk()
                    .bodyJson()
                    .isStrictlyEqualTo("[%s, %s]".formatted(part(SUMMARY, resource), part(SUMMARY_LUND, resource)));
            assertThat(http.get().uri("/api/v1/trials/T1/" + resource + "?by=site"))
                    .bodyJson()
                    .isStrictlyEqualTo("[%s]".formatted(part(SUMMARY_LUND, resource)));
        }
    }

    /** A summary as on the topic, without what is at the other address. */
    private static String part(TrialSummary summary, String resource) {
        ObjectNode row = Json.MAPPER.valueToTree(summary);
        row.remove(resource.equals("participant-flow") ? "adverseEvents" : "flow");
        return row.toString();
    }

    @Test
    void givesEachArmAgainstControlByEachMethodAsARowOfItsOwn() {
        CohortMetric arm = SampleMetric.everything("T1", "M6", "ODI", Cohort.arm("BM-MSC"));
        put(arm);

        MvcTestResult found = http.get()
                .uri("/api/v1/trials/T1/comparisons?visit=M6&instrument=ODI")
                .exchange();

        JsonNode rows = Json.MAPPER.readTree(found.getResponse().getContentAsByteArray());
        JsonNode versus = Json.MAPPER.readTree(json(arm)).path("versusControl");
        assertThat(rows.valueStream()
                        .map(it -> it.path("outcome").stringValue()
                                + ' '
                                + it.path("method").stringValue()))
                .containsExactly("SCORE WELCH", "CHANGE WELCH", "SCORE ANCOVA");
        List.of("value", "change", "ancova").forEach(part -> {
            JsonNode row = rows.get(List.of("value", "change", "ancova").indexOf(part));
            assertThat(row.path("arm").stringValue()).isEqualTo("BM-MSC");
            assertThat(row.path("control")).isEqualTo(versus.path("control"));
            assertThat(row.properties()).containsAll(versus.path(part).properties());
        });
        assertThat(http.get().uri("/api/v1/trials/T1/comparisons?visit=M3"))
                .bodyJson()
                .isStrictlyEqualTo("[]");
    }

    @Test
    void saysWhichComparisonsAreWithheld() {
        put(withheld("ODI", List.of("versusControl"), null));
        put(withheld(
                "NRS",
                List.of("versusControl.value", "versusControl.ancova"),
                new ArmComparison("SHAM", null, null, null)));

        assertThat(http.get().uri("/api/v1/trials/T1/comparisons")).bodyJson().isLenientlyEqualTo("""
                        [{"instrument": "NRS", "arm": "BM-MSC", "control": "SHAM", "outcome": "SCORE", "method": "WELCH", "withheld": true},
                         {"instrument": "NRS", "arm": "BM-MSC", "control": "SHAM", "outcome": "SCORE", "method": "ANCOVA", "withheld": true},
                         {"instrument": "ODI", "arm": "BM-MSC", "control": "SHAM", "withheld": true}]
                        """);
    }

    private static CohortMetric withheld(String instrument, List<String> paths, @Nullable ArmComparison versus) {
        CohortMetric it = SampleMetric.of("T1", "M6", instrument, Cohort.arm("BM-MSC"), 30, 4);
        ObjectNode metric = Json.MAPPER.valueToTree(it);
        metric.set("withheld", Json.MAPPER.valueToTree(paths));
        metric.set("versusControl", Json.MAPPER.valueToTree(versus));
        return Json.MAPPER.treeToValue(metric, CohortMetric.class);
    }

    @Test
    void writesEverythingAsCsvToo() {
        CohortMetric arm = SampleMetric.everything("T1", "M6", "NRS", Cohort.arm("BM-MSC"));
        put(arm);
        TrialView trial = requireNonNull(views.view).trial("T1").orElseThrow();
        Map.of(
                        "completeness?instrument=NRS",
                        Csv.ofCompleteness(List.of(NRS_BASELINE, NRS_LUND)),
                        "comparisons?instrument=NRS",
                        Csv.ofComparisons(Comparison.of(trial)),
                        "participant-flow?by=all",
                        Csv.ofFlow(List.of(CohortFlow.of(SUMMARY))),
                        "adverse-events?by=all",
                        Csv.ofAdverseEvents(List.of(CohortAdverseEvents.of(SUMMARY))))
                .forEach((address, csv) -> {
                    for (String either : List.of(address, address.replace("?", ".csv?"))) {
                        assertThat(http.get().uri("/api/v1/trials/T1/" + either).accept("text/csv"))
                                .hasStatusOk()
                                .hasHeader(HttpHeaders.CONTENT_TYPE, "text/csv;charset=UTF-8")
                                .hasBodyTextEqualTo(csv);
                    }
                });
    }

    @Test
    void saysFromWhatSizeOnGroupsAreShown() {
        assertThat(http.get().uri("/api/v1/trials"))
                .bodyJson()
                .extractingPath("$[0].disclosure")
                .isEqualTo(Map.of("threshold", 1));

        fold.protocol("T1", Json.MAPPER.readValue(PLAN.replace("\"masked\":false", "\"masked\":true"), Protocol.class));
        fold.metric(NRS_SHAM.key(), null);
        views.view = fold.view(NOW);
        assertThat(http.get().uri("/api/v1/trials"))
                .bodyJson()
                .extractingPath("$[0].disclosure")
                .isEqualTo(Map.of("threshold", 5, "release", Map.of("every", "PT24H", "minNewRecords", 5)));

        put(NRS_SHAM);
        assertThat(http.get().uri("/api/v1/trials"))
                .bodyJson()
                .extractingPath("$[0].disclosure.threshold")
                .as("with arms, since it was unblinded")
                .isEqualTo(1);
    }

    @Test
    void answersWhatTheFrameworkRefusesWithAProblemThatQuotesNothing() {
        requireProblem(http.get().uri("/nowhere/P-0007").exchange(), 404, "not-found");
        requireProblem(http.get().uri("/api/v1/trials/T1/P-0007").exchange(), 404, "not-found");
        MvcTestResult refused = http.delete().uri("/api/v1/trials").exchange();
        requireProblem(refused, 405, "method-not-allowed");
        assertThat(refused).hasHeader(HttpHeaders.ALLOW, "GET");
        for (String resource :
                List.of("metrics", "comparisons", "completeness", "participant-flow", "adverse-events", "events")) {
            requireProblem(
                    http.get()
                            .uri("/api/v1/trials/T1/" + resource)
                            .accept("application/xml")
                            .exchange(),
                    406,
                    "not-acceptable");
        }
    }

    private static void requireProblem(MvcTestResult result, int status, String type) {
        assertThat(result).hasStatus(status).hasContentType(MediaType.APPLICATION_PROBLEM_JSON);
        Map<?, ?> problem = Json.MAPPER.readValue(result.getResponse().getContentAsByteArray(), Map.class);
        assertThat(problem.get("type")).isEqualTo("urn:outcometracker:problem:" + type);
        assertThat(problem.get("title")).asString().isNotBlank();
        assertThat(problem.get("detail")).asString().isNotBlank().doesNotContain("P-0007");
        assertThat(problem.get("status")).isEqualTo(status);
    }

    private MvcTestResult metrics(String query) {
        return http.get().uri("/api/v1/trials/T1/metrics" + query).exchange();
    }

    private static String json(Object value) {
        return Json.MAPPER.writeValueAsString(value);
    }
}

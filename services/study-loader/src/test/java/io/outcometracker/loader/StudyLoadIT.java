package io.outcometracker.loader;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.outcometracker.contract.AdverseEvent;
import io.outcometracker.contract.Cohort;
import io.outcometracker.contract.CohortMetric;
import io.outcometracker.contract.Protocol.DisclosureRule;
import io.outcometracker.contract.Protocol.Release;
import io.outcometracker.contract.TrialSummary;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class StudyLoadIT {
    private static final Duration SHORT = Duration.ofMillis(300);
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final LocalDate TODAY = LocalDate.of(2026, 11, 1);

    @TempDir
    Path folder;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private FakeProduct product;
    private FolderWriter files;

    private static final Tokens TOKENS = new Tokens(Map.of(
            "site",
            "of-site",
            "randomisation",
            "of-randomisation",
            "trial-manager",
            "of-manager",
            "statistician",
            "of-statistician"));

    @BeforeEach
    void start() throws IOException {
        product = new FakeProduct();
        product.published = study -> Recomputation.of(study, TODAY);
        files = new FolderWriter(folder)
                .with("instruments.csv", FolderWriter.INSTRUMENTS)
                .withScores(
                        "T1,S1,P1,A,BL,1,NRS,8",
                        "T1,S1,P1,A,M1,30,NRS,4",
                        "T1,S2,P2,B,BL,1,NRS,6",
                        "T1,S2,P2,B,M1,30,NRS,5");
    }

    @AfterEach
    void stop() {
        product.close();
    }

    @Test
    void showsTheTokenOfTheRoleWhoseBusinessARequestIs() {
        files.with("adverse-events.csv", """
                recordId,version,site,participant,term,onsetOn,severity,serious,status,reasonForChange
                P1-AE-1,1,S1,P1,HEADACHE,2000-01-20,mild,false,final,
                """);

        load();

        assertThat(product.tokens)
                .containsEntry("GET T1", "Bearer of-manager")
                .containsEntry("PUT T1", "Bearer of-manager")
                .containsEntry("POST enrolments", "Bearer of-randomisation")
                .containsEntry("POST follow-ups", "Bearer of-site")
                .containsEntry("POST adverse-events", "Bearer of-site")
                .containsEntry("GET trials", "Bearer of-statistician")
                .containsEntry("GET metrics", "Bearer of-statistician")
                .containsEntry("GET adverse-events", "Bearer of-statistician");
    }

    private LoadReport load() {
        return load(product.uri(), LONG);
    }

    private LoadReport load(URI uri, Duration timeout) {
        return StudyLoad.run(folder, uri, uri, TOKENS, new PrintStream(bytes, true, UTF_8), timeout, SHORT);
    }

    private String output() {
        return bytes.toString(UTF_8);
    }

    @Test
    void postsTheProtocolThenEnrolmentsThenEachSiteInTurn() {
        LoadReport report = load();

        assertThat(report.ok()).as(output()).isTrue();
        assertThat(product.requests)
                .startsWith(
                        "GET T1",
                        "PUT T1",
                        "POST enrolments",
                        "POST follow-ups",
                        "POST follow-ups",
                        "GET trials",
                        "GET metrics");
        assertThat(product.enrolments).hasSize(2);
        assertThat(product.followUps).extracting(FollowUpRecord::site).containsExactly("S1", "S1", "S2", "S2");
        assertThat(report.posted()).isEqualTo(6);
        assertThat(report.applied()).isEqualTo(6);
        assertThat(report.figuresEqual()).isGreaterThan(100);
        assertThat(output())
                .contains("protocol of T1, version 1: created")
                .contains("follow-ups of S2: 2 of 2")
                .endsWith(report.verdict() + System.lineSeparator());
    }

    @Test
    void doesNoHarmWhenRepeated() {
        load();

        LoadReport again = load();

        assertThat(again.ok()).as(output()).isTrue();
        assertThat(product.followUps).hasSize(4);
        assertThat(output()).contains("version 1: unchanged");
    }

    @Test
    void raisesTheVersionOfADerivedProtocolWhenTheDataSayMore() {
        load();
        files.withScores("T1,S1,P1,A,BL,1,NRS,8", "T1,S3,P3,A,BL,1,NRS,8");
        product.published = study -> List.of();

        assertThat(load().ok()).isFalse();

        assertThat(output())
                .contains("protocol of T1, version 2: changed")
                .contains("the metrics-service publishes nothing about T1");
    }

    @Test
    void keepsAGivenProtocolAsItIsAndSaysWhyItIsRefused() {
        load();
        files.with("protocol.yml", """
                {version: 1, masked: false, arms: [{code: A, control: false}, {code: B, control: false}], sites: [S1, S2],
                 visits: [{code: BL, day: 1, windowOpen: 1, windowClose: 1}, {code: M1, day: 30, windowOpen: 30, windowClose: 30}],
                 instruments: [{code: NRS, decimals: 0, higherIsWorse: true}]}
                """);

        LoadReport report = load();

        assertThat(report.ok()).isFalse();
        assertThat(output())
                .contains("answered 409 Version reused: version 1 is held with another plan")
                .contains("VERSION_REUSED /version: raise it");
    }

    @Test
    void postsInBatches() {
        String[] rows = new String[2001];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = "T1,S1,P" + i + ",A,BL,1,NRS," + i % 11;
        }
        files.withScores(rows);

        assertThat(load().ok()).as(output()).isTrue();

        assertThat(product.requests.stream().filter("POST follow-ups"::equals)).hasSize(3);
        assertThat(output()).containsSubsequence("follow-ups of S1: 1000 of 2001", "follow-ups of S1: 2001 of 2001");
    }

    @Test
    void asksAgainWhileAServiceIsNotReady() {
        product.statuses.addAll(List.of(503, 502, 429));

        assertThat(load().ok()).as(output()).isTrue();
    }

    @Test
    void postsAnUndecidedRecordAgainUntilItIsDecided() {
        product.decision = (record, times) -> times < 3 ? "PENDING" : "APPLIED";

        assertThat(load().ok()).as(output()).isTrue();
        assertThat(product.followUps).hasSize(4);
    }

    @Test
    void givesUpOnARecordThatIsNeverDecided() {
        product.decision = (record, times) -> "PENDING";

        assertThat(load(product.uri(), SHORT).ok()).isFalse();
        assertThat(output())
                .contains("NOT OK: enrolment 1 version 1 and 1 more were accepted, "
                        + "but what became of them was not decided in time");
    }

    @Test
    void givesUpOnAServiceThatIsNotThere() throws IOException {
        int free;
        try (ServerSocket socket = new ServerSocket(0)) {
            free = socket.getLocalPort();
        }
        URI nobody = URI.create("http://localhost:" + free);

        assertThat(load(nobody, SHORT).ok()).isFalse();
        assertThat(output()).contains("GET " + nobody + "/api/v1/trials/T1 is not reachable (ConnectException)");
    }

    @Test
    void givesUpOnAFolderThatIsWrongBeforeAnythingIsPosted() {
        files.withScores("T1,S1,P1,A,BL,1,NRS,seven");

        assertThat(load().ok()).isFalse();
        assertThat(product.requests).isEmpty();
        assertThat(output()).contains("NOT OK: long.csv, line 2, column score: is not a number");
    }

    @Test
    void namesRecordsThatAreRefusedOrInConflictAndComparesTheRest() {
        product.decision = (record, times) -> switch (recordId(record)) {
            case "P1-M1-NRS" -> FakeProduct.REFUSED;
            case "P2-M1-NRS" -> "CONFLICT";
            default -> "APPLIED";
        };

        LoadReport report = load();

        assertThat(report.ok()).isFalse();
        assertThat(report.applied()).isEqualTo(4);
        assertThat(report.figuresDifferent()).as(output()).isZero();
        assertThat(output())
                .contains("not applied: 2")
                .contains("record P1-M1-NRS version 1: refused, OUT_OF_RANGE /1/value: value must be 0 to 10 (NRS)")
                .contains("record P2-M1-NRS version 1: CONFLICT")
                .contains("NOT OK: 4 of 6 records applied");
    }

    private static String recordId(JsonNode record) {
        return record.path("recordId").asString("");
    }

    @Test
    void takesAnEarlierVersionForAppliedWhenALaterOneStands() {
        files.with("follow-ups.csv", """
                recordId,version,site,participant,visit,instrument,value,assessedOn,status,reasonForChange
                P1-M1-NRS,2,S1,P1,M1,NRS,3,2000-01-30,amended,mistyped
                P2-M1-NRS,2,S2,P2,M1,NRS,,,entered-in-error,another participant
                """);
        product.decision = (record, times) -> {
            boolean first = record.path("version").asInt() == 1;
            boolean corrected = recordId(record).endsWith("M1-NRS");
            return first && corrected
                    ? "STALE"
                    : record.path("status").asString("").equals("entered-in-error") ? "RETRACTED" : "APPLIED";
        };

        LoadReport report = load();

        assertThat(report.applied()).as(output()).isEqualTo(report.posted());
    }

    @Test
    void takesAStaleRecordWithoutLaterVersionForNotApplied() {
        product.decision = (record, times) -> recordId(record).equals("P1-BL-NRS") ? "STALE" : "APPLIED";

        assertThat(load().ok()).isFalse();
        assertThat(output()).contains("record P1-BL-NRS version 1: STALE");
    }

    @Test
    void waitsForTheFiguresToArrive() {
        int[] looks = {0};
        product.published = study -> {
            List<CohortMetric> all = Recomputation.of(study, TODAY);
            looks[0]++;
            return all.subList(0, Math.min(all.size(), 3 * looks[0]));
        };

        assertThat(load().ok()).as(output()).isTrue();
        assertThat(looks[0]).isGreaterThan(1);
    }

    private static final String MASKED = """
            {version: 1, masked: true, arms: [{code: A, control: false}, {code: B, control: false}], sites: [S1, S2],
             visits: [{code: BL, day: 1, windowOpen: 1, windowClose: 1}, {code: M1, day: 30, windowOpen: 30, windowClose: 30}],
             instruments: [{code: NRS, decimals: 0, higherIsWorse: true}]}
            """;

    private static List<CohortMetric> pooled(Study study) {
        return Recomputation.of(study, TODAY).stream()
                .filter(it -> it.cohort().equals(Cohort.ALL))
                .toList();
    }

    @Test
    void expectsOnlyAllParticipantsTogetherOfAMaskedTrialFromAServiceForItsSponsor() {
        files.with("protocol.yml", MASKED);
        product.published = StudyLoadIT::pooled;

        LoadReport report = load();

        assertThat(report.ok()).as(output()).isTrue();
        assertThat(report.figuresEqual()).isPositive();
        assertThat(report.cohortsNotCompared()).isZero();
        assertThat(output()).contains("  BL            all              2  7.00 (1.41)");
    }

    @Test
    void tellsWhenAServiceForTheSponsorShowsMoreOfAMaskedTrial() {
        files.with("protocol.yml", MASKED);
        product.published = study -> Recomputation.of(study, TODAY).stream()
                .filter(it -> !it.cohort().equals(Cohort.arm("A")))
                .toList();

        assertThat(load().ok()).isFalse();
        assertThat(output())
                .contains("BL NRS site=S1 cohort: expected nothing, found published")
                .contains("BL NRS arm=B cohort: expected nothing, found published");
    }

    @Test
    void expectsEverythingOfAMaskedTrialFromAServiceForTheUnblinded() {
        files.with("protocol.yml", MASKED);
        product.audience = "unblinded";
        product.published = StudyLoadIT::pooled;

        assertThat(load().ok()).isFalse();
        assertThat(output()).contains("BL NRS arm=A cohort: expected published, found nothing");
    }

    @Test
    void comparesNothingThatIsReleasedInBatchesOrHidden() {
        files.with("protocol.yml", MASKED);
        product.disclosure = new DisclosureRule(5, new Release(Duration.ofDays(1), 5));
        product.published = study -> List.of(released(pooled(study).get(0)));

        LoadReport report = load();

        assertThat(report.ok()).as(output()).isTrue();
        assertThat(report.figuresEqual()).isZero();
        assertThat(report.cohortsNotCompared()).isEqualTo(2);
        assertThat(output())
                .contains("cohorts not compared: 1, released in batches, so they may lag behind")
                .contains("cohorts not compared: 1, not released yet")
                .contains("OK: 6 of 6 records applied; 0 figures recomputed, 0 different; 2 cohorts not compared");
    }

    private static CohortMetric released(CohortMetric metric) {
        return with(metric, metric.value(), Map.of("outcomes.follow-ups.v1", List.of(4L)));
    }

    private static CohortMetric with(
            CohortMetric metric, CohortMetric.Distribution value, Map<String, List<Long>> upTo) {
        return new CohortMetric(
                metric.trial(),
                metric.visit(),
                metric.instrument(),
                metric.cohort(),
                value,
                metric.change(),
                metric.percentChange(),
                metric.nBaselineZero(),
                metric.responders(),
                metric.nOutsideLimits(),
                metric.geometricMean(),
                metric.versusControl(),
                metric.completeness(),
                false,
                null,
                null,
                upTo,
                metric.asOf(),
                metric.protocolVersion());
    }

    @Test
    void waitsForAReleaseThatIsDueSoon() {
        files.with("protocol.yml", MASKED);
        product.disclosure = new DisclosureRule(1, new Release(Duration.ofSeconds(1), 1));
        int[] looks = {0};
        product.published = study -> pooled(study).stream()
                .limit(looks[0]++)
                .map(StudyLoadIT::released)
                .toList();

        PrintStream out = new PrintStream(bytes, true, UTF_8);
        StudyLoad.run(folder, product.uri(), product.uri(), TOKENS, out, LONG, Duration.ofSeconds(10));

        assertThat(output())
                .contains("cohorts not compared: 2, released in batches")
                .doesNotContain("not released");
    }

    @Test
    void failsWhereAFigureDiffersThatIsNeitherReleasedInBatchesNorHidden() {
        files.with("protocol.yml", MASKED);
        product.disclosure = new DisclosureRule(5, null);
        product.published =
                study -> pooled(study).stream().map(it -> withMean(it, 4.25)).toList();

        assertThat(load().ok()).isFalse();
        assertThat(output()).contains("BL NRS all mean: expected 7.0, found 4.25");
    }

    @Test
    void postsAdverseEventsAndShowsWhatIsCountedOfThem() {
        files.with("adverse-events.csv", """
                recordId,version,site,participant,term,onsetOn,severity,serious,status,reasonForChange
                P1-AE-1,1,S1,P1,HEADACHE,2000-01-20,mild,false,final,
                P1-AE-1,2,S1,P1,HEADACHE,2000-01-20,severe,true,amended,grading reviewed
                P2-AE-1,1,S2,P2,FALL,2000-01-20,mild,,,
                P2-AE-1,2,S2,P2,,,,,entered-in-error,another participant
                """);
        product.decision = (record, times) -> switch (record.path("version").asInt() + recordId(record)) {
            case "1P1-AE-1" -> "STALE";
            case "2P2-AE-1" -> "RETRACTED";
            default -> "APPLIED";
        };
        product.summaries = List.of(new TrialSummary(
                "T1",
                Cohort.ALL,
                new TrialSummary.Flow(2, 0, Map.of(), 2, 2, 2, 0, 0, Map.of()),
                new TrialSummary.AdverseEvents(2, 1, 0.5, 1, 1, 1, 0, 0, 1, 10, 10.0),
                Instant.EPOCH,
                1));

        LoadReport report = load();

        assertThat(report.ok()).as(output()).isTrue();
        assertThat(report.posted()).isEqualTo(10);
        assertThat(product.adverseEvents)
                .contains(new AdverseEventRecord(
                        "P1-AE-1",
                        2,
                        "S1",
                        "P1",
                        "HEADACHE",
                        LocalDate.of(2000, 1, 20),
                        AdverseEvent.Severity.SEVERE,
                        true,
                        AdverseEvent.Status.AMENDED,
                        "grading reviewed"));
        assertThat(output()).contains("4 adverse events").contains("1 of 2 treated; 1 events, 1 serious");
    }

    @Test
    void namesAdverseEventsThatAreRefused() {
        files.with("adverse-events.csv", """
                recordId,version,site,participant,term,onsetOn,severity,serious,status,reasonForChange
                P1-AE-1,1,S1,P1,HEADACHE,2000-01-20,mild,false,final,
                """);
        product.decision = (record, times) -> recordId(record).contains("AE") ? "PARKED" : "APPLIED";

        assertThat(load().ok()).isFalse();
        assertThat(output()).contains("adverse event P1-AE-1 version 1: PARKED");
    }

    @Test
    void tellsEveryFigureThatIsNotAsItShouldBe() {
        product.published = study -> Recomputation.of(study, TODAY).stream()
                .map(it -> it.key().equals("T1|M1|NRS|arm=A") ? withMean(it, 4.5) : it)
                .toList();

        LoadReport report = load();

        assertThat(report.ok()).isFalse();
        assertThat(report.figuresDifferent()).isEqualTo(1);
        assertThat(output()).contains("M1 NRS arm=A mean: expected 4.0, found 4.5");
    }

    private static CohortMetric withMean(CohortMetric metric, double mean) {
        CohortMetric.Distribution value = metric.value();
        return with(
                metric,
                new CohortMetric.Distribution(
                        value.n(),
                        mean,
                        value.sd(),
                        value.se(),
                        value.ci(),
                        value.median(),
                        value.q1(),
                        value.q3(),
                        value.min(),
                        value.max()),
                null);
    }

    @Test
    void failsWhenAPrintedFigureIsNotReproduced() {
        files.with(
                "published.csv",
                "visit,arm,instrument,metric,value,decimals\nBL,A,NRS,mean,8.0,1\nBL,B,NRS,mean,6.1,1\n");

        LoadReport report = load();

        assertThat(report.ok()).isFalse();
        assertThat(report.printedAgree()).isEqualTo(1);
        assertThat(output())
                .contains("mean 8.0 ok")
                .contains("mean 6.1 NOT 6.0")
                .contains("1 of 2 published figures");
    }
}

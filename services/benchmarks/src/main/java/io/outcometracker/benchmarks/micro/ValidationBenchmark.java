package io.outcometracker.benchmarks.micro;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.outcometracker.contract.FollowUp;
import io.outcometracker.contract.Json;
import io.outcometracker.contract.Protocol;
import io.outcometracker.ingest.Notation;
import io.outcometracker.ingest.RecordKind;
import io.outcometracker.ingest.domain.Caller;
import io.outcometracker.ingest.domain.Checked;
import io.outcometracker.ingest.domain.Checked.Accepted;
import io.outcometracker.ingest.domain.OwnSites;
import io.outcometracker.ingest.domain.RecordRules;
import io.outcometracker.ingest.domain.Role;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A follow-up as a site posts it: read, and held against all rules, as at the door; that its participant is not of another
 * site is known without looking it up. The anchor knows no rule and checks nothing but JSON.
 */
@State(Scope.Benchmark)
public class ValidationBenchmark {
    private static final JsonMapper PLAIN = new JsonMapper();
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:02.500Z");
    private static final Caller SITE = new Caller("nurse-7", Set.of(Role.SITE), Set.of("T1"), Set.of("S01"));
    private static final Protocol PROTOCOL = Json.MAPPER.readValue("""
            {"trial": "T1", "title": "Micro", "version": 1, "masked": true,
             "arms": [{"code": "ACT", "label": "Active"}, {"code": "PBO", "label": "Placebo", "control": true}],
             "sites": ["S01", "S02"],
             "visits": [
               {"code": "BL", "label": "Baseline", "day": 1, "windowOpen": -14, "windowClose": 1, "baseline": true},
               {"code": "M4", "label": "Month 4", "day": 121, "windowOpen": 107, "windowClose": 135}],
             "instruments": [
               {"code": "VAS", "unit": "mm", "min": 0, "max": 100, "decimals": 0, "step": 1, "higherIsWorse": true}],
             "groupings": []}
            """, Protocol.class);
    private static final String FIRST = """
            {"recordId":"00010000-1c2d-4e3f-8a9b-000000001234","version":1,"site":"S01","participant":"P-0001234",\
            "visit":"M4","instrument":"VAS","value":42,"unit":"mm","assessedOn":"2026-01-30","status":"final"}""";
    private static final String AMENDED = """
            {"recordId":"00010000-1c2d-4e3f-8a9b-000000001234","version":2,"site":"S01","participant":"P-0001234",\
            "visit":"M4","instrument":"VAS","value":43,"unit":"mm","assessedOn":"2026-01-30","status":"amended",\
            "reasonForChange":"transcription error"}""";

    private final RecordRules<FollowUp> rules =
            new OwnSites<>(RecordKind.FOLLOW_UP.rules(), SITE, (trial, participant) -> Optional.of("S01"));

    /** Only an amendment has a text in which somebody may be named. */
    @Param({"final", "amended"})
    @SuppressWarnings("NullAway.Init")
    public String status;

    @SuppressWarnings("NullAway.Init")
    private byte[] bytes;

    @Setup
    public void write() throws IOException {
        bytes = (status.equals("amended") ? AMENDED : FIRST).getBytes(UTF_8);
        if (!(check() instanceof Accepted)) {
            throw new IllegalStateException("it breaks a rule");
        }
    }

    @Benchmark
    public Checked<FollowUp> check() throws IOException {
        return rules.check(Notation.JSON.read(new ByteArrayInputStream(bytes)), PROTOCOL, NOW);
    }

    @Benchmark
    public JsonNode checkAnchor() {
        return PLAIN.readTree(bytes);
    }
}

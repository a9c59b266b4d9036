package io.outcometracker.ingest.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.outcometracker.contract.Code;
import io.outcometracker.contract.Json;
import io.outcometracker.contract.Protocol;
import io.outcometracker.contract.Protocol.Instrument;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class CatalogueTest {
    private static final String MINIMAL = """
            {"version": 1, "sites": ["S01"], "catalogue": "2026-1",
             "visits": [{"code": "BL", "day": 1, "windowOpen": -7, "windowClose": 1}],
             "instruments": [%s]}""";
    private static final Pattern LOINC = Pattern.compile("\\d{3,5}-\\d");

    private static JsonNode published() {
        return Json.MAPPER.readTree(Catalogue.LATEST.json());
    }

    private static List<JsonNode> entries() {
        return List.copyOf(published().get("instruments").values());
    }

    private static ProtocolReader.Reading read(String instruments) {
        return ProtocolReader.read(Example.json(MINIMAL.formatted(instruments)), "T1");
    }

    private static Instrument taken(String instrument) {
        ProtocolReader.Reading reading = read(instrument);
        assertThat(reading.problems()).isEmpty();
        Protocol protocol = reading.protocol();
        assertThat(protocol).isNotNull();
        assertThat(protocol.catalogue()).isEqualTo("2026-1");
        return protocol.instruments().get(0);
    }

    /** Code; range; decimals; step; direction; whether change and percentages of it mean something; log scale; unit. */
    @ParameterizedTest(name = "{0}")
    @CsvSource(nullValues = "-", textBlock = """
            NRS,        0,  10,     0,  1,     W, change percent, -,   {score}
            VAS,        0,  100,    0,  1,     W, change percent, -,   mm
            BPI_SEV,    0,  10,     2,  -,     W, change percent, -,   {score}
            BPI_INT,    0,  10,     2,  -,     W, change percent, -,   {score}
            ODI,        0,  100,    0,  1,     W, change percent, -,   %
            RMDQ,       0,  24,     0,  1,     W, change percent, -,   {score}
            WOMAC,      0,  96,     0,  1,     W, change percent, -,   {score}
            PROMIS_PF,  10, 90,     1,  0.1,   B, change,         -,   {score}
            SF36_PF,    0,  100,    0,  5,     B, change percent, -,   {score}
            PSQI,       0,  21,     0,  1,     W, change percent, -,   {score}
            ISI,        0,  28,     0,  1,     W, change percent, -,   {score}
            PROMIS_SD,  10, 90,     1,  0.1,   W, change,         -,   {score}
            PHQ9,       0,  27,     0,  1,     W, change percent, -,   {score}
            GAD7,       0,  21,     0,  1,     W, change percent, -,   {score}
            HADS_A,     0,  21,     0,  1,     W, change percent, -,   {score}
            HADS_D,     0,  21,     0,  1,     W, change percent, -,   {score}
            IPAQ_SF,    0,  19278,  1,  0.1,   B, change,         -,   {MET}.min/wk
            STEPS,      0,  100000, 0,  1,     B, change percent, -,   /d
            PGIC,       1,  7,      0,  1,     W, -,              -,   {score}
            SAT,        0,  10,     0,  1,     B, change percent, -,   {score}
            CRP,        0,  -,      2,  0.01,  W, change percent, log, mg/L
            IL6,        0,  -,      2,  0.01,  W, change percent, log, pg/mL
            """)
    void definesWhatAProtocolTakesByCodeAlone(
            String code,
            BigDecimal min,
            @Nullable BigDecimal max,
            int decimals,
            @Nullable BigDecimal step,
            String direction,
            @Nullable String change,
            @Nullable String log,
            String unit) {
        Instrument instrument = taken("{\"code\": \"" + code + "\"}");

        assertThat(instrument.min()).isEqualByComparingTo(min);
        assertThat(instrument.max()).isEqualTo(max);
        assertThat(instrument.decimals()).isEqualTo(decimals);
        assertThat(instrument.step()).isEqualTo(step);
        assertThat(instrument.higherIsWorse()).isEqualTo(direction.equals("W"));
        assertThat(instrument.measuresChange()).isEqualTo(change != null);
        assertThat(instrument.measuresPercentChange()).isEqualTo("change percent".equals(change));
        assertThat(instrument.logScale()).isEqualTo(log != null);
        assertThat(instrument.unit()).isEqualTo(unit);
        assertThat(instrument.label()).isNotBlank();
        assertThat(instrument.domain()).isIn("pain", "function", "sleep", "mood", "activity", "global", "lab");
        assertThat(instrument.mcid()).isNull();
    }

    @Test
    void hasTheTwentyTwoInstrumentsOfTheTableAndNoOthers() {
        assertThat(published().get("version").stringValue()).isEqualTo("2026-1");
        assertThat(entries())
                .extracting(it -> it.get("code").stringValue())
                .hasSize(22)
                .doesNotHaveDuplicates()
                .allMatch(Code::isValid);
    }

    @Test
    void saysOfEachWhoseItIsAndUnderWhichCodesItIsKnown() {
        for (JsonNode entry : entries()) {
            assertThat(entry.path("licence").asString("")).isNotBlank();
            assertThat(entry.path("loinc").values())
                    .allMatch(it -> LOINC.matcher(it.stringValue()).matches());
            assertThat(entry.path("cdisc").propertyNames()).isSubsetOf("cat", "shortName", "testcd");
            assertThat(entry.path("cdisc").path("testcd").asString("").length()).isLessThanOrEqualTo(8);
        }
        assertThat(loinc("PHQ9")).containsExactly("44261-6");
        assertThat(loinc("CRP")).containsExactly("1988-5", "30522-7");
        assertThat(entry("ODI").at("/cdisc/testcd").stringValue()).isEqualTo("ODI0111");
    }

    @Test
    void hasNoThresholdsAndNoItems() {
        Set<String> names =
                entries().stream().flatMap(it -> it.propertyNames().stream()).collect(Collectors.toSet());

        assertThat(names)
                .containsExactlyInAnyOrder(
                        "code",
                        "label",
                        "domain",
                        "unit",
                        "min",
                        "max",
                        "decimals",
                        "step",
                        "higherIsWorse",
                        "hasBaseline",
                        "percentChange",
                        "logScale",
                        "loinc",
                        "cdisc",
                        "licence");
    }

    @Test
    void letsAProtocolSayOtherwise() {
        Instrument womac = taken("""
                {"code": "WOMAC", "max": 240, "label": null, "rounding": "half-up",
                 "mcid": {"value": 20, "kind": "PCT", "source": "Angst 2002"}}""");

        assertThat(womac.max()).isEqualByComparingTo("240");
        assertThat(womac.label()).isNull();
        assertThat(womac.rounding()).isEqualTo(Protocol.Rounding.HALF_UP);
        assertThat(womac.higherIsWorse()).isTrue();
        assertThat(Optional.ofNullable(womac.mcid()).map(Protocol.Mcid::source)).hasValue("Angst 2002");
    }

    @Test
    void leavesTheProtocolsOwnInstrumentsAlone() {
        Instrument own = taken("{\"code\": \"XYZ\", \"decimals\": 0, \"higherIsWorse\": false}");

        assertThat(own.max()).isNull();
        assertThat(own.label()).isNull();
    }

    @Test
    void readsACompletedProtocolBackAsTheSamePlan() {
        Protocol completed = read("{\"code\": \"NRS\"}, {\"code\": \"CRP\"}").protocol();

        assertThat(ProtocolReader.read(Json.MAPPER.valueToTree(completed), "T1").protocol())
                .isEqualTo(completed);
    }

    @Test
    void saysWhatIsMissingOfAnInstrumentThatItDoesNotKnow() {
        assertThat(read("{\"code\": \"XYZ\"}").problems())
                .extracting(Problem::pointer, Problem::message)
                .containsExactly(
                        tuple(
                                "/instruments/0/decimals",
                                "decimals is missing: catalogue 2026-1 does not have the instrument, so the protocol must define it"),
                        tuple(
                                "/instruments/0/higherIsWorse",
                                "higherIsWorse is missing: catalogue 2026-1 does not have the instrument, so the protocol must define it"));
    }

    @Test
    void isTakenFromOnlyWhereTheProtocolPinsItsVersion() {
        JsonNode unpinned = Example.json(
                MINIMAL.formatted("{\"code\": \"NRS\", \"higherIsWorse\": true}"), it -> it.remove("catalogue"));

        assertThat(ProtocolReader.read(unpinned, "T1").problems())
                .containsExactly(new Problem(
                        ProblemCode.MISSING,
                        "/instruments/0/decimals",
                        "decimals is missing; to take it from the catalogue, say catalogue: 2026-1"));
    }

    private static JsonNode entry(String code) {
        return entries().stream()
                .filter(it -> it.get("code").stringValue().equals(code))
                .findFirst()
                .orElseThrow();
    }

    private static List<String> loinc(String code) {
        return entry(code).get("loinc").valueStream().map(JsonNode::stringValue).toList();
    }
}

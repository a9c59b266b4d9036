package io.outcometracker.ingest.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.outcometracker.contract.Json;
import io.outcometracker.contract.Protocol;
import io.outcometracker.testkit.WorkedExample;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class ProtocolReaderTest {
    private static final String SMALL = """
            {"version": 1, "sites": ["S01"],
             "visits": [{"code": "BL", "day": 1, "windowOpen": -7, "windowClose": 1}],
             "instruments": [{"code": "NRS", "decimals": 0, "higherIsWorse": true}]}""";

    @Test
    void readsEveryFieldThatAProtocolHas() {
        Protocol protocol = Example.protocol();

        assertThat(Json.MAPPER.readValue(Example.PROTOCOL, Protocol.class)).isEqualTo(protocol);
    }

    @Test
    void readsBackWhatItWasWrittenAs() {
        JsonNode written = Json.MAPPER.valueToTree(WorkedExample.protocol());

        assertThat(ProtocolReader.read(written, WorkedExample.TRIAL).protocol()).isEqualTo(WorkedExample.protocol());
    }

    @Test
    void takesTheTrialFromTheAddress() {
        Protocol protocol = ProtocolReader.read(Example.json(SMALL), "T9").protocol();

        assertThat(protocol).isNotNull();
        assertThat(protocol.trial()).isEqualTo("T9");
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = ';', quoteCharacter = '`', textBlock = """
                    {"trial": "T2"};                TRIAL_MISMATCH /trial
                    {"version": null};              MISSING /version
                    {"version": 0};                 INVALID_VERSION /version
                    {"title": 3};                   WRONG_TYPE /title
                    {"sites": null};                MISSING /sites
                    {"sites": []};                  MISSING /sites
                    {"sites": "S01"};               WRONG_TYPE /sites
                    {"sites": ["S01", 2]};          WRONG_TYPE /sites/1
                    {"sites": ["S01", "S 2"]};      INVALID_CODE /sites/1
                    {"sites": ["S01", "S01"]};      REPEATED_CODE /sites/1
                    {"visits": null};               MISSING /visits
                    {"visits": [7]};                WRONG_TYPE /visits/0
                    {"visits": [{"day": 1, "windowOpen": 1, "windowClose": 1}]};  MISSING /visits/0/code
                    {"visits": [{"code": "BL", "windowOpen": 1, "windowClose": 1}]};  MISSING /visits/0/day
                    {"visits": [{"code": "BL", "day": 0, "windowOpen": -1, "windowClose": 1}]};  INVALID_WINDOW /visits/0/day
                    {"visits": [{"code": "BL", "day": 1, "windowOpen": 2, "windowClose": 3}]};  INVALID_WINDOW /visits/0/windowOpen
                    {"visits": [{"code": "BL", "day": 5, "windowOpen": 2, "windowClose": 3}]};  INVALID_WINDOW /visits/0/windowClose
                    {"visits": [{"code": "BL", "day": 1, "windowOpen": 1, "windowClose": 1, "time": "10:00"}]};  UNKNOWN_FIELD /visits/0/time
                    {"visits": [{"code": "BL", "day": 1, "windowOpen": 1, "windowClose": 1, "baseline": 1}]};  WRONG_TYPE /visits/0/baseline
                    {"visits": [{"code": "A", "day": 1, "windowOpen": 1, "windowClose": 1, "baseline": true}, {"code": "B", "day": 2, "windowOpen": 2, "windowClose": 2, "baseline": true}]};  MORE_THAN_ONE /visits/1/baseline
                    {"visits": [{"code": "A", "day": 1, "windowOpen": 1, "windowClose": 1}, {"code": "A", "day": 2, "windowOpen": 2, "windowClose": 2}]};  REPEATED_CODE /visits/1/code
                    {"visits": [{"code": "A", "day": 1, "windowOpen": 1, "windowClose": 1, "instruments": "NRS"}]};  WRONG_TYPE /visits/0/instruments
                    {"visits": [{"code": "A", "day": 1, "windowOpen": 1, "windowClose": 1, "instruments": ["NRS", 2]}]};  WRONG_TYPE /visits/0/instruments/1
                    {"visits": [{"code": "A", "day": 1, "windowOpen": 1, "windowClose": 1, "instruments": ["NRS", "N R S"]}]};  INVALID_CODE /visits/0/instruments/1
                    {"visits": [{"code": "A", "day": 1, "windowOpen": 1, "windowClose": 1, "instruments": ["NRS", "ODI"]}]};  UNKNOWN_INSTRUMENT /visits/0/instruments/1
                    {"visits": [{"code": "A", "day": 1, "windowOpen": 1, "windowClose": 1, "instruments": ["NRS", "NRS"]}]};  REPEATED_CODE /visits/0/instruments/1
                    {"instruments": []};            MISSING /instruments
                    {"instruments": [{"code": "NRS", "higherIsWorse": true}]};  MISSING /instruments/0/decimals
                    {"instruments": [{"code": "NRS", "decimals": 0}]};  MISSING /instruments/0/higherIsWorse
                    {"instruments": [{"code": "NRS", "decimals": 10, "higherIsWorse": true}]};  INVALID_SCALE /instruments/0/decimals
                    {"instruments": [{"code": "NRS", "decimals": 0, "higherIsWorse": true, "min": 2, "max": 1}]};  INVALID_SCALE /instruments/0/max
                    {"instruments": [{"code": "NRS", "decimals": 0, "higherIsWorse": true, "step": 0}]};  INVALID_SCALE /instruments/0/step
                    {"instruments": [{"code": "NRS", "decimals": 0, "higherIsWorse": true, "step": 0.5}]};  INVALID_SCALE /instruments/0/step
                    {"instruments": [{"code": "NRS", "decimals": 0, "higherIsWorse": true, "rounding": "up"}]};  INVALID_CHOICE /instruments/0/rounding
                    {"instruments": [{"code": "NRS", "decimals": 0, "higherIsWorse": true, "mcid": {"value": 2, "kind": "ABS"}}]};  MISSING /instruments/0/mcid/source
                    {"instruments": [{"code": "NRS", "decimals": 0, "higherIsWorse": true, "mcid": {"value": 2, "kind": "abs", "source": "x"}}]};  INVALID_CHOICE /instruments/0/mcid/kind
                    {"instruments": [{"code": "NRS", "decimals": 0, "higherIsWorse": true, "mcid": {"value": -2, "kind": "ABS", "source": "x"}}]};  INVALID_SCALE /instruments/0/mcid/value
                    {"instruments": [{"code": "NRS", "decimals": 0, "higherIsWorse": true, "mcid": {"value": 0, "kind": "PCT", "source": "x"}}]};  INVALID_SCALE /instruments/0/mcid/value
                    {"arms": [{"code": "A"}]};      MISSING /masked
                    {"arms": [{"code": "A"}], "masked": "yes"};  WRONG_TYPE /masked
                    {"masked": false, "arms": [{"code": "A", "control": true}, {"code": "B", "control": true}]};  MORE_THAN_ONE /arms/1/control
                    {"groupings": ["arm"]};         RESERVED_NAME /groupings/0
                    {"groupings": ["a", "a"]};      REPEATED_CODE /groupings/1
                    {"instruments": [{"code": "NRS", "decimals": 0, "higherIsWorse": true, "logScale": "yes"}]};  WRONG_TYPE /instruments/0/logScale
                    {"instruments": [{"code": "NRS", "decimals": 0, "higherIsWorse": true, "logScale": true}]};  INVALID_SCALE /instruments/0/logScale
                    {"instruments": [{"code": "NRS", "decimals": 0, "higherIsWorse": true, "logScale": true, "min": -1}]};  INVALID_SCALE /instruments/0/logScale
                    {"pValues": "yes"};             WRONG_TYPE /pValues
                    {"disclosure": 5};              WRONG_TYPE /disclosure
                    {"disclosure": {"treshold": 5}};  UNKNOWN_FIELD /disclosure/treshold
                    {"disclosure": {"threshold": 0}};  OUT_OF_RANGE /disclosure/threshold
                    {"disclosure": {"threshold": 2.5}};  WRONG_TYPE /disclosure/threshold
                    {"disclosure": {"release": {"minNewRecords": 5}}};  MISSING /disclosure/release/every
                    {"disclosure": {"release": {"every": "P1D"}}};  MISSING /disclosure/release/minNewRecords
                    {"disclosure": {"release": {"every": "P1D", "minNewRecords": 0}}};  OUT_OF_RANGE /disclosure/release/minNewRecords
                    {"disclosure": {"release": {"every": "daily", "minNewRecords": 5}}};  INVALID_DURATION /disclosure/release/every
                    {"disclosure": {"release": {"every": "PT0.9S", "minNewRecords": 5}}};  INVALID_DURATION /disclosure/release/every
                    {"disclosure": {"release": {"every": "-P1D", "minNewRecords": 5}}};  INVALID_DURATION /disclosure/release/every
                    {"disclosure": {"release": {"every": "P1M", "minNewRecords": 5}}};  INVALID_DURATION /disclosure/release/every
                    {"disclosure": {"release": {"every": "P999999999999999999D", "minNewRecords": 5}}};  INVALID_DURATION /disclosure/release/every
                    {"disclosure": {"release": {"every": 86400, "minNewRecords": 5}}};  WRONG_TYPE /disclosure/release/every
                    {"disclosure": {"release": {"every": "P1D", "minNewRecords": 5, "at": "02:00"}}};  UNKNOWN_FIELD /disclosure/release/at
                    {"disclosure": {"public": {"threshold": 0}}};  OUT_OF_RANGE /disclosure/public/threshold
                    {"disclosure": {"public": {"release": {"minNewRecords": 5}}}};  MISSING /disclosure/public/release/every
                    {"disclosure": {"public": {"arms": true}}};  UNKNOWN_FIELD /disclosure/public/arms
                    {"catalogue": "2025-9"};        UNKNOWN_CATALOGUE /catalogue
                    {"catalogue": 2026};            WRONG_TYPE /catalogue
                    {"catalogue": "2026-1", "instruments": [{"code": "XYZ", "decimals": 0}]};  MISSING /instruments/0/higherIsWorse
                    {"catalogue": "2026-1", "instruments": [{"code": "NRS", "decimals": null}]};  MISSING /instruments/0/decimals
                    {"catalogue": "2026-1", "instruments": [{"code": "NRS", "min": 11}]};  INVALID_SCALE /instruments/0/max
                    {"catalogue": "2026-1", "instruments": [{"code": "SF36_PF", "step": 0.5}]};  INVALID_SCALE /instruments/0/step
                    """)
    void refusesWithCodeAndPointer(String changes, String problem) {
        ProtocolReader.Reading reading = ProtocolReader.read(Example.with(SMALL, changes), "T1");

        assertThat(Example.brief(reading.problems())).containsExactly(problem);
        assertThat(reading.protocol()).isNull();
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', quoteCharacter = '`', textBlock = """
                    "instruments": ["ODI", "NRS"]  ; ODI, NRS
                    "instruments": []              ; ``
                    "instruments": null            ;
                    """)
    void readsWhatAVisitPlans(String planned, @Nullable String codes) {
        String visits = """
                {"catalogue": "2026-1", "instruments": [{"code": "NRS"}, {"code": "ODI"}],
                 "visits": [{"code": "BL", "day": 1, "windowOpen": 1, "windowClose": 1, %s}]}""";

        Protocol protocol = ProtocolReader.read(Example.with(SMALL, visits.formatted(planned)), "T1")
                .protocol();

        assertThat(protocol).isNotNull();
        List<String> read = protocol.visits().get(0).instruments();
        assertThat(read == null ? null : String.join(", ", read)).isEqualTo(codes);
    }

    @Test
    void refusesATrialWhoseAddressIsNoCode() {
        assertThat(Example.brief(ProtocolReader.read(Example.json(SMALL), "T 1").problems()))
                .containsExactly("INVALID_CODE /trial");
    }

    @Test
    void reportsAllProblemsOfAProtocol() {
        JsonNode broken = Example.json("""
                {"version": "1", "sites": ["?"], "visits": [{"code": "BL", "day": 0}, {}],
                 "instruments": [{"code": "NRS", "decimals": -1}], "site": "S01"}""");

        assertThat(Example.brief(ProtocolReader.read(broken, "T1").problems()))
                .containsExactlyInAnyOrder(
                        "WRONG_TYPE /version",
                        "INVALID_CODE /sites/0",
                        "INVALID_WINDOW /visits/0/day",
                        "MISSING /visits/0/windowOpen",
                        "MISSING /visits/0/windowClose",
                        "MISSING /visits/1/code",
                        "MISSING /visits/1/day",
                        "MISSING /visits/1/windowOpen",
                        "MISSING /visits/1/windowClose",
                        "MISSING /instruments/0/higherIsWorse",
                        "INVALID_SCALE /instruments/0/decimals",
                        "UNKNOWN_FIELD /site");
    }

    @Test
    void refusesWhatIsNoObject() {
        assertThat(Example.brief(ProtocolReader.read(Example.json("[]"), "T1").problems()))
                .containsExactly("WRONG_TYPE ");
    }
}

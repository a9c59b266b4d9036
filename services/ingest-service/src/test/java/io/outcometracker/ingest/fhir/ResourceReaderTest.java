package io.outcometracker.ingest.fhir;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.outcometracker.contract.Json;
import io.outcometracker.contract.Protocol;
import io.outcometracker.ingest.Pipeline;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What each resource becomes, element by element; and what is refused. */
class ResourceReaderTest {
    private static final Protocol PROTOCOL = Json.MAPPER.readValue("""
            {"trial": "T1", "version": 1, "sites": ["S01", "S02"],
             "visits": [{"code": "BL", "day": 1, "windowOpen": -14, "windowClose": 1},
                        {"code": "M4", "day": 121, "windowOpen": 107, "windowClose": 135}],
             "instruments": [{"code": "NRS", "min": 0, "max": 10, "decimals": 0, "higherIsWorse": true},
                             {"code": "VAS", "unit": "mm", "min": 0, "max": 100, "decimals": 1, "higherIsWorse": true},
                             {"code": "BPI_INT", "unit": "{score}", "decimals": 2, "higherIsWorse": true}],
             "arms": [{"code": "ACT", "label": "Active cells"}, {"code": "PBO", "control": true}],
             "groupings": ["cellType"]}""", Protocol.class);

    private static final String OBSERVATION = """
            {"resourceType": "Observation", "status": "final",
             "identifier": [{"system": "urn:outcometracker:record", "value": "R1"}, {"system": "urn:x", "value": "x"}],
             "code": {"coding": [{"system": "urn:outcometracker:instrument", "code": "NRS"}]},
             "subject": {"reference": "Patient/P1"},
             "extension": [{"url": "urn:outcometracker:extension:study-visit", "valueCode": "M4"}],
             "performer": [{"identifier": {"system": "urn:outcometracker:site", "value": "S01"}},
                           {"reference": "Practitioner/7", "display": "Somebody"}],
             "effectiveDateTime": "2026-01-05T23:30:00-05:00", "valueInteger": 4}""";
    private static final String RESPONSE = """
            {"resourceType": "QuestionnaireResponse", "status": "completed", "questionnaire": "http://example.org/nrs|2.0",
             "identifier": {"system": "urn:outcometracker:record", "value": "Q1"},
             "subject": {"identifier": {"system": "urn:outcometracker:participant", "value": "P1"}},
             "extension": [{"url": "urn:outcometracker:extension:study-visit", "valueCode": "M4"}],
             "author": {"reference": "Organization/S01"}, "authored": "2026-01-05",
             "item": [{"linkId": "1", "text": "Your name?", "answer": [{"valueString": "Somebody"}]},
                      {"linkId": "g", "item": [{"linkId": "nrs-1", "answer": [{"valueInteger": 4}]}]}]}""";
    private static final String EVENT = """
            {"resourceType": "AdverseEvent", "actuality": "actual", "date": "2026-01-05",
             "identifier": {"system": "urn:outcometracker:record", "value": "A1"},
             "subject": {"reference": "Patient/P1"}, "location": {"reference": "Location/S01"},
             "study": [{"reference": "ResearchStudy/T1"}],
             "event": {"text": "Somebody fell", "coding": [{"system": "http://terminology.hl7.org/CodeSystem/mdr", "code": "10003988"}]},
             "seriousness": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/adverse-event-seriousness", "code": "Non-serious"}]},
             "severity": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/adverse-event-severity", "code": "mild"}]}}""";
    private static final String SUBJECT = """
            {"resourceType": "ResearchSubject", "status": "on-study", "assignedArm": "Active cells", "actualArm": "PBO",
             "identifier": [{"system": "urn:outcometracker:participant", "value": "P1"}],
             "study": {"identifier": {"system": "urn:outcometracker:trial", "value": "T1"}},
             "individual": {"reference": "Patient/P1"}, "period": {"start": "2026-01-05"},
             "extension": [{"url": "urn:outcometracker:extension:study-site", "valueCode": "S01"},
                           {"url": "urn:outcometracker:extension:stratum", "extension": [
                              {"url": "name", "valueString": "cellType"}, {"url": "value", "valueString": "own cells"}]}]}""";

    private final Pipeline pipeline = new Pipeline(PROTOCOL);
    private final FhirPipeline fhir = new FhirPipeline(pipeline);

    /** The resource with the fields of the changes; null takes one out. */
    private static String with(String resource, String changes) {
        ObjectNode node = (ObjectNode) Json.MAPPER.readTree(resource);
        Json.MAPPER.readTree(changes).properties().forEach(it -> {
            if (it.getValue().isNull()) {
                node.remove(it.getKey());
            } else {
                node.set(it.getKey(), it.getValue());
            }
        });
        return node.toString();
    }

    private FhirPipeline.Posted post(String resource) throws IOException {
        return fhir.post(Json.MAPPER.readTree(resource).get("resourceType").stringValue(), resource);
    }

    /** What is written of it, without what the service adds. */
    private List<String> written(String resource) throws IOException {
        FhirPipeline.Posted posted = post(resource);
        assertThat(posted.status()).as(posted.body().toString()).isEqualTo(201);
        return pipeline.takeWritten().stream()
                .map(it -> {
                    ObjectNode value = (ObjectNode) Json.MAPPER.readTree(it.value());
                    value.remove(List.of("trial", "baseline", "receivedAt", "protocolVersion", "valueAsSent"));
                    return value.toString().replace("\"", "");
                })
                .toList();
    }

    /** {@code CODE expression}, for each issue. */
    private List<String> issues(String resource) throws IOException {
        FhirPipeline.Posted posted = post(resource);
        assertThat(posted.status()).isEqualTo(422);
        assertThat(pipeline.takeWritten()).isEmpty();
        return posted.body()
                .get("issue")
                .valueStream()
                .map(it -> it.at("/details/coding/0/code").asString()
                        + ' '
                        + it.at("/expression/0").asString(""))
                .toList();
    }

    @Test
    void anObservationIsAScore() throws IOException {
        assertThat(written(OBSERVATION))
                .containsExactly("{recordId:R1,version:1,site:S01,participant:P1,visit:M4,instrument:NRS,value:4,"
                        + "assessedOn:2026-01-05,status:final}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                // value and unit
                "{'valueInteger': null, 'valueQuantity': {'value': 4, 'code': '{score}'}}; instrument:NRS,value:4,assessedOn",
                "{'valueInteger': null, 'valueQuantity': {'value': 50.5, 'code': 'mm', 'comparator': '<', 'system': 'http://unitsofmeasure.org'}, 'code': {'coding': [{'system': 'http://loinc.org', 'code': '38214-3'}]}}; instrument:VAS,value:50.5,unit:mm,comparator:<,",
                "{'valueInteger': null, 'valueQuantity': {'value': 1.25, 'code': '{score}'}, 'code': {'coding': [{'system': 'http://loinc.org', 'code': '77565-0'}, {'system': 'http://snomed.info/sct', 'code': '1'}]}}; instrument:BPI_INT,value:1.25,unit:{score},",
                "{'code': {'coding': [{'system': 'http://loinc.org', 'code': '38214-3'}, {'system': 'urn:outcometracker:instrument', 'code': 'NRS'}]}}; instrument:NRS",
                // absence
                "{'valueInteger': null, 'dataAbsentReason': {'coding': [{'system': 'http://terminology.hl7.org/CodeSystem/data-absent-reason', 'code': 'asked-declined'}]}}; status:not-done,notDoneReason:asked-declined",
                "{'valueInteger': null, 'status': 'cancelled'}; status:not-done,notDoneReason:cancelled",
                // status and version
                "{'status': 'corrected', 'issued': '2026-01-06T00:00:00Z', 'extension': [{'url': 'urn:outcometracker:extension:study-visit', 'valueCode': 'M4'}, {'url': 'urn:outcometracker:extension:reason-for-change', 'valueString': 'typing error'}]}; version:820972800",
                "{'status': 'amended', 'issued': '2026-01-06T00:00:00Z', 'extension': [{'url': 'urn:outcometracker:extension:study-visit', 'valueCode': 'M4'}, {'url': 'urn:outcometracker:extension:reason-for-change', 'valueString': 'typing error'}]}; status:amended,reasonForChange:typing error",
                "{'status': 'entered-in-error', 'issued': '2026-01-06T00:00:00Z', 'extension': [{'url': 'urn:outcometracker:extension:study-visit', 'valueCode': 'M4'}, {'url': 'urn:outcometracker:extension:reason-for-change', 'valueString': 'typing error'}]}; status:entered-in-error",
                // day, participant, visit, site, trial
                "{'effectiveDateTime': null, 'effectivePeriod': {'start': '2026-01-01', 'end': '2026-01-07'}}; assessedOn:2026-01-07",
                "{'subject': {'identifier': {'system': 'urn:outcometracker:participant', 'value': 'P9'}}}; participant:P9",
                "{'extension': null, 'encounter': {'identifier': {'system': 'urn:outcometracker:visit', 'value': 'BL'}}}; visit:BL",
                "{'performer': [{'reference': 'Organization/S02'}]}; site:S02",
                // dropped unread, or of no meaning here
                "{'text': {'status': 'generated', 'div': '<div xmlns=\\\"http://www.w3.org/1999/xhtml\\\">Somebody</div>'}}; value:4",
                "{'interpretation': [{'text': 'x'}], 'bodySite': {'text': 'x'}, 'method': {'text': 'x'}}; value:4",
            })
    void elementsOfAnObservationHaveTheirPlace(String changes, String expected) throws IOException {
        assertThat(written(with(OBSERVATION, changes.replace('\'', '"'))))
                .singleElement()
                .asString()
                .contains(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "{'status': 'preliminary'}; INVALID_CHOICE Observation.status",
                "{'status': 'registered'}; INVALID_CHOICE Observation.status",
                "{'status': 'unknown'}; INVALID_CHOICE Observation.status",
                "{'status': 'done'}; NOT_FHIR Observation",
                "{'status': 'amended'}; MISSING Observation.extension",
                "{'status': 'amended', 'issued': '2026-01-06T00:00:00Z'}; REASON_REQUIRED Observation.extension",
                "{'status': 'entered-in-error', 'issued': '2026-01-06T00:00:00Z'}; REASON_REQUIRED Observation.extension",
                "{'identifier': [{'value': 'R1'}]}; MISSING Observation.identifier",
                "{'subject': {'reference': 'Patient/P1', 'display': 'Somebody'}}; IDENTIFYING_FIELD Observation.subject.display",
                "{'subject': {'reference': 'http://example.org/Patient/P1'}}; UNSUPPORTED_ELEMENT Observation.subject",
                "{'subject': {'identifier': {'system': 'urn:mrn', 'value': 'P1'}}}; UNSUPPORTED_ELEMENT Observation.subject",
                "{'subject': {'reference': 'Patient/P1', 'identifier': {'system': 'urn:outcometracker:participant', 'value': 'P2'}}}; MORE_THAN_ONE Observation.subject",
                "{'contained': [{'resourceType': 'Patient', 'id': 'p'}]}; IDENTIFYING_FIELD Observation.contained",
                "{'note': [{'text': 'Somebody'}]}; IDENTIFYING_FIELD Observation.note",
                "{'modifierExtension': [{'url': 'urn:x', 'valueBoolean': true}]}; UNSUPPORTED_ELEMENT Observation.modifierExtension",
                "{'valueInteger': null, 'valueString': '4'}; UNSUPPORTED_ELEMENT Observation.valueString",
                "{'valueInteger': 11}; OUT_OF_RANGE Observation.valueInteger",
                "{'valueInteger': null, 'valueQuantity': {'value': '4'}}; WRONG_TYPE Observation.valueQuantity.value",
                "{'valueInteger': null, 'valueQuantity': {'value': 4, 'code': 'mm'}}; WRONG_UNIT Observation.valueQuantity.code",
                "{'valueInteger': null, 'valueQuantity': {'value': 4, 'code': 'x', 'system': 'urn:x'}}; WRONG_UNIT Observation.valueQuantity.system",
                "{'dataAbsentReason': {'coding': [{'system': 'http://terminology.hl7.org/CodeSystem/data-absent-reason', 'code': 'masked'}]}}; INCONSISTENT Observation.dataAbsentReason",
                "{'valueInteger': null, 'dataAbsentReason': {'text': 'Somebody was ill'}}; INVALID_CHOICE Observation.dataAbsentReason",
                "{'valueInteger': null}; MISSING Observation.valueQuantity.value",
                "{'effectiveDateTime': '2026-01'}; INVALID_DATE Observation.effective",
                "{'effectiveDateTime': '2026-02-30'}; NOT_FHIR Observation",
                "{'extension': null}; MISSING Observation.extension",
                "{'extension': [{'url': 'urn:outcometracker:extension:study-visits', 'valueCode': 'M4'}]}; UNKNOWN_FIELD Observation.extension",
                "{'extension': [{'url': 'urn:outcometracker:extension:study-visit', 'valueCode': 'M5'}]}; UNKNOWN_VISIT Observation.extension",
                "{'performer': null}; MISSING Observation.performer",
                "{'performer': [{'reference': 'Organization/S01'}, {'reference': 'Organization/S02'}]}; MORE_THAN_ONE Observation.performer",
                "{'code': {'coding': [{'system': 'http://loinc.org', 'code': '1-1'}]}}; UNKNOWN_INSTRUMENT Observation.code",
                "{'birthDate': '1970-01-01'}; NOT_FHIR Observation",
                "{'extension': [{'url': 'urn:outcometracker:extension:study-visit', 'valueCode': 'M4'}, {'url': 'http://hl7.org/fhir/StructureDefinition/workflow-researchStudy', 'valueReference': {'reference': 'ResearchStudy/T2'}}]}; TRIAL_MISMATCH Observation.extension"
            })
    void refusesAnObservationAndSaysWhere(String changes, String expected) throws IOException {
        assertThat(issues(with(OBSERVATION, changes.replace('\'', '"')))).contains(expected);
    }

    @Test
    void eachComponentIsARecord() throws IOException {
        String components = """
                {"valueInteger": null, "component": [
                  {"code": {"coding": [{"system": "urn:outcometracker:instrument", "code": "VAS"}]},
                   "valueQuantity": {"value": 40.5, "code": "mm"}},
                  {"code": {"coding": [{"system": "http://loinc.org", "code": "77565-0"}]},
                   "dataAbsentReason": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/data-absent-reason", "code": "unknown"}]}}]}""";

        assertThat(written(with(OBSERVATION, components)))
                .satisfiesExactly(
                        it -> assertThat(it).contains("recordId:R1.VAS,", "instrument:VAS,value:40.5,unit:mm"),
                        it -> assertThat(it).contains("recordId:R1.BPI_INT,", "status:not-done,notDoneReason:unknown"));
        assertThat(written(with(with(OBSERVATION, components), "{\"valueInteger\": 4}")))
                .hasSize(3);
        assertThat(issues(with(OBSERVATION, components.replace("40.5", "101"))))
                .containsExactly("OUT_OF_RANGE Observation.component[0].valueQuantity.value");
    }

    @Test
    void aQuestionnaireResponseIsItsTotalAndNothingElseIsRead() throws IOException {
        assertThat(written(RESPONSE))
                .containsExactly("{recordId:Q1,version:1,site:S01,participant:P1,visit:M4,instrument:NRS,value:4,"
                        + "assessedOn:2026-01-05,status:final}");
        assertThat(written(with(RESPONSE, """
                {"questionnaire": "urn:outcometracker:questionnaire:VAS",
                 "item": [{"linkId": "total", "answer": [{"valueQuantity": {"value": 40.5, "code": "mm"}}]}]}""")))
                .singleElement()
                .asString()
                .contains("instrument:VAS,value:40.5,unit:mm");
        assertThat(issues(with(RESPONSE, "{\"status\": \"in-progress\"}")))
                .contains("INVALID_CHOICE QuestionnaireResponse.status");
        assertThat(issues(with(RESPONSE, "{\"status\": \"amended\"}")))
                .contains("MISSING QuestionnaireResponse.extension");
        assertThat(issues(with(RESPONSE, "{\"item\": null}"))).contains("MISSING QuestionnaireResponse.item");
        assertThat(issues(with(RESPONSE, "{\"questionnaire\": \"http://example.org/x\"}")))
                .contains("MISSING QuestionnaireResponse.questionnaire");
    }

    @Test
    void anAdverseEventIsOne() throws IOException {
        assertThat(written(EVENT))
                .containsExactly("{recordId:A1,version:1,site:S01,participant:P1,term:10003988,onsetOn:2026-01-05,"
                        + "severity:mild,serious:false,status:final}");
        assertThat(written(with(EVENT, """
                {"extension": [{"url": "urn:outcometracker:extension:record-status", "valueCode": "entered-in-error"},
                               {"url": "urn:outcometracker:extension:record-version", "valueInteger": 2},
                               {"url": "urn:outcometracker:extension:reason-for-change", "valueString": "no event"}]}""")))
                .singleElement()
                .asString()
                .contains("version:2,", "status:entered-in-error,reasonForChange:no event");
        assertThat(issues(with(EVENT, "{\"actuality\": \"potential\"}")))
                .contains("UNSUPPORTED_ELEMENT AdverseEvent.actuality");
        assertThat(issues(with(EVENT, "{\"study\": [{\"reference\": \"ResearchStudy/T2\"}]}")))
                .contains("TRIAL_MISMATCH AdverseEvent.study");
        assertThat(issues(with(EVENT, "{\"seriousness\": null}"))).contains("MISSING AdverseEvent.seriousness");
    }

    @Test
    void aResearchSubjectIsAnEnrolment() throws IOException {
        assertThat(written(SUBJECT))
                .containsExactly(
                        "{participant:P1,version:1,site:S01,arm:ACT,day1:2026-01-05,strata:{cellType:own cells},status:on-study}");
        assertThat(issues(with(SUBJECT, "{\"individual\": {\"reference\": \"Patient/P2\"}}")))
                .contains("MORE_THAN_ONE ResearchSubject.individual");
        assertThat(issues(with(SUBJECT, "{\"individual\": {\"reference\": \"Patient/P1\", \"display\": \"x\"}}")))
                .contains("IDENTIFYING_FIELD ResearchSubject.individual.display");
        assertThat(issues(with(SUBJECT, "{\"study\": {\"reference\": \"ResearchStudy/T2\"}}")))
                .contains("TRIAL_MISMATCH ResearchSubject.study");
        assertThat(issues(with(SUBJECT, "{\"assignedArm\": \"Other\"}")))
                .contains("UNKNOWN_ARM ResearchSubject.assignedArm");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "candidate; {'assignedArm': null, 'actualArm': null}; status:screened}",
                "eligible; {'assignedArm': null, 'actualArm': null}; status:screened}",
                "ineligible; {'assignedArm': null, 'actualArm': null}; status:excluded,offStudyReason:INELIGIBLE}",
                "not-registered; {'assignedArm': null, 'actualArm': null}; status:excluded,offStudyReason:OTHER}",
                "pending-on-study; {}; arm:ACT,strata:{cellType:own cells},status:on-study}",
                "follow-up; {'assignedArm': null}; arm:PBO,day1:2026-01-05,",
                "on-study-intervention; {}; day1:2026-01-05,"
            })
    void theStatusOfASubjectIsThatOfTheEnrolment(String status, String changes, String expected) throws IOException {
        String changed = with(with(SUBJECT, "{\"status\": \"" + status + "\"}"), changes.replace('\'', '"'));
        assertThat(written(changed)).singleElement().asString().contains(expected);
    }

    @Test
    void whoLeftSaysWhenAndWhy() throws IOException {
        String left = with(SUBJECT, """
                {"status": "withdrawn", "period": {"start": "2026-01-05", "end": "2026-02-05"},
                 "extension": [{"url": "urn:outcometracker:extension:study-site", "valueCode": "S01"},
                               {"url": "urn:outcometracker:extension:off-study-reason", "valueCode": "DEATH"}]}""");

        assertThat(written(left))
                .singleElement()
                .asString()
                .contains("status:follow-up-withdrawn,offStudyOn:2026-02-05,offStudyReason:DEATH");
        assertThat(issues(with(left, "{\"period\": {\"start\": \"2026-01-05\"}}")))
                .containsExactly("MISSING ResearchSubject.period.end");
    }

    private static String bundle(String type, String... entries) {
        return "{\"resourceType\": \"Bundle\", \"type\": \"" + type + "\", \"entry\": [" + String.join(",", entries)
                + "]}";
    }

    private static String entry(String resource, String request) {
        return "{\"resource\": " + resource + ", \"request\": " + request.replace('\'', '"') + "}";
    }

    private List<String> statuses(String bundle) throws IOException {
        FhirPipeline.Posted posted = fhir.post("", bundle.getBytes(UTF_8));
        assertThat(posted.status()).isEqualTo(200);
        return posted.body()
                .get("entry")
                .valueStream()
                .map(it -> it.at("/response/status").asString().substring(0, 3))
                .toList();
    }

    @Test
    void inABatchEachEntryStandsForItself() throws IOException {
        String post = "{'method': 'POST', 'url': 'Observation'}";

        assertThat(statuses(bundle(
                        "batch",
                        entry(OBSERVATION, post),
                        entry(with(OBSERVATION, "{\"valueInteger\": 11}"), post),
                        entry(with(OBSERVATION, "{\"foo\": 1}"), post),
                        entry(OBSERVATION, "{'method': 'DELETE', 'url': 'Observation/R1'}"),
                        entry("{\"resourceType\": \"Patient\"}", "{'method': 'POST', 'url': 'Patient'}"),
                        entry(EVENT, post),
                        entry(SUBJECT, "{'method': 'PUT', 'url': 'ResearchSubject/P1'}"),
                        entry(SUBJECT, "{'method': 'PUT', 'url': 'ResearchSubject/P2'}"),
                        entry(
                                OBSERVATION,
                                "{'method': 'PUT', 'url': 'Observation?identifier=urn:outcometracker:record%7CR1'}"),
                        entry(
                                OBSERVATION,
                                "{'method': 'POST', 'url': 'Observation', 'ifNoneExist': 'identifier=urn:outcometracker:record|R1'}"),
                        entry(OBSERVATION, "{'method': 'POST', 'url': 'Observation', 'ifNoneExist': 'identifier=%ZZ'}"),
                        entry(OBSERVATION, "{'method': 'PUT', 'url': 'Observation/R1', 'ifMatch': 'W/1'}"))))
                .containsExactly("201", "422", "422", "422", "422", "422", "200", "422", "200", "201", "422", "422");
        assertThat(pipeline.takeWritten()).hasSize(4);
    }

    @Test
    void ofATransactionNothingIsWrittenUnlessAllIsFine() throws IOException {
        String post = "{'method': 'POST', 'url': 'Observation'}";
        String good = entry(OBSERVATION, post);

        for (String bad : List.of(
                entry(with(OBSERVATION, "{\"valueInteger\": 11}"), post),
                entry(with(OBSERVATION, "{\"foo\": 1}"), post),
                entry(OBSERVATION, "{'method': 'DELETE', 'url': 'Observation/R1'}"))) {
            FhirPipeline.Posted posted = fhir.post("", bundle("transaction", good, bad));

            assertThat(posted.status()).isEqualTo(422);
            assertThat(posted.body().get("issue").size()).isEqualTo(1);
            JsonNode issue = posted.body().at("/issue/0");
            assertThat(issue.at("/expression/0").stringValue()).startsWith("Bundle.entry[1]");
            assertThat(pipeline.takeWritten()).isEmpty();
        }
        assertThat(statuses(
                        bundle("transaction", good, entry(SUBJECT, "{'method': 'POST', 'url': 'ResearchSubject'}"))))
                .containsExactly("201", "201");
        assertThat(pipeline.takeWritten()).hasSize(2);
    }
}

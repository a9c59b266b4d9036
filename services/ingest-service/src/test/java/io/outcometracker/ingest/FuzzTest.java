package io.outcometracker.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.outcometracker.contract.AdverseEvent;
import io.outcometracker.contract.Enrolment;
import io.outcometracker.contract.FollowUp;
import io.outcometracker.contract.Json;
import io.outcometracker.contract.Protocol;
import io.outcometracker.ingest.Receipt.Status;
import io.outcometracker.ingest.domain.Checked;
import io.outcometracker.ingest.domain.Checked.Accepted;
import io.outcometracker.ingest.fhir.FhirPipeline;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Generated bodies against the whole intake, up to the producer. Whatever comes, it is answered, and not as a failure of
 * ours; nothing of a refused record is written; and what is written keeps all rules when it is checked again.
 *
 * <p>{@code -Dfuzz.count} says how many, {@code -Dtest.seed} where to start. {@code mvn -Pfuzz} runs a million.
 */
class FuzzTest {
    private static final int COUNT = Integer.getInteger("fuzz.count", 20_000);
    private static final long SEED =
            Long.getLong("test.seed", ThreadLocalRandom.current().nextLong());
    /** Less than a thousandth of what a million inputs would leave behind if anything of each stayed. */
    private static final long MAX_GROWTH = 32L << 20;

    private static final Protocol PROTOCOL = Json.MAPPER.readValue("""
            {"trial": "T1", "version": 1, "sites": ["S01", "S02"],
             "visits": [{"code": "BL", "day": 1, "windowOpen": -14, "windowClose": 1},
                        {"code": "M4", "day": 121, "windowOpen": 107, "windowClose": 135}],
             "instruments": [{"code": "NRS", "min": 0, "max": 10, "decimals": 0, "higherIsWorse": true},
                             {"code": "VAS", "unit": "mm", "min": 0, "max": 100, "decimals": 1, "higherIsWorse": true},
                             {"code": "BPI_SEV", "decimals": 2, "rounding": "half-up", "higherIsWorse": true}],
             "arms": [{"code": "ACT", "label": "Active"}, {"code": "PBO", "control": true}],
             "groupings": ["cellType"]}""", Protocol.class);

    private static final List<RecordKind<?>> KINDS =
            List.of(RecordKind.FOLLOW_UP, RecordKind.ADVERSE_EVENT, RecordKind.ENROLMENT, RecordKind.ERASURE);

    private final Pipeline pipeline = new Pipeline(PROTOCOL);
    private final FhirPipeline fhir = new FhirPipeline(pipeline);
    private final Map<String, Long> fates = new TreeMap<>();
    private long written;

    @Test
    @Timeout(value = 2, unit = TimeUnit.HOURS)
    void answersWhateverComesAndWritesNothingOfWhatItRefuses() {
        long held = 0;
        for (int i = 0; i < COUNT; i++) {
            if (i == COUNT / 2) {
                held = usedMemory();
            }
            Generated input = new Generated(new Random(SEED + i * 0x9E3779B97F4A7C15L));
            try {
                String fate = run(input);
                fates.merge(input.format + ' ' + fate, 1L, Long::sum);
            } catch (Throwable e) {
                throw new AssertionError(
                        "input %d, repeat with -Dtest.seed=%d -Dfuzz.count=%d: %s %s"
                                .formatted(i, SEED, i + 1, input.format, new String(input.body, UTF_8)),
                        e);
            }
        }
        long growth = usedMemory() - held;
        System.out.printf(
                "%d inputs from -Dtest.seed=%d: %d records written, memory %+d KB in the second half, %s%n",
                COUNT, SEED, written, growth >> 10, fates);

        assertThat(growth).isLessThan(MAX_GROWTH);
        // Of each format some were taken, or the rest would say little.
        assertThat(fates.keySet()).contains("JSON accepted", "CSV accepted", "LINES accepted", "FHIR accepted");
        assertThat(fates.keySet()).contains("JSON refused", "CSV refused", "LINES refused", "FHIR refused");
    }

    private static long usedMemory() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    private String run(Generated input) throws IOException {
        try {
            if (input.format.equals("FHIR")) {
                return fhir(input);
            }
            RecordKind<?> kind = input.kind;
            Receipt receipt = switch (input.format) {
                case "JSON" -> pipeline.json(kind, input.body, input.strict);
                case "CSV" -> pipeline.csv(kind, input.body, input.strict);
                default -> pipeline.lines(kind, input.body);
            };
            return check(kind, receipt, input.strict && !input.format.equals("LINES"));
        } catch (RequestRefused refusal) {
            assertThat(refusal.type().status().is4xxClientError()).isTrue();
            assertThat(pipeline.takeWritten()).isEmpty();
            return "body refused";
        }
    }

    private String check(RecordKind<?> kind, Receipt receipt, boolean strict) {
        List<ProducerRecord<String, byte[]>> messages = pipeline.takeWritten();
        List<Receipt.Result> accepted = receipt.results().stream()
                .filter(it -> it.status() == Status.ACCEPTED)
                .toList();
        assertThat(messages).hasSize(accepted.size());
        assertThat(receipt.accepted()).isEqualTo(accepted.size());
        for (int i = 0; i < messages.size(); i++) {
            assertThat(messages.get(i).topic()).isEqualTo(kind.topic().name());
            JsonNode value = Json.MAPPER.readTree(messages.get(i).value());
            assertThat(value.path("recordId").asString(null))
                    .isEqualTo(accepted.get(i).recordId());
            checkAgain(messages.get(i));
        }
        assertThat(receipt.results())
                .allMatch(
                        it -> (it.status() == Status.ACCEPTED) == it.problems().isEmpty());
        if (strict) {
            assertThat(accepted.size()).isIn(0, receipt.results().size());
        }
        return accepted.isEmpty() ? "refused" : "accepted";
    }

    private String fhir(Generated input) throws IOException {
        FhirPipeline.Posted posted = fhir.post(input.type, input.body);
        List<ProducerRecord<String, byte[]>> messages = pipeline.takeWritten();
        messages.forEach(this::checkAgain);
        assertThat(posted.status()).isIn(200, 201, 422);
        List<String> taken = new ArrayList<>();
        if (posted.status() == 201) {
            taken.add("201");
        }
        posted.body().path("entry").values().forEach(entry -> {
            String status = entry.at("/response/status").asString();
            assertThat(status).containsPattern("^(200|201|422) ");
            if (!status.startsWith("422")) {
                taken.add(status);
            }
        });
        // An Observation may be several records.
        assertThat(messages.size()).isGreaterThanOrEqualTo(taken.size());
        assertThat(messages.isEmpty()).isEqualTo(taken.isEmpty());
        return taken.isEmpty() ? "refused" : "accepted";
    }

    /** What was written, as if it was posted. */
    private void checkAgain(ProducerRecord<String, byte[]> message) {
        written++;
        RecordKind<?> kind = KINDS.stream()
                .filter(it -> it.topic().name().equals(message.topic()))
                .findFirst()
                .orElseThrow();
        Object value = kind.topic().serde().deserializer().deserialize(message.topic(), message.value());
        ObjectNode posted = (ObjectNode) Json.MAPPER.readTree(message.value());
        posted.remove(
                List.of("trial", "baseline", "valueAsSent", "receivedAt", "orderedAt", "erasedAt", "protocolVersion"));
        Checked<?> checked = kind.rules().check(posted, PROTOCOL, Pipeline.NOW);
        assertThat(checked).isInstanceOf(Accepted.class);
        Object again = ((Accepted<?>) checked).record();
        if (value instanceof FollowUp followUp) {
            assertThat(((FollowUp) again).sameContent(followUp)).isTrue();
        } else if (value instanceof AdverseEvent event) {
            assertThat(((AdverseEvent) again).content()).isEqualTo(event.content());
        } else if (value instanceof Enrolment enrolment) {
            assertThat(((Enrolment) again).sameContent(enrolment)).isTrue();
        } else {
            assertThat(again).isEqualTo(value);
        }
    }

    /** One body: a good one, changed a little or much. */
    private static final class Generated {
        private static final Map<RecordKind<?>, List<String>> RECORDS = Map.of(
                RecordKind.FOLLOW_UP,
                List.of("""
                        {"recordId":"R1","version":1,"site":"S01","participant":"P1","visit":"BL","instrument":"NRS","value":4,"assessedOn":"2026-01-05","status":"final"}""", """
                        {"recordId":"R2","version":2,"site":"S02","participant":"P2","visit":"M4","instrument":"VAS","value":50.5,"unit":"mm","comparator":"<","assessedOn":"2026-01-05","status":"amended","reasonForChange":"typing error"}""", """
                        {"recordId":"R3","site":"S01","participant":"P1","visit":"BL","instrument":"BPI_SEV","status":"not-done","notDoneReason":"ill"}"""),
                RecordKind.ADVERSE_EVENT,
                List.of("""
                        {"recordId":"A1","version":1,"site":"S01","participant":"P1","term":"10003988","onsetOn":"2026-01-05","severity":"mild","serious":false,"status":"final"}"""),
                RecordKind.ENROLMENT,
                List.of("""
                        {"participant":"P1","version":1,"site":"S01","arm":"ACT","day1":"2026-01-05","strata":{"cellType":"own cells"},"status":"on-study"}""", """
                        {"participant":"P2","version":2,"site":"S02","arm":"PBO","day1":"2026-01-05","status":"off-study","offStudyOn":"2026-02-01","offStudyReason":"DEATH"}"""),
                RecordKind.ERASURE,
                List.of("""
                        {"participant":"P1","orderedBy":"M1","reason":"asked for"}"""));
        private static final Map<RecordKind<?>, String> TABLES = Map.of(
                RecordKind.FOLLOW_UP, """
                        recordId,version,site,participant,visit,instrument,value,unit,assessedOn,status\r
                        R1,1,S01,P1,BL,NRS,4,,2026-01-05,final\r
                        R2,,S02,P2,M4,VAS,50.5,mm,2026-01-05,\r
                        "R3",1,S01,P3,BL,BPI_SEV,1.125,,2026-01-05,final\r
                        """,
                RecordKind.ADVERSE_EVENT, """
                        recordId,site,participant,term,onsetOn,severity,serious\r
                        A1,S01,P1,10003988,2026-01-05,mild,false\r
                        A2,S01,P1,10003989,2026-01-06,severe,TRUE\r
                        """,
                RecordKind.ENROLMENT, "participant,site,arm,day1,strata.cellType\r\nP1,S01,ACT,2026-01-05,own\r\n",
                RecordKind.ERASURE, "participant,orderedBy,reason\r\nP1,M1,asked\r\nP2,M1,asked\r\n");
        private static final String PARTS = """
                "identifier":[{"system":"urn:outcometracker:record","value":"R1"}],
                "subject":{"reference":"Patient/P1"},
                """;
        private static final Map<String, String> RESOURCES = Map.of(
                "Observation", """
                        {"resourceType":"Observation","status":"final",%s
                         "extension":[{"url":"urn:outcometracker:extension:study-visit","valueCode":"BL"},
                                      {"url":"urn:outcometracker:extension:record-version","valueInteger":1}],
                         "code":{"coding":[{"system":"urn:outcometracker:instrument","code":"NRS"}]},
                         "performer":[{"identifier":{"system":"urn:outcometracker:site","value":"S01"}}],
                         "effectiveDateTime":"2026-01-05T10:00:00Z","issued":"2026-01-05T10:00:00Z",
                         "valueQuantity":{"value":4,"code":"{score}","system":"http://unitsofmeasure.org"},
                         "component":[{"code":{"coding":[{"system":"http://loinc.org","code":"38214-3"}]},
                                       "valueQuantity":{"value":40.5,"code":"mm"}}]}""".formatted(PARTS),
                "QuestionnaireResponse", """
                        {"resourceType":"QuestionnaireResponse","status":"completed","questionnaire":"http://example.org/nrs|1",
                         "identifier":{"system":"urn:outcometracker:record","value":"Q1"},"subject":{"reference":"Patient/P1"},
                         "extension":[{"url":"urn:outcometracker:extension:study-visit","valueCode":"M4"}],
                         "author":{"reference":"Organization/S01"},"authored":"2026-01-05",
                         "item":[{"linkId":"g","item":[{"linkId":"nrs-1","answer":[{"valueInteger":4}]}]}]}""",
                "AdverseEvent", """
                        {"resourceType":"AdverseEvent","actuality":"actual","date":"2026-01-05",
                         "identifier":{"system":"urn:outcometracker:record","value":"A1"},"subject":{"reference":"Patient/P1"},
                         "event":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/mdr","code":"10003988"}]},
                         "location":{"reference":"Location/S01"},
                         "seriousness":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/adverse-event-seriousness","code":"Non-serious"}]},
                         "severity":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/adverse-event-severity","code":"mild"}]}}""",
                "ResearchSubject", """
                        {"resourceType":"ResearchSubject","status":"on-study","assignedArm":"Active",
                         "identifier":[{"system":"urn:outcometracker:participant","value":"P1"}],
                         "study":{"reference":"ResearchStudy/T1"},"individual":{"reference":"Patient/P1"},
                         "extension":[{"url":"urn:outcometracker:extension:study-site","valueCode":"S01"}],
                         "period":{"start":"2026-01-05"}}""");
        private static final List<String> TYPES = List.copyOf(new TreeMap<>(RESOURCES).keySet());

        /** What may stand where a value was. */
        private static final List<String> VALUES = List.of(
                "null",
                "true",
                "false",
                "0",
                "-0",
                "-1",
                "4",
                "1e400",
                "1e999999999",
                "-1e-999999999",
                "0.1",
                "1.50",
                "99999999999999999999",
                "2147483648",
                "\"\"",
                "\" \"",
                "\"x\"",
                "\"S01\"",
                "\"P-7\"",
                "\"2026-02-30\"",
                "\"2026-12-31\"",
                "\"0000-00-00\"",
                "\"2026\"",
                "\"final\"",
                "\"amended\"",
                "\"entered-in-error\"",
                "\"not-done\"",
                "\"cancelled\"",
                "\"\\u0000\"",
                "\"\\ud800\"",
                "\"\\u202e\"",
                "\"=1+1\"",
                "\"../..\"",
                "\"Patient/P1\"",
                "\"urn:uuid:1\"",
                "\"#p\"",
                "[]",
                "{}",
                "[[]]",
                "[null]",
                "[1,2]",
                "{\"a\":1}",
                "{\"value\":4}",
                "{\"reference\":\"Patient/P2\",\"display\":\"x\"}",
                "[{\"url\":\"x\",\"valueInteger\":1}]",
                "{\"coding\":[{\"code\":\"x\"}],\"text\":\"x\"}",
                "[{\"resourceType\":\"Patient\"}]");

        private static final List<String> NAMES = List.of(
                "recordId",
                "version",
                "value",
                "status",
                "unit",
                "comparator",
                "notDoneReason",
                "strata",
                "arm",
                "name",
                "id",
                "text",
                "note",
                "contained",
                "extension",
                "modifierExtension",
                "valueInteger",
                "valueString",
                "valueQuantity",
                "dataAbsentReason",
                "component",
                "subject",
                "display",
                "reference",
                "identifier",
                "resourceType",
                "_status",
                "item",
                "answer",
                "linkId",
                "entry",
                "request",
                "period",
                "end",
                "\\u0001");

        private final Random random;
        private final String format;
        private final RecordKind<?> kind;
        private final boolean strict;
        private final String type;
        private final byte[] body;

        Generated(Random random) {
            this.random = random;
            format = pick(List.of("JSON", "JSON", "CSV", "LINES", "FHIR"));
            kind = pick(KINDS);
            strict = random.nextInt(4) == 0;
            type = random.nextBoolean() ? pick(TYPES) : "";
            body = switch (format) {
                case "JSON" -> maybeBytes(json(), 10);
                case "CSV" -> maybeBytes(TABLES.get(kind), 2);
                case "LINES" -> maybeBytes(lines(), 2);
                default -> maybeBytes(type.isEmpty() ? bundle() : changed(RESOURCES.get(type)), 20);
            };
        }

        private <T> T pick(List<T> from) {
            return from.get(random.nextInt(from.size()));
        }

        private String json() {
            StringBuilder json = new StringBuilder();
            int count = random.nextInt(4);
            if (count == 0) {
                return changed(pick(RECORDS.get(kind)));
            }
            for (int i = 0; i < count; i++) {
                json.append(i == 0 ? '[' : ',').append(changed(pick(RECORDS.get(kind))));
            }
            return json.append(']').toString();
        }

        private String lines() {
            StringBuilder lines = new StringBuilder();
            for (int i = random.nextInt(5); i >= 0; i--) {
                lines.append(changed(pick(RECORDS.get(kind)))).append(pick(List.of("\n", "\r\n", "\n\n", "")));
            }
            return lines.toString();
        }

        private String bundle() {
            StringBuilder bundle = new StringBuilder("{\"resourceType\":\"Bundle\",\"type\":\"")
                    .append(random.nextBoolean() ? "batch" : "transaction")
                    .append("\",\"entry\":");
            for (int i = random.nextInt(3); i >= 0; i--) {
                String of = pick(TYPES);
                bundle.append(bundle.charAt(bundle.length() - 1) == ':' ? '[' : ',')
                        .append("{\"resource\":")
                        .append(changed(RESOURCES.get(of)))
                        .append(",\"request\":{\"method\":\"POST\",\"url\":\"")
                        .append(of)
                        .append("\"}}");
            }
            String whole = bundle.append("]}").toString();
            return random.nextInt(4) == 0 ? changed(whole) : whole;
        }

        /** JSON with a few places changed; half of the time none. */
        private String changed(String json) {
            StringBuilder text = new StringBuilder(json);
            for (int i = random.nextBoolean() ? 0 : 1 + random.nextInt(3); i > 0; i--) {
                List<int[]> values = values(text);
                if (values.isEmpty()) {
                    break;
                }
                int[] at = pick(values);
                String value = text.substring(at[0], at[1]);
                switch (random.nextInt(6)) {
                    case 0, 1 -> text.replace(at[0], at[1], pick(VALUES));
                    case 2 -> text.replace(at[0], at[1], value + ",\"" + pick(NAMES) + "\":" + pick(VALUES));
                    case 3 -> text.replace(at[0], at[1], '[' + value + ']');
                    case 4 -> text.insert(at[0], text.substring(Math.min(at[0], pick(values)[0]), at[1]));
                    default -> text.replace(at[0], at[1], nested(value));
                }
            }
            return text.toString();
        }

        private String nested(String value) {
            int depth = 1 << random.nextInt(12);
            return random.nextBoolean()
                    ? "[".repeat(depth) + value + "]".repeat(depth)
                    : '"' + "x".repeat(depth * 4) + '"';
        }

        /** Where the values of fields are that hold no others. */
        private static List<int[]> values(CharSequence json) {
            List<int[]> values = new ArrayList<>();
            for (int i = 0; i < json.length() - 1; i++) {
                if (json.charAt(i) == ':' && json.charAt(i - 1) == '"') {
                    int start = i + 1;
                    char first = json.charAt(start);
                    int end = start + 1;
                    if (first == '"') {
                        while (end < json.length() && json.charAt(end) != '"') {
                            end++;
                        }
                        end = Math.min(end + 1, json.length());
                    } else if (first != '{' && first != '[') {
                        while (end < json.length() && ",}]".indexOf(json.charAt(end)) < 0) {
                            end++;
                        }
                    } else {
                        continue;
                    }
                    values.add(new int[] {start, end});
                }
            }
            return values;
        }

        /** @param oneIn how often bytes are changed too */
        private byte[] maybeBytes(String text, int oneIn) {
            byte[] bytes = text.getBytes(UTF_8);
            if (random.nextInt(oneIn) != 0) {
                return bytes;
            }
            for (int i = 1 + random.nextInt(4); i > 0 && bytes.length > 0; i--) {
                int at = random.nextInt(bytes.length);
                int to = at + random.nextInt(Math.min(40, bytes.length - at));
                bytes = switch (random.nextInt(5)) {
                    case 0 -> joined(Arrays.copyOf(bytes, at), any(), Arrays.copyOfRange(bytes, at + 1, bytes.length));
                    case 1 -> joined(Arrays.copyOf(bytes, at), any(), Arrays.copyOfRange(bytes, at, bytes.length));
                    case 2 -> joined(Arrays.copyOf(bytes, at), Arrays.copyOfRange(bytes, to, bytes.length));
                    case 3 -> joined(Arrays.copyOf(bytes, to), Arrays.copyOfRange(bytes, at, bytes.length));
                    default -> Arrays.copyOf(bytes, at);
                };
            }
            return bytes;
        }

        private byte[] any() {
            return random.nextBoolean()
                    ? new byte[] {(byte) random.nextInt(256)}
                    : pick(List.of(",", "\"", "\r", "\n", "\r\n", "\0", "\uFEFF", "{", "}", "=", "9", "1e9", ",,,,"))
                            .getBytes(UTF_8);
        }

        private static byte[] joined(byte[]... parts) {
            int length = Arrays.stream(parts).mapToInt(it -> it.length).sum();
            byte[] all = new byte[length];
            int at = 0;
            for (byte[] part : parts) {
                System.arraycopy(part, 0, all, at, part.length);
                at += part.length;
            }
            return all;
        }
    }
}

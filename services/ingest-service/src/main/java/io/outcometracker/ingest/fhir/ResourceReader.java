package io.outcometracker.ingest.fhir;

import static io.outcometracker.ingest.domain.ProblemCode.*;

import io.outcometracker.contract.Protocol;
import io.outcometracker.contract.Protocol.Arm;
import io.outcometracker.contract.Protocol.Instrument;
import io.outcometracker.ingest.Intake.Arrival;
import io.outcometracker.ingest.RawRecord;
import io.outcometracker.ingest.RecordKind;
import io.outcometracker.ingest.domain.Catalogue;
import io.outcometracker.ingest.domain.Problem;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.hl7.fhir.r4.model.AdverseEvent;
import org.hl7.fhir.r4.model.BaseDateTimeType;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Observation.ObservationComponentComponent;
import org.hl7.fhir.r4.model.Period;
import org.hl7.fhir.r4.model.Quantity;
import org.hl7.fhir.r4.model.QuestionnaireResponse;
import org.hl7.fhir.r4.model.ResearchSubject;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.Type;
import org.jspecify.annotations.Nullable;
import org.springframework.util.StringUtils;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Makes records of resources. What may identify somebody is refused, or cut out before anything reads it. */
final class ResourceReader {
    /** In the order of the CapabilityStatement. */
    static final List<String> TYPES =
            List.of("AdverseEvent", "Observation", "QuestionnaireResponse", "ResearchSubject");

    private static final String LOINC = "http://loinc.org";
    private static final String UCUM = "http://unitsofmeasure.org";
    private static final String ABSENT_REASON = "http://terminology.hl7.org/CodeSystem/data-absent-reason";
    private static final String SERIOUSNESS = "http://terminology.hl7.org/CodeSystem/adverse-event-seriousness";
    private static final String SEVERITY = "http://terminology.hl7.org/CodeSystem/adverse-event-severity";

    /** From which times are counted, if they are the only mark of a version. */
    private static final Instant EPOCH = Instant.parse("2000-01-01T00:00:00Z");

    private static final Map<String, String> FOLLOW_UP_ELEMENTS = Map.of(
            "recordId", "/identifier",
            "version", "/extension",
            "reasonForChange", "/extension",
            "site", "/performer",
            "participant", "/subject",
            "visit", "/extension",
            "instrument", "/code",
            "assessedOn", "/effective",
            "notDoneReason", "/dataAbsentReason");
    private static final Map<String, String> MAIN_VALUE = value("");
    private static final Map<String, String> RESPONSE_ELEMENTS =
            Map.of("site", "/author", "instrument", "/questionnaire", "assessedOn", "/authored", "value", "/item");
    private static final Map<String, String> EVENT_ELEMENTS = Map.of(
            "recordId", "/identifier",
            "version", "/extension",
            "status", "/extension",
            "reasonForChange", "/extension",
            "site", "/location",
            "participant", "/subject",
            "term", "/event",
            "onsetOn", "/date",
            "serious", "/seriousness");
    private static final Map<String, String> SUBJECT_ELEMENTS = Map.of(
            "participant", "/identifier",
            "version", "/extension",
            "site", "/extension",
            "strata", "/extension",
            "arm", "/assignedArm",
            "day1", "/period/start",
            "offStudyOn", "/period/end",
            "offStudyReason", "/extension");

    private final FhirJson json;
    private final FhirProperties names;
    private final Elements elements;

    ResourceReader(FhirJson json, FhirProperties names) {
        this.json = json;
        this.names = names;
        this.elements = new Elements(names);
    }

    /** What a resource was made into. */
    record Records(String id, List<Arrival<?>> arrivals) {}

    /**
     * The records of a resource of one of the {@linkplain #TYPES types}; if it cannot be read, one that says why.
     *
     * @param base FHIRPath of the resource
     */
    Records read(String type, JsonNode tree, String base, Protocol protocol) {
        List<Problem> refused = refusedUnread(tree);
        if (!refused.isEmpty()) {
            return new Records("", List.of(unreadable(type, tree, base, refused)));
        }
        return switch (type) {
            case "Observation" -> {
                ObjectNode read = without(tree, "text");
                yield read(type, read, base, Observation.class, it -> observation(it, read, base, protocol));
            }
            case "QuestionnaireResponse" -> {
                ObjectNode read = without(tree, "text", "item");
                yield read(
                        type,
                        read,
                        base,
                        QuestionnaireResponse.class,
                        it -> List.of(response(it, tree.path("item"), base, protocol)));
            }
            case "AdverseEvent" ->
                read(
                        type,
                        without(tree, "text", "suspectEntity"),
                        base,
                        AdverseEvent.class,
                        it -> List.of(adverseEvent(it, base, protocol)));
            case "ResearchSubject" ->
                read(
                        type,
                        without(tree, "text"),
                        base,
                        ResearchSubject.class,
                        it -> List.of(subject(it, base, protocol)));
            default -> throw new IllegalArgumentException("not a type that is read");
        };
    }

    private interface Making<T> {
        List<Made> of(T resource);
    }

    /** A record that was made, and its kind. */
    private record Made(Draft draft, RecordKind<?> kind) {}

    private <T extends Resource> Records read(
            String type, ObjectNode tree, String base, Class<T> as, Making<T> making) {
        FhirJson.Reading<T> reading = json.read(tree, as);
        T resource = reading.resource();
        if (resource == null) {
            return new Records("", List.of(unreadable(type, tree, base, reading.problems())));
        }
        List<Made> made = making.of(resource);
        String idField = type.equals("ResearchSubject") ? "participant" : "recordId";
        List<Arrival<?>> arrivals = new ArrayList<>();
        made.forEach(it -> arrivals.add(it.draft().as(it.kind())));
        String id = arrivals.get(0).raw().content().path(idField).asString("");
        return new Records(type.equals("Observation") ? mainId(resource, id) : id, arrivals);
    }

    /** That of the resource, also where only its components are records. */
    private String mainId(Resource resource, String id) {
        return ((Observation) resource)
                .getIdentifier().stream()
                        .filter(it -> names.recordSystem().equals(it.getSystem()) && it.hasValue())
                        .map(it -> it.getValue())
                        .findFirst()
                        .orElse(id);
    }

    private static Arrival<?> unreadable(String type, JsonNode tree, String base, List<Problem> problems) {
        RecordKind<?> kind = switch (type) {
            case "AdverseEvent" -> RecordKind.ADVERSE_EVENT;
            case "ResearchSubject" -> RecordKind.ENROLMENT;
            default -> RecordKind.FOLLOW_UP;
        };
        return new Arrival<>(kind, new RawRecord(tree, pointer -> Draft.path(base, pointer), problems));
    }

    private static List<Problem> refusedUnread(JsonNode tree) {
        List<Problem> problems = new ArrayList<>();
        if (tree.has("contained")) {
            problems.add(new Problem(
                    IDENTIFYING_FIELD, "/contained", "a contained resource may say who somebody is: leave it out"));
        }
        if (tree.has("note")) {
            problems.add(new Problem(
                    IDENTIFYING_FIELD, "/note", "a note is free text, which may name somebody: leave it out"));
        }
        for (String name : List.of("modifierExtension", "implicitRules")) {
            if (tree.has(name)) {
                problems.add(new Problem(
                        UNSUPPORTED_ELEMENT, '/' + name, name + " may change what the resource means: leave it out"));
            }
        }
        return problems;
    }

    private static ObjectNode without(JsonNode tree, String... names) {
        ObjectNode copy = JsonNodeFactory.instance.objectNode();
        tree.properties().forEach(it -> copy.set(it.getKey(), it.getValue()));
        copy.remove(List.of(names));
        return copy;
    }

    private List<Made> observation(Observation observation, JsonNode tree, String base, Protocol protocol) {
        Draft shared = new Draft(base, FOLLOW_UP_ELEMENTS);
        elements.refuseUnknown(shared, observation);
        elements.record(shared, observation.getIdentifier());
        elements.trial(shared, observation, protocol);
        elements.visit(shared, observation, observation.getEncounter(), protocol);
        elements.participant(shared, observation.getSubject(), "subject");
        elements.site(shared, observation, observation.getPerformer(), "Organization/", "performer");
        effective(shared, observation.getEffective());
        String status =
                observation.getStatus() == null ? "" : observation.getStatus().toCode();
        status(
                shared,
                switch (status) {
                    case "final" -> "final";
                    case "amended", "corrected" -> "amended";
                    case "entered-in-error" -> "entered-in-error";
                    case "cancelled" -> "not-done";
                    default -> "";
                });
        boolean first = status.equals("final") || status.equals("cancelled");
        elements.version(shared, observation, first, seconds(observation.getIssued()));

        List<Made> made = new ArrayList<>();
        if (observation.getComponent().isEmpty() || observation.hasValue() || observation.hasDataAbsentReason()) {
            Draft main = shared.part(MAIN_VALUE);
            Instrument instrument = instrument(main, observation.getCode(), "/code", protocol);
            value(main, observation.getValue(), tree, "", instrument);
            absent(main, observation.getDataAbsentReason(), "", observation.hasValue());
            made.add(new Made(main, RecordKind.FOLLOW_UP));
        }
        for (int i = 0; i < observation.getComponent().size(); i++) {
            ObservationComponentComponent component = observation.getComponent().get(i);
            String at = "/component/" + i;
            Draft part = shared.part(value(at));
            Instrument instrument = instrument(part, component.getCode(), at + "/code", protocol);
            String recordId = part.text("recordId");
            if (recordId != null && instrument != null) {
                part.put("recordId", recordId + '.' + instrument.code());
            }
            value(part, component.getValue(), tree.path("component").path(i), at, instrument);
            absent(part, component.getDataAbsentReason(), at, component.hasValue());
            made.add(new Made(part, RecordKind.FOLLOW_UP));
        }
        return made;
    }

    private static Map<String, String> value(String at) {
        return Map.of(
                "value", at + "/valueQuantity/value",
                "unit", at + "/valueQuantity/code",
                "comparator", at + "/valueQuantity/comparator",
                "instrument", at + "/code",
                "notDoneReason", at + "/dataAbsentReason");
    }

    private static void status(Draft draft, String status) {
        if (status.isEmpty()) {
            draft.refuse(
                    INVALID_CHOICE,
                    "/status",
                    "status must be one that says that the result is there, was changed, taken back or cancelled");
        } else {
            draft.put("status", status);
        }
    }

    private static @Nullable Integer seconds(@Nullable Date issued) {
        long seconds = issued == null ? 0 : issued.toInstant().getEpochSecond() - EPOCH.getEpochSecond();
        return seconds > 1 && seconds <= Integer.MAX_VALUE ? Integer.valueOf((int) seconds) : null;
    }

    private void effective(Draft draft, @Nullable Type effective) {
        if (effective instanceof BaseDateTimeType time) {
            elements.day(draft, "assessedOn", time, "/effective");
        } else if (effective instanceof Period period) {
            elements.day(draft, "assessedOn", period.getEndElement(), "/effective/end");
        } else if (effective != null) {
            draft.refuse(UNSUPPORTED_ELEMENT, "/effective", "only effectiveDateTime and effectivePeriod can be read");
        }
    }

    private @Nullable Instrument instrument(Draft draft, CodeableConcept code, String element, Protocol protocol) {
        Set<String> found = Elements.codes(code, names.instrumentSystem());
        if (found.isEmpty()) {
            found = new TreeSet<>();
            for (String loinc : Elements.codes(code, LOINC)) {
                found.addAll(Catalogue.LATEST.withLoinc(loinc));
            }
            found.removeIf(it -> protocol.instrument(it).isEmpty());
        }
        if (found.size() != 1) {
            draft.refuse(
                    found.isEmpty() ? UNKNOWN_INSTRUMENT : MORE_THAN_ONE,
                    element,
                    "code must have one coding of system " + names.instrumentSystem()
                            + ", or LOINC codes of one instrument of the trial");
            return null;
        }
        String only = found.iterator().next();
        draft.put("instrument", only);
        return protocol.instrument(only).orElse(null);
    }

    /** The number is taken from the tree: as it was written. */
    private static void value(
            Draft draft, @Nullable Type value, JsonNode tree, String at, @Nullable Instrument instrument) {
        if (value instanceof Quantity quantity) {
            JsonNode number = tree.path("valueQuantity").path("value");
            if (!number.isMissingNode()) {
                draft.put("value", number);
            }
            quantity(draft, quantity, at + "/valueQuantity", instrument);
        } else if (value != null && value.fhirType().equals("integer")) {
            draft.putFrom(at + "/valueInteger", "value", null);
            draft.put("value", tree.path("valueInteger"));
        } else if (value != null) {
            draft.refuse(
                    UNSUPPORTED_ELEMENT,
                    at + "/value" + StringUtils.capitalize(value.fhirType()),
                    "only valueQuantity and valueInteger can be scores");
        }
    }

    private static void quantity(Draft draft, Quantity quantity, String at, @Nullable Instrument instrument) {
        if (quantity.getComparator() != null) {
            draft.put("comparator", quantity.getComparator().toCode());
        }
        String code = quantity.getCode();
        if (code == null) {
            return;
        }
        if (quantity.hasSystem() && !quantity.getSystem().equals(UCUM)) {
            draft.refuse(WRONG_UNIT, at + "/system", "the system of units must be " + UCUM);
        }
        // UCUM has to say something of a number that has no unit.
        boolean none = code.equals("1") || (code.startsWith("{") && code.endsWith("}"));
        if (!none || instrument == null || instrument.unit() != null) {
            draft.put("unit", code);
        }
    }

    private static void absent(Draft draft, CodeableConcept reason, String at, boolean hasValue) {
        if (!reason.isEmpty()) {
            Set<String> codes = Elements.codes(reason, ABSENT_REASON);
            if (hasValue) {
                draft.refuse(INCONSISTENT, at + "/dataAbsentReason", "there is a value: it is not absent");
            } else if (codes.size() != 1) {
                draft.refuse(
                        INVALID_CHOICE,
                        at + "/dataAbsentReason",
                        "dataAbsentReason must have one code of " + ABSENT_REASON);
            } else if (!"entered-in-error".equals(draft.text("status"))) {
                draft.put("status", "not-done");
                draft.put("notDoneReason", codes.iterator().next());
            }
        } else if ("not-done".equals(draft.text("status"))) {
            draft.put("notDoneReason", "cancelled");
        }
    }

    private Made response(QuestionnaireResponse response, JsonNode items, String base, Protocol protocol) {
        Draft draft = new Draft(base, FOLLOW_UP_ELEMENTS).part(RESPONSE_ELEMENTS);
        elements.refuseUnknown(draft, response);
        elements.record(draft, response.hasIdentifier() ? List.of(response.getIdentifier()) : List.of());
        elements.trial(draft, response, protocol);
        elements.visit(draft, response, response.getEncounter(), protocol);
        elements.participant(draft, response.getSubject(), "subject");
        elements.site(
                draft,
                response,
                response.hasAuthor() ? List.of(response.getAuthor()) : List.of(),
                "Organization/",
                "author");
        elements.day(draft, "assessedOn", response.getAuthoredElement(), "/authored");
        String status = response.getStatus() == null ? "" : response.getStatus().toCode();
        status(
                draft,
                switch (status) {
                    case "completed" -> "final";
                    case "amended" -> "amended";
                    case "entered-in-error" -> "entered-in-error";
                    default -> "";
                });
        elements.version(draft, response, status.equals("completed"), null);
        String canonical = response.hasQuestionnaire() ? response.getQuestionnaire() : "";
        String url = canonical.contains("|") ? canonical.substring(0, canonical.indexOf('|')) : canonical;
        questionnaire(url).ifPresent(it -> {
            draft.put("instrument", it.instrument());
            total(draft, items, it, protocol);
        });
        return new Made(draft, RecordKind.FOLLOW_UP);
    }

    private Optional<FhirProperties.Questionnaire> questionnaire(String url) {
        Optional<FhirProperties.Questionnaire> known = names.questionnaires().stream()
                .filter(it -> it.url().equals(url))
                .findFirst();
        String prefix = names.questionnairePrefix();
        return known.isPresent() || !url.startsWith(prefix) || url.length() == prefix.length()
                ? known
                : Optional.of(
                        new FhirProperties.Questionnaire(url, url.substring(prefix.length()), names.totalLinkId()));
    }

    /** Of all items only the total is looked at: the others are under copyright, and may be free text. */
    private static void total(
            Draft draft, JsonNode items, FhirProperties.Questionnaire questionnaire, Protocol protocol) {
        List<JsonNode> totals = new ArrayList<>();
        collect(items, questionnaire.totalLinkId(), totals);
        String rule = "there must be one item with linkId " + questionnaire.totalLinkId()
                + ", and it must have one answer: valueDecimal, valueInteger or valueQuantity";
        JsonNode answers = totals.size() == 1 ? totals.get(0).path("answer") : JsonNodeFactory.instance.missingNode();
        if (!(answers instanceof ArrayNode) || answers.size() != 1) {
            draft.refuse(totals.size() > 1 ? MORE_THAN_ONE : MISSING, "/item", rule);
            return;
        }
        JsonNode answer = answers.get(0);
        JsonNode quantity = answer.path("valueQuantity");
        JsonNode number = quantity.isMissingNode()
                ? answer.has("valueDecimal") ? answer.get("valueDecimal") : answer.path("valueInteger")
                : quantity.path("value");
        if (number.isMissingNode() || !answer.isObject() || answer.size() != 1) {
            draft.refuse(UNSUPPORTED_ELEMENT, "/item", rule);
            return;
        }
        draft.put("value", number);
        if (!quantity.isMissingNode()) {
            Quantity typed = new Quantity();
            typed.setCode(quantity.path("code").asString(null));
            typed.setSystem(quantity.path("system").asString(null));
            quantity(
                    draft,
                    typed,
                    "/item",
                    protocol.instrument(questionnaire.instrument()).orElse(null));
            if (quantity.has("comparator")) {
                draft.put("comparator", quantity.get("comparator"));
            }
        }
    }

    private static void collect(JsonNode items, String linkId, List<JsonNode> found) {
        for (JsonNode item : items.values()) {
            if (linkId.equals(item.path("linkId").asString(""))) {
                found.add(item);
            }
            collect(item.path("item"), linkId, found);
        }
    }

    private Made adverseEvent(AdverseEvent event, String base, Protocol protocol) {
        Draft draft = new Draft(base, EVENT_ELEMENTS);
        elements.refuseUnknown(draft, event);
        if (event.getActuality() != AdverseEvent.AdverseEventActuality.ACTUAL) {
            draft.refuse(UNSUPPORTED_ELEMENT, "/actuality", "actuality must be actual");
        }
        elements.record(draft, event.hasIdentifier() ? List.of(event.getIdentifier()) : List.of());
        elements.participant(draft, event.getSubject(), "subject");
        elements.trial(draft, event.getStudy(), "study", protocol);
        elements.site(
                draft, event, event.hasLocation() ? List.of(event.getLocation()) : List.of(), "Location/", "location");
        Set<String> terms = Elements.codes(event.getEvent(), names.termSystem());
        if (terms.size() > 1) {
            draft.refuse(MORE_THAN_ONE, "/event", "event must have one code of system " + names.termSystem());
        }
        terms.forEach(it -> draft.put("term", it));
        elements.day(draft, "onsetOn", event.getDateElement(), "/date");
        Set<String> severities = Elements.codes(event.getSeverity(), SEVERITY);
        severities.forEach(it -> draft.put("severity", it.toLowerCase(Locale.ROOT)));
        seriousness(draft, event.getSeriousness());
        String status = elements.code(draft, event, "record-status");
        draft.put("status", status);
        elements.version(draft, event, status == null || status.equals("final"), null);
        return new Made(draft, RecordKind.ADVERSE_EVENT);
    }

    private static void seriousness(Draft draft, CodeableConcept seriousness) {
        Set<Boolean> found = new LinkedHashSet<>();
        for (Coding coding : seriousness.getCoding()) {
            if (SERIOUSNESS.equals(coding.getSystem()) && coding.hasCode()) {
                String code = coding.getCode().toLowerCase(Locale.ROOT);
                if (code.equals("non-serious")) {
                    found.add(false);
                } else if (code.startsWith("serious")) {
                    found.add(true);
                }
            }
        }
        if (found.size() > 1) {
            draft.refuse(INCONSISTENT, "/seriousness", "an event is serious or it is not");
        }
        found.forEach(it -> draft.put("serious", JsonNodeFactory.instance.booleanNode(it)));
    }

    private Made subject(ResearchSubject subject, String base, Protocol protocol) {
        Draft draft = new Draft(base, SUBJECT_ELEMENTS);
        elements.refuseUnknown(draft, subject);
        elements.participant(draft, subject.getIdentifier());
        elements.participant(draft, subject.getIndividual(), "individual");
        elements.trial(draft, List.of(subject.getStudy()), "study", protocol);
        elements.site(draft, subject, List.of(), "Organization/", "extension");
        elements.strata(draft, subject);
        elements.version(draft, subject, true, null);
        draft.leaveOut("reasonForChange");
        String status = subject.getStatus() == null ? "" : subject.getStatus().toCode();
        String reason = elements.code(draft, subject, "off-study-reason");
        boolean treated = false;
        switch (status) {
            case "candidate", "potential-candidate", "screening", "eligible" -> draft.put("status", "screened");
            case "ineligible" -> {
                draft.put("status", "excluded");
                reason = reason == null ? "INELIGIBLE" : reason;
            }
            case "not-registered" -> {
                draft.put("status", "excluded");
                reason = reason == null ? "OTHER" : reason;
            }
            case "pending-on-study" -> draft.put("status", "on-study");
            case "on-study", "on-study-intervention", "on-study-observation", "follow-up" -> {
                draft.put("status", "on-study");
                treated = true;
            }
            case "off-study" -> {
                draft.put("status", "off-study");
                treated = true;
            }
            case "withdrawn" -> {
                draft.put("status", "follow-up-withdrawn");
                treated = true;
            }
            default -> status(draft, "");
        }
        draft.put("offStudyReason", reason);
        if (treated) {
            elements.day(draft, "day1", subject.getPeriod().getStartElement(), "/period/start");
            elements.day(draft, "offStudyOn", subject.getPeriod().getEndElement(), "/period/end");
        }
        arm(draft, subject, protocol);
        return new Made(draft, RecordKind.ENROLMENT);
    }

    /** To which the participant was assigned, which is what is compared; the one that was given only where that is not told. */
    private static void arm(Draft draft, ResearchSubject subject, Protocol protocol) {
        String element = subject.hasAssignedArm() || !subject.hasActualArm() ? "/assignedArm" : "/actualArm";
        String name = subject.hasAssignedArm() ? subject.getAssignedArm() : subject.getActualArm();
        if (name == null) {
            return;
        }
        Set<String> arms = new LinkedHashSet<>();
        for (Arm arm : protocol.arms()) {
            if (name.equals(arm.code()) || name.equals(arm.label())) {
                arms.add(arm.code());
            }
        }
        if (arms.size() == 1) {
            draft.putFrom(element, "arm", arms.iterator().next());
        } else {
            draft.refuse(UNKNOWN_ARM, element, "the arm must be the code or label of one of the trial's arms");
        }
    }
}

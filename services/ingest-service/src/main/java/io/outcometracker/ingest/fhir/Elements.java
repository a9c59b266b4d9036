package io.outcometracker.ingest.fhir;

import io.outcometracker.contract.Protocol;
import io.outcometracker.ingest.domain.ProblemCode;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.hl7.fhir.r4.model.BaseDateTimeType;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.DomainResource;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.IntegerType;
import org.hl7.fhir.r4.model.PrimitiveType;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Type;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;

/** Reads what resources of several types have: identifiers, references, codes, days and this product's extensions. */
final class Elements {
    private static final String RESEARCH_STUDY = "http://hl7.org/fhir/StructureDefinition/workflow-researchStudy";
    private static final int FULL_DATE = "2026-01-31".length();

    private static final Set<String> EXTENSIONS = Set.of(
            "record-version",
            "record-status",
            "reason-for-change",
            "study-visit",
            "study-site",
            "off-study-reason",
            "stratum");

    private final FhirProperties names;

    Elements(FhirProperties names) {
        this.names = names;
    }

    /** The recordId. */
    void record(Draft draft, List<Identifier> identifiers) {
        Set<String> found = values(identifiers, names.recordSystem());
        one(draft, found, "recordId", "/identifier", "identifiers of system " + names.recordSystem());
    }

    /** The participant's own code; of others nothing is read. */
    void participant(Draft draft, List<Identifier> identifiers) {
        Set<String> found = values(identifiers, names.participantSystem());
        one(draft, found, "participant", "/identifier", "identifiers of system " + names.participantSystem());
    }

    /** @param element {@code subject}, say */
    void participant(Draft draft, Reference reference, String element) {
        String at = '/' + element;
        if (reference.hasDisplay()) {
            draft.refuse(
                    ProblemCode.IDENTIFYING_FIELD,
                    at + "/display",
                    element + ".display may be a name: leave it out, and send the participant's code only");
        }
        Set<String> found = new LinkedHashSet<>();
        String before = draft.text("participant");
        if (before != null) {
            found.add(before);
        }
        boolean understood = code(reference, "Patient/", names.participantSystem(), found);
        if (!reference.isEmpty() && !understood) {
            draft.refuse(
                    ProblemCode.UNSUPPORTED_ELEMENT,
                    at,
                    element + " must refer to Patient/ and the participant's code, or have an identifier of system "
                            + names.participantSystem());
        }
        one(draft, found, "participant", at, "by reference and identifier, or of another participant");
    }

    /**
     * The site, by a reference to it or by the extension.
     *
     * @param references of which those that do not name a site are passed over
     * @param type {@code Organization/}, say
     */
    void site(Draft draft, DomainResource resource, List<Reference> references, String type, String element) {
        Set<String> found = new LinkedHashSet<>();
        references.forEach(it -> code(it, type, names.siteSystem(), found));
        String extension = code(draft, resource, "study-site");
        if (extension != null) {
            found.add(extension);
        }
        one(draft, found, "site", '/' + element, "identifiers of system " + names.siteSystem());
    }

    /** A record of another trial than that of the address is refused. */
    void trial(Draft draft, List<Reference> studies, String element, Protocol protocol) {
        for (Reference study : studies) {
            Set<String> found = new LinkedHashSet<>();
            code(study, "ResearchStudy/", names.trialSystem(), found);
            if (!found.equals(Set.of(protocol.trial()))) {
                draft.refuse(
                        ProblemCode.TRIAL_MISMATCH,
                        '/' + element,
                        element
                                + " must refer to ResearchStudy/ and the code of the address, or have it as identifier of"
                                + " system " + names.trialSystem());
            }
        }
    }

    void trial(Draft draft, DomainResource resource, Protocol protocol) {
        List<Reference> studies = resource.getExtensionsByUrl(RESEARCH_STUDY).stream()
                .map(Extension::getValue)
                .map(it -> it instanceof Reference reference ? reference : new Reference())
                .toList();
        trial(draft, studies, "extension", protocol);
    }

    /** By the extension, or else by the encounter; a trial of one visit needs neither. */
    void visit(Draft draft, DomainResource resource, Reference encounter, Protocol protocol) {
        Set<String> found = new LinkedHashSet<>();
        String visit = code(draft, resource, "study-visit");
        if (visit != null) {
            found.add(visit);
        } else if (encounter.hasIdentifier()) {
            found.addAll(values(List.of(encounter.getIdentifier()), names.visitSystem()));
        }
        if (found.isEmpty() && protocol.visits().size() == 1) {
            found.add(protocol.visits().get(0).code());
        }
        one(draft, found, "visit", "/extension", "extension " + names.extensionPrefix() + "study-visit");
    }

    /** What the extension says; a report that is not the first must have it, or another mark of its time. */
    void version(Draft draft, DomainResource resource, boolean first, @Nullable Integer derived) {
        Type version = extension(draft, resource, "record-version");
        if (version instanceof IntegerType whole && whole.hasValue()) {
            draft.put("version", JsonNodeFactory.instance.numberNode(whole.getValue()));
        } else if (version != null) {
            draft.refuse(
                    ProblemCode.WRONG_TYPE,
                    "/extension",
                    names.extensionPrefix() + "record-version has a valueInteger");
        } else if (!first && derived != null) {
            draft.put("version", JsonNodeFactory.instance.numberNode(derived));
        } else if (!first) {
            draft.refuse(
                    ProblemCode.MISSING,
                    "/extension",
                    "a changed record needs the extension " + names.extensionPrefix() + "record-version");
        }
        draft.put("reasonForChange", text(draft, resource, "reason-for-change"));
    }

    void strata(Draft draft, DomainResource resource) {
        Map<String, String> strata = new TreeMap<>();
        for (Extension stratum : resource.getExtensionsByUrl(names.extensionPrefix() + "stratum")) {
            String name = primitive(stratum.getExtensionByUrl("name"));
            String value = primitive(stratum.getExtensionByUrl("value"));
            if (name == null || value == null || strata.put(name, value) != null) {
                draft.refuse(
                        ProblemCode.WRONG_TYPE,
                        "/extension",
                        names.extensionPrefix() + "stratum has extensions name and value, and each name once");
            }
        }
        if (!strata.isEmpty()) {
            var object = JsonNodeFactory.instance.objectNode();
            strata.forEach(object::put);
            draft.put("strata", object);
        }
    }

    /** An extension of ours that is not known is a mistake; those of others are passed over. */
    void refuseUnknown(Draft draft, DomainResource resource) {
        String prefix = names.extensionPrefix();
        for (Extension extension : resource.getExtension()) {
            String url = extension.getUrl();
            if (url != null && url.startsWith(prefix) && !EXTENSIONS.contains(url.substring(prefix.length()))) {
                draft.refuse(
                        ProblemCode.UNKNOWN_FIELD,
                        "/extension",
                        "there is no such extension; after " + prefix + " there are "
                                + EXTENSIONS.stream().sorted().toList());
                return;
            }
        }
    }

    @Nullable
    String code(Draft draft, DomainResource resource, String name) {
        return text(draft, resource, name);
    }

    private @Nullable String text(Draft draft, DomainResource resource, String name) {
        Type value = extension(draft, resource, name);
        if (value == null) {
            return null;
        }
        String text = value instanceof PrimitiveType<?> primitive ? primitive.getValueAsString() : null;
        if (text == null) {
            draft.refuse(
                    ProblemCode.WRONG_TYPE,
                    "/extension",
                    names.extensionPrefix() + name + " must have a valueCode or valueString");
        }
        return text;
    }

    private @Nullable Type extension(Draft draft, DomainResource resource, String name) {
        List<Extension> found = resource.getExtensionsByUrl(names.extensionPrefix() + name);
        if (found.size() > 1) {
            draft.refuse(
                    ProblemCode.MORE_THAN_ONE, "/extension", names.extensionPrefix() + name + " must be there once");
        }
        if (found.isEmpty()) {
            return null;
        }
        Type value = found.get(0).getValue();
        return value == null ? new Reference() : value;
    }

    private static @Nullable String primitive(@Nullable Extension extension) {
        return extension != null && extension.getValue() instanceof PrimitiveType<?> primitive
                ? primitive.getValueAsString()
                : null;
    }

    /** The day as it was written, where it was: the zone does not move it. */
    void day(Draft draft, String field, @Nullable BaseDateTimeType time, String element) {
        String text = time == null ? null : time.getValueAsString();
        if (text == null) {
            return;
        }
        if (text.length() < FULL_DATE) {
            draft.refuse(ProblemCode.INVALID_DATE, element, "at least a full date is needed: year, month and day");
        } else {
            draft.putFrom(element, field, text.substring(0, FULL_DATE));
        }
    }

    static Set<String> codes(CodeableConcept concept, String system) {
        Set<String> codes = new LinkedHashSet<>();
        for (Coding coding : concept.getCoding()) {
            if (system.equals(coding.getSystem()) && coding.hasCode()) {
                codes.add(coding.getCode());
            }
        }
        return codes;
    }

    private static Set<String> values(List<Identifier> identifiers, String system) {
        Set<String> values = new LinkedHashSet<>();
        for (Identifier identifier : identifiers) {
            if (system.equals(identifier.getSystem()) && identifier.hasValue()) {
                values.add(identifier.getValue());
            }
        }
        return values;
    }

    /** Whether the reference is one of these; what it says is added. */
    private static boolean code(Reference reference, String type, String system, Set<String> found) {
        boolean understood = false;
        String target = reference.getReference();
        if (target != null && target.startsWith(type)) {
            found.add(target.substring(type.length()));
            understood = true;
        } else if (target != null) {
            return false;
        }
        if (reference.hasIdentifier()) {
            Set<String> values = values(List.of(reference.getIdentifier()), system);
            found.addAll(values);
            understood |= !values.isEmpty();
        }
        return understood;
    }

    /** What is missing is refused by the rules. */
    private static void one(Draft draft, Set<String> found, String field, String element, String what) {
        if (found.size() > 1) {
            draft.refuse(ProblemCode.MORE_THAN_ONE, element, field + " is there more than once: " + what);
        } else if (!found.isEmpty()) {
            draft.put(field, found.iterator().next());
        }
    }
}

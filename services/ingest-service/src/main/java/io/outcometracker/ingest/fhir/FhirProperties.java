package io.outcometracker.ingest.fhir;

import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How FHIR names what records are made of.
 *
 * @param recordSystem of the identifier that is the recordId
 * @param participantSystem of the identifier that is the participant's code
 * @param siteSystem of the identifier that is the site's code
 * @param trialSystem of the identifier that is the trial's code
 * @param visitSystem of the identifier of an encounter that is the visit's code
 * @param instrumentSystem of a coding that is the instrument's code
 * @param termSystem of a coding that is the code of an adverse event
 * @param extensionPrefix what the addresses of this product's extensions start with
 * @param questionnairePrefix what the canonical address of a questionnaire starts with, if an instrument's code follows
 * @param totalLinkId the item of such a questionnaire that is the score
 * @param questionnaires those with other addresses or items
 * @param maxEntries most entries of a Bundle
 */
@ConfigurationProperties("outcomes.ingest.fhir")
record FhirProperties(
        @DefaultValue("urn:outcometracker:record") String recordSystem,
        @DefaultValue("urn:outcometracker:participant") String participantSystem,
        @DefaultValue("urn:outcometracker:site") String siteSystem,
        @DefaultValue("urn:outcometracker:trial") String trialSystem,
        @DefaultValue("urn:outcometracker:visit") String visitSystem,
        @DefaultValue("urn:outcometracker:instrument") String instrumentSystem,

        @DefaultValue("http://terminology.hl7.org/CodeSystem/mdr")
        String termSystem,

        @DefaultValue("urn:outcometracker:extension:") String extensionPrefix,
        @DefaultValue("urn:outcometracker:questionnaire:") String questionnairePrefix,
        @DefaultValue("total") String totalLinkId,
        @DefaultValue List<Questionnaire> questionnaires,
        @DefaultValue("500") int maxEntries) {

    /**
     * Which score a questionnaire gives.
     *
     * @param url canonical, without version
     * @param totalLinkId the item that is the score
     */
    record Questionnaire(String url, String instrument, String totalLinkId) {
        Questionnaire {
            if (url.isBlank() || instrument.isBlank() || totalLinkId.isBlank()) {
                throw new IllegalArgumentException(
                        "outcomes.ingest.fhir.questionnaires must each have url, instrument and total-link-id");
            }
        }
    }

    FhirProperties {
        questionnaires = List.copyOf(questionnaires);
        if (maxEntries < 1) {
            throw new IllegalArgumentException("outcomes.ingest.fhir.max-entries must be 1 or more");
        }
    }
}

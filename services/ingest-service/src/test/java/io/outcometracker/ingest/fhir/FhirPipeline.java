package io.outcometracker.ingest.fhir;

import static java.nio.charset.StandardCharsets.UTF_8;

import ca.uhn.fhir.context.FhirContext;
import io.outcometracker.contract.Json;
import io.outcometracker.ingest.Pipeline;
import io.outcometracker.ingest.fhir.FhirIntake.Answer;
import io.outcometracker.ingest.fhir.FhirIntake.Target;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** The intake of FHIR, on a pipeline of a test. */
public final class FhirPipeline {
    static final FhirProperties NAMES = new FhirProperties(
            "urn:outcometracker:record",
            "urn:outcometracker:participant",
            "urn:outcometracker:site",
            "urn:outcometracker:trial",
            "urn:outcometracker:visit",
            "urn:outcometracker:instrument",
            "http://terminology.hl7.org/CodeSystem/mdr",
            "urn:outcometracker:extension:",
            "urn:outcometracker:questionnaire:",
            "total",
            List.of(new FhirProperties.Questionnaire("http://example.org/nrs", "NRS", "nrs-1")),
            500);
    private static final FhirJson JSON = new FhirJson(FhirContext.forR4Cached());

    private final FhirIntake intake;

    public FhirPipeline(Pipeline pipeline) {
        intake = new FhirIntake(pipeline.intake(), JSON, NAMES);
    }

    /** What is answered, as JSON. */
    public record Posted(int status, JsonNode body) {}

    /** @param type empty for a Bundle */
    public Posted post(String type, byte[] body) throws IOException {
        ByteArrayInputStream in = new ByteArrayInputStream(body);
        Answer answer = (type.isEmpty()
                        ? intake.takeBundle("T1", Pipeline.ANYBODY, in, null)
                        : intake.take("T1", new Target(false, type, null, null), Pipeline.ANYBODY, in, null))
                .join();
        return new Posted(answer.status(), Json.MAPPER.readTree(JSON.write(answer.body())));
    }

    public Posted post(String type, String body) throws IOException {
        return post(type, body.getBytes(UTF_8));
    }
}

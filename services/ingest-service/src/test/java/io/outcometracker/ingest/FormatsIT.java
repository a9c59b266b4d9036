package io.outcometracker.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.rest.api.MethodOutcome;
import ca.uhn.fhir.rest.client.api.IGenericClient;
import ca.uhn.fhir.rest.client.interceptor.BearerTokenAuthInterceptor;
import ca.uhn.fhir.rest.server.exceptions.AuthenticationException;
import ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException;
import ca.uhn.fhir.rest.server.exceptions.ForbiddenOperationException;
import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;
import ca.uhn.fhir.rest.server.exceptions.UnprocessableEntityException;
import io.outcometracker.contract.FollowUp;
import io.outcometracker.contract.Json;
import io.outcometracker.contract.Topics;
import io.outcometracker.testkit.FollowUpFormats;
import io.outcometracker.testkit.TestKafka;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.CapabilityStatement;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.OperationOutcome;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.UseMainMethod;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import tools.jackson.databind.node.ObjectNode;

/** The same study in every format, and FHIR as others' clients speak it. */
@DirtiesContext
@SpringBootTest(useMainMethod = UseMainMethod.ALWAYS, webEnvironment = WebEnvironment.RANDOM_PORT)
class FormatsIT {
    private static final Path STUDY = Path.of("../../infra/example-studies/sleep-inflammation");
    private static final FollowUpFormats FORMATS = FollowUpFormats.ofStudy(STUDY);
    private static final FhirContext FHIR = FhirContext.forR4Cached();

    @RegisterExtension
    static final TestKafka kafka = new TestKafka();

    @TempDir
    static Path state;

    @DynamicPropertySource
    static void settings(DynamicPropertyRegistry registry) {
        Site.addSettings(registry, kafka, state);
    }

    private Site site;
    private String trial;
    private IGenericClient client;

    @BeforeEach
    void putProtocol(@LocalServerPort int port) throws IOException {
        site = new Site(port);
        trial = newTrial();
        FHIR.getRestfulClientFactory().setSocketTimeout(60_000);
        client = fhirClient(trial);
    }

    private IGenericClient fhirClient(String of) {
        IGenericClient ofSite = FHIR.newRestfulGenericClient(site.address() + address(of) + "/fhir");
        ofSite.registerInterceptor(new BearerTokenAuthInterceptor(Site.TOKENS.of("site")));
        return ofSite;
    }

    private String newTrial() throws IOException {
        String fresh = TestKafka.unique("formats");
        String protocol = Files.readString(STUDY.resolve("protocol.yml")).replace("SIM-SLEEP-01", fresh);
        assertThat(site.put(address(fresh), "application/yaml", protocol).statusCode())
                .isEqualTo(201);
        return fresh;
    }

    private static String address(String trial) {
        return "/api/v1/trials/" + trial;
    }

    private HttpResponse<String> post(String path, String type, String body) {
        return site.send(site.request(path)
                .header("Content-Type", type)
                .POST(BodyPublishers.ofString(body))
                .build());
    }

    /** Of a trial, by record and version: what was written, but for when and of which trial. */
    private Map<String, String> written(String of, int count) {
        Map<String, String> written = new TreeMap<>();
        kafka.read(Topics.FOLLOW_UPS, all -> {
            written.clear();
            all.stream().filter(it -> it.value().trial().equals(of)).forEach(it -> {
                FollowUp value = it.value();
                ObjectNode rest = Json.MAPPER.valueToTree(value);
                rest.remove(List.of("trial", "receivedAt"));
                written.put(value.recordId() + ' ' + value.version(), rest.toString());
            });
            assertThat(written).hasSize(count);
        });
        return written;
    }

    @Test
    void everyFormatWritesTheSame() throws IOException {
        int count = FORMATS.records().size();
        assertThat(post(address(trial) + "/follow-ups", "application/json", FORMATS.json())
                        .statusCode())
                .isEqualTo(202);
        Map<String, String> expected = written(trial, count);

        String table = newTrial();
        assertThat(post(address(table) + "/follow-ups", "text/csv", FORMATS.csv())
                        .statusCode())
                .isEqualTo(202);
        assertThat(written(table, count)).isEqualTo(expected);

        String lines = newTrial();
        HttpResponse<String> answer = post(address(lines) + "/follow-ups", "application/x-ndjson", FORMATS.lines());
        assertThat(answer.statusCode()).isEqualTo(202);
        assertThat(Json.MAPPER.readTree(answer.body()).get("results").size()).isEqualTo(count);
        assertThat(written(lines, count)).isEqualTo(expected);

        String fhir = newTrial();
        for (String bundle : FORMATS.bundles("batch", 200)) {
            HttpResponse<String> response = post(address(fhir) + "/fhir", "application/fhir+json", bundle);
            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.body()).doesNotContain("\"422");
        }
        assertThat(written(fhir, count)).isEqualTo(expected);
    }

    private static Bundle bundle(String type, int good) {
        List<Map<String, String>> records = FORMATS.records().subList(0, good);
        return FHIR.newJsonParser()
                .parseResource(
                        Bundle.class,
                        new FollowUpFormats(records).bundles(type, good).get(0));
    }

    private static Observation observation(Bundle bundle, int entry) {
        return (Observation) bundle.getEntry().get(entry).getResource();
    }

    @Test
    void aClientOfOthersPostsABatchAndUnderstandsEveryEntry() {
        Bundle batch = bundle("batch", 3);
        observation(batch, 1).getSubject().setDisplay("Somebody");

        Bundle answer = client.transaction().withBundle(batch).execute();

        assertThat(answer.getType()).isEqualTo(Bundle.BundleType.BATCHRESPONSE);
        assertThat(answer.getEntry())
                .extracting(BundleEntryComponent::getResponse)
                .extracting(it -> it.getStatus().substring(0, 3))
                .containsExactly("201", "422", "201");
        assertThat(answer.getEntry().get(0).getResponse().getLocation())
                .isEqualTo("Observation/" + FORMATS.records().get(0).get("recordId") + "/_history/1");
        assertThat(answer.getEntry().get(0).getResponse().getEtag()).isEqualTo("W/\"1\"");
        OperationOutcome outcome =
                (OperationOutcome) answer.getEntry().get(1).getResponse().getOutcome();
        assertThat(outcome.getIssueFirstRep().getExpression().get(0).getValue())
                .isEqualTo("Bundle.entry[1].resource.subject.display");
        assertThat(outcome.getIssueFirstRep().getDetails().getCodingFirstRep().getCode())
                .isEqualTo("IDENTIFYING_FIELD");
        assertThat(written(trial, 2)).hasSize(2);
    }

    @Test
    void aTransactionIsWrittenAsAWholeOrNotAtAll() {
        Bundle broken = bundle("transaction", 3);
        observation(broken, 1).setStatus(Observation.ObservationStatus.PRELIMINARY);

        UnprocessableEntityException refusal = catchThrowableOfType(
                UnprocessableEntityException.class,
                () -> client.transaction().withBundle(broken).execute());

        OperationOutcome outcome = (OperationOutcome) refusal.getOperationOutcome();
        assertThat(outcome.getIssue()).hasSize(1);
        assertThat(outcome.getIssueFirstRep().getExpression().get(0).getValue())
                .isEqualTo("Bundle.entry[1].resource.status");

        Bundle answer =
                client.transaction().withBundle(bundle("transaction", 2)).execute();

        assertThat(answer.getType()).isEqualTo(Bundle.BundleType.TRANSACTIONRESPONSE);
        assertThat(answer.getEntry())
                .extracting(it -> it.getResponse().getStatus().substring(0, 3))
                .containsExactly("201", "201");
        // Of the first nothing: there would be a third.
        assertThat(written(trial, 2)).hasSize(2);
    }

    @Test
    void aClientOfOthersStoresSingleResources() {
        Observation observation = observation(bundle("batch", 1), 0);
        String recordId = observation.getIdentifierFirstRep().getValue();

        MethodOutcome created = client.create().resource(observation).execute();

        assertThat(created.getCreated()).isTrue();
        assertThat(created.getId().getIdPart()).isEqualTo(recordId);
        assertThat(created.getId().getVersionIdPart()).isEqualTo("1");
        assertThat(created.getOperationOutcome()).isInstanceOf(OperationOutcome.class);

        observation.setId(recordId);
        assertThat(client.update().resource(observation).execute().getId().getIdPart())
                .isEqualTo(recordId);
        MethodOutcome conditional = client.create()
                .resource(observation)
                .conditional()
                .where(Observation.IDENTIFIER.exactly().systemAndIdentifier("urn:outcometracker:record", recordId))
                .execute();
        assertThat(conditional.getId().getIdPart()).isEqualTo(recordId);

        observation.setId("other");
        UnprocessableEntityException refusal = catchThrowableOfType(
                UnprocessableEntityException.class,
                () -> client.update().resource(observation).execute());
        assertThat(refusal.getOperationOutcome()).isInstanceOf(OperationOutcome.class);
    }

    @Test
    void aClientOfOthersUnderstandsThatItMayNot() {
        IGenericClient stranger = FHIR.newRestfulGenericClient(site.address() + address(trial) + "/fhir");
        AuthenticationException unknown = catchThrowableOfType(
                AuthenticationException.class,
                () -> stranger.transaction().withBundle(bundle("batch", 1)).execute());
        assertThat(code(unknown)).isEqualTo("unauthenticated");

        stranger.registerInterceptor(new BearerTokenAuthInterceptor(Site.TOKENS.of("auditor")));
        ForbiddenOperationException forbidden = catchThrowableOfType(
                ForbiddenOperationException.class,
                () -> stranger.create()
                        .resource(observation(bundle("batch", 1), 0))
                        .execute());
        assertThat(code(forbidden)).isEqualTo("forbidden");
    }

    private static String code(BaseServerResponseException refusal) {
        return ((OperationOutcome) refusal.getOperationOutcome())
                .getIssueFirstRep()
                .getDetails()
                .getCodingFirstRep()
                .getCode();
    }

    @Test
    void aClientOfOthersUnderstandsWhatIsNotThere() {
        assertThat(client.capabilities()
                        .ofType(CapabilityStatement.class)
                        .execute()
                        .getRestFirstRep()
                        .getResource())
                .hasSize(4);
        IGenericClient other = fhirClient("none");
        ResourceNotFoundException missing = catchThrowableOfType(
                ResourceNotFoundException.class,
                () -> other.transaction().withBundle(bundle("batch", 1)).execute());
        assertThat(code(missing)).isEqualTo("unknown-trial");
        assertThat(catchThrowableOfType(
                                BaseServerResponseException.class,
                                () -> client.read()
                                        .resource(Observation.class)
                                        .withId("R1")
                                        .execute())
                        .getOperationOutcome())
                .isInstanceOf(OperationOutcome.class);
    }
}

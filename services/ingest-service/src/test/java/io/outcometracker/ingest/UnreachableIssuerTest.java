package io.outcometracker.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.outcometracker.contract.Json;
import io.outcometracker.ingest.fhir.FhirConfiguration;
import io.outcometracker.testkit.TestTokens;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.webmvc.test.autoconfigure.WebMvcTest;
import org.springframework.context.annotation.Import;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.assertj.MvcTestResult;
import tools.jackson.databind.JsonNode;

/** An identity provider that nobody can reach is no reason to turn somebody away, and no fault of this service. */
@WebMvcTest(properties = "spring.config.name=ingest-service")
@Import({IngestWebTest.Wiring.class, FhirConfiguration.class})
class UnreachableIssuerTest {
    private static final String TOKEN = new TestTokens().of("site");

    @DynamicPropertySource
    static void settings(DynamicPropertyRegistry registry) {
        registry.add("spring.security.oauth2.resourceserver.jwt.issuer-uri", () -> "http://127.0.0.1:" + closedPort());
    }

    private static int closedPort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Autowired
    MockMvcTester web;

    private MvcTestResult get(String address) {
        return web.get().uri(address).header("Authorization", "Bearer " + TOKEN).exchange();
    }

    @Test
    void answers503AndWhenToComeBack() {
        MvcTestResult result = get("/api/v1/instruments");

        assertThat(result)
                .hasStatus(503)
                .hasHeader(HttpHeaders.RETRY_AFTER, "5")
                .hasContentType(MediaType.APPLICATION_PROBLEM_JSON);
        assertThat(body(result).path("type").stringValue()).isEqualTo("urn:outcometracker:problem:issuer-unavailable");
        assertThat(result.getResponse().getContentAsByteArray()).asString().doesNotContain("127.0.0.1");
        assertThat(result.getResponse().getHeader(HttpHeaders.WWW_AUTHENTICATE)).isNull();
    }

    @Test
    void saysSoInFhirWhereFhirIsSpoken() {
        MvcTestResult result = get("/api/v1/trials/T1/fhir/metadata");

        assertThat(result).hasStatus(503).hasHeader(HttpHeaders.RETRY_AFTER, "5");
        assertThat(body(result).path("resourceType").stringValue()).isEqualTo("OperationOutcome");
        assertThat(body(result).at("/issue/0/code").stringValue()).isEqualTo("transient");
    }

    @Test
    void answersAsEverWhereNoTokenIsSent() {
        assertThat(web.get().uri("/api/v1/instruments")).hasStatus(401);
        assertThat(web.get().uri("/openapi.json")).hasStatus(200);
    }

    private static JsonNode body(MvcTestResult result) {
        return Json.MAPPER.readTree(result.getResponse().getContentAsByteArray());
    }
}

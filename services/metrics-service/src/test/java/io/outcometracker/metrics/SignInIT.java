package io.outcometracker.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.outcometracker.contract.AuditEntry;
import io.outcometracker.contract.AuditEntry.Action;
import io.outcometracker.contract.TopicSetup;
import io.outcometracker.contract.Topics;
import io.outcometracker.testkit.TestKafka;
import java.io.IOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Comparator;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** Whom the running service lets in. */
@ExtendWith(OutputCaptureExtension.class)
class SignInIT {
    private static final String RESOURCE_SERVER = "--spring.security.oauth2.resourceserver.jwt.";
    private static final String CLIENT = "--spring.security.oauth2.client.";

    @RegisterExtension
    static final TestKafka kafka = new TestKafka();

    private final HttpClient browser = HttpClient.newBuilder()
            .cookieHandler(new CookieManager())
            .followRedirects(HttpClient.Redirect.NORMAL)
            .build();

    private HttpResponse<String> visit(String address) throws IOException, InterruptedException {
        return browser.send(
                HttpRequest.newBuilder(URI.create(address))
                        .header("Accept", "text/html,*/*;q=0.8")
                        .build(),
                BodyHandlers.ofString());
    }

    /** There is no TLS in between. */
    private static RunningService start(IdentityProvider provider) {
        return start(provider, "--server.servlet.session.cookie.secure=false");
    }

    private static RunningService start(IdentityProvider provider, String setting) {
        TopicSetup.ensure(kafka.clientSettings(), Topics.all());
        RunningService service = new RunningService(
                kafka.bootstrapServers(),
                "--server.address=0.0.0.0",
                RESOURCE_SERVER + "issuer-uri=" + provider.issuer(),
                CLIENT + "registration.hospital.client-id=" + IdentityProvider.CLIENT,
                CLIENT + "registration.hospital.client-secret=secret",
                CLIENT + "registration.hospital.scope=openid",
                CLIENT + "provider.hospital.issuer-uri=" + provider.issuer(),
                setting);
        await().untilAsserted(() -> assertThat(service.isReady()).isTrue());
        return service;
    }

    @Test
    void leadsWhoeverOpensThePageToTheIdentityProviderAndBack() throws Exception {
        try (IdentityProvider provider = new IdentityProvider();
                RunningService service = start(provider)) {
            assertThat(visit(service.address() + "/api/v1/trials").statusCode()).isEqualTo(401);

            HttpResponse<String> page = visit(service.address() + "/");

            assertThat(page.statusCode()).isEqualTo(200);
            assertThat(page.uri().getPath()).isEqualTo("/");
            assertThat(page.body()).contains("<title>Outcome Tracker</title>");
            assertThat(visit(service.address() + "/api/v1/trials").statusCode()).isEqualTo(200);
            assertThat(visit(service.address() + "/actuator/prometheus").statusCode())
                    .isEqualTo(403);
            assertThat(service.get("/api/v1/trials").statusCode()).isEqualTo(401);
        }
    }

    @Test
    void givesASessionThatOnlyTheBrowserSeesAndThatTravelsOverTlsOnly() throws Exception {
        try (IdentityProvider provider = new IdentityProvider();
                RunningService service = start(provider, "--spring.main.banner-mode=off")) {
            HttpResponse<Void> answer = HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create(service.address() + "/oauth2/authorization/hospital"))
                                    .build(),
                            BodyHandlers.discarding());

            assertThat(answer.statusCode()).isEqualTo(302);
            assertThat(answer.headers().allValues("Set-Cookie"))
                    .singleElement()
                    .asString()
                    .contains("; Secure", "; HttpOnly", "; SameSite=Lax");
        }
    }

    @Test
    void letsWhoeverSignedInReadWhatTheirRoleMay() throws Exception {
        try (IdentityProvider provider = new IdentityProvider();
                RunningService service = start(provider)) {
            provider.role = "randomisation";

            visit(service.address() + "/");

            assertThat(visit(service.address() + "/api/v1/trials").statusCode()).isEqualTo(403);
        }
    }

    @Test
    void tellsTheAuditWhoWasNotLetIn() throws Exception {
        try (IdentityProvider provider = new IdentityProvider();
                RunningService service = start(provider)) {
            int before = turnedAway().size();
            provider.role = "randomisation";
            visit(service.address() + "/");
            assertThat(visit(service.address() + "/api/v1/trials").statusCode()).isEqualTo(403);

            await().untilAsserted(() -> assertThat(turnedAway()).hasSize(before + 1));
            assertThat(turnedAway().get(before).reason()).isEqualTo("FORBIDDEN");
            assertThat(turnedAway().get(before).actorId()).isEqualTo("jo");
        }
    }

    private static List<AuditEntry> turnedAway() {
        return kafka.read(Topics.AUDIT, all -> {}).stream()
                .map(ConsumerRecord::value)
                .filter(it -> it.action() == Action.LOGIN && it.writer().startsWith("metrics-service-"))
                .sorted(Comparator.comparing(AuditEntry::receivedAt))
                .toList();
    }

    @Test
    void takesATokenOfTheIdentityProviderThatIsMeantForThisProduct() {
        try (IdentityProvider provider = new IdentityProvider();
                RunningService service = start(provider)) {
            assertThat(status(service, provider.token("outcome-tracker"))).isEqualTo(200);
            assertThat(status(service, provider.token(IdentityProvider.CLIENT))).isEqualTo(401);
        }
    }

    private static int status(RunningService service, String token) {
        return service.get("/api/v1/trials", "Authorization", "Bearer " + token).statusCode();
    }

    @Test
    void needsNoTokenWhereOnlyTheMachineItselfCanReachIt() {
        try (RunningService service = new RunningService("127.0.0.1:1")) {
            assertThat(service.get("/actuator/prometheus").statusCode()).isEqualTo(200);
            assertThat(service.get("/api/v1/trials").statusCode()).isEqualTo(503);
            assertThat(service.get("/").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void doesNotStartWhereEverybodyCouldReadEverything(CapturedOutput output) {
        assertThatThrownBy(() -> new RunningService("127.0.0.1:1", "--server.address=0.0.0.0"))
                .hasRootCauseInstanceOf(OpenToOthers.class);

        assertThat(output)
                .contains("metrics-service would be open to everybody: it listens on 0.0.0.0")
                .contains("OUTCOMES_METRICS_ADDRESS");
    }

    @Test
    void doesNotTakeKeysWithoutSayingWhose() {
        assertThatThrownBy(() ->
                        new RunningService("127.0.0.1:1", RESOURCE_SERVER + "jwk-set-uri=http://127.0.0.1:1/keys"))
                .rootCause()
                .hasMessageContaining("issuer-uri must be set beside jwk-set-uri");
    }

    @Test
    void opensToAllOnlyWhatIsForThePublic() {
        assertThatThrownBy(() -> new RunningService("127.0.0.1:1", "--outcomes.metrics.open=true"))
                .rootCause()
                .hasMessageContaining("outcomes.metrics.open is for the audience public only");
        try (RunningService service = new RunningService(
                "127.0.0.1:1",
                "--server.address=0.0.0.0",
                "--outcomes.metrics.audience=public",
                "--outcomes.metrics.open=true")) {
            assertThat(service.get("/api/v1/trials").statusCode()).isEqualTo(503);
            assertThat(service.get("/actuator/prometheus").statusCode()).isEqualTo(401);
        }
    }
}

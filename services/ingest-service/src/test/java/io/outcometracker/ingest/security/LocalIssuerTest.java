package io.outcometracker.ingest.security;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.outcometracker.ingest.domain.Caller;
import io.outcometracker.ingest.domain.Role;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LocalIssuerTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);

    @TempDir
    Path folder;

    private Path file() {
        return folder.resolve("data").resolve("key.json");
    }

    @Test
    void makesAKeyThatOnlyItsOwnerMayReadAndKeepsIt() throws Exception {
        LocalIssuer first = LocalIssuer.of(file(), CLOCK);

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
                .isEqualTo("rw-------");
        assertThat(LocalIssuer.of(file(), CLOCK).publicKeys()).isEqualTo(first.publicKeys());
        try (Stream<Path> files = Files.list(file().getParent())) {
            assertThat(files).containsExactly(file());
        }
    }

    @Test
    void publishesNoPrivateKey() {
        assertThat(LocalIssuer.of(file(), CLOCK).publicKeys().toString())
                .contains("\"crv\":\"P-256\"")
                .doesNotContain("\"d\":");
    }

    @Test
    void givesAllInstancesThatStartAtOnceTheSameKey() throws Exception {
        int instances = 16;
        CyclicBarrier together = new CyclicBarrier(instances);
        ExecutorService threads = Executors.newFixedThreadPool(instances);
        try {
            Callable<String> start = () -> {
                together.await();
                return LocalIssuer.of(file(), CLOCK).publicKeys().toString();
            };
            List<Future<String>> keys = Stream.generate(() -> threads.submit(start))
                    .limit(instances)
                    .toList();
            for (Future<String> key : keys) {
                assertThat(key.get()).isEqualTo(keys.get(0).get());
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-r-----", "rw----r--", "rw--w----", "rwx------", "r--------"})
    void refusesAFileThatOthersMayUse(String mode) throws Exception {
        LocalIssuer.of(file(), CLOCK);
        Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString(mode));

        assertThatThrownBy(() -> LocalIssuer.of(file(), CLOCK))
                .isInstanceOf(KeyFileRefused.class)
                .hasMessageContaining("chmod 600 " + file());
    }

    @Test
    void refusesAFileThatHoldsNoSuchKeyWithoutQuotingIt() throws Exception {
        ECKey other = new ECKeyGenerator(Curve.P_384).keyID("x").generate();
        ECKey open = new ECKeyGenerator(Curve.P_256).keyID("x").generate().toPublicJWK();
        for (String content : List.of("", "secret-4711", other.toJSONString(), open.toJSONString())) {
            Path file = Files.createTempFile(folder, "key", "");
            Files.writeString(file, content);

            assertThatThrownBy(() -> LocalIssuer.of(file, CLOCK))
                    .isInstanceOf(KeyFileRefused.class)
                    .hasMessageContaining("does not hold a private P-256 key")
                    .hasMessageNotContaining("secret");
        }
    }

    @Test
    void saysInATokenWhoMayDoWhatAndUntilWhen() throws Exception {
        LocalIssuer issuer = LocalIssuer.of(file(), CLOCK);

        SignedJWT token = SignedJWT.parse(issuer.token(
                new Caller("nurse", Set.of(Role.SITE, Role.AUDITOR), Set.of("T1"), Set.of("S01")),
                Duration.ofHours(24)));

        assertThat(token.verify(new ECDSAVerifier(ECKey.parse(Files.readString(file())))))
                .isTrue();
        JWTClaimsSet claims = token.getJWTClaimsSet();
        assertThat(claims.getIssuer()).isEqualTo("urn:outcometracker:local-issuer");
        assertThat(claims.getAudience()).containsExactly("outcome-tracker");
        assertThat(claims.getSubject()).isEqualTo("nurse");
        assertThat(claims.getExpirationTime()).isEqualTo(Date.from(NOW.plus(Duration.ofDays(1))));
        assertThat(claims.getStringListClaim("roles")).containsExactly("auditor", "site");
        assertThat(claims.getStringListClaim("trials")).containsExactly("T1");
        assertThat(claims.getStringListClaim("sites")).containsExactly("S01");
    }

    @Test
    void printsATokenOnTheCommandLineAndNothingElse() throws Exception {
        String printed = command(
                0, "--role", "site", "--site", "S01,S02", "--trial", "T1", "--hours", "2", "--subject", "nurse");

        SignedJWT token = SignedJWT.parse(printed.strip());
        JWTClaimsSet claims = token.getJWTClaimsSet();
        assertThat(claims.getSubject()).isEqualTo("nurse");
        assertThat(claims.getStringListClaim("roles")).containsExactly("site");
        assertThat(claims.getStringListClaim("sites")).containsExactlyInAnyOrder("S01", "S02");
        assertThat(Duration.between(
                        claims.getIssueTime().toInstant(),
                        claims.getExpirationTime().toInstant()))
                .isEqualTo(Duration.ofHours(2));
        assertThat(token.verify(new ECDSAVerifier(ECKey.parse(Files.readString(file())))))
                .isTrue();
    }

    @Test
    void namesTheRoleAndTheSitesOfWhomNobodyNamed() throws Exception {
        assertThat(subject("--role", "site", "--site", "S01")).isEqualTo("site@S01");
        assertThat(subject("--role", "site,auditor", "--site", "S02,S01")).isEqualTo("site,auditor@S02,S01");
        assertThat(subject("--role", "trial-manager")).isEqualTo("trial-manager");
    }

    private String subject(String... arguments) throws Exception {
        return SignedJWT.parse(command(0, arguments).strip()).getJWTClaimsSet().getSubject();
    }

    @Test
    void saysOnTheCommandLineWhatIsWrong() throws Exception {
        assertThat(command(2, "--role", "nurse")).contains("there is no role nurse");
        assertThat(command(2, "--role", "site", "--trial", "T 1")).contains("a code must be");
        assertThat(command(2, "--role", "site", "--hours", "0")).contains("--hours");
        assertThat(command(2, "--role", "site", "--sites", "S01")).contains("--sites");
        assertThat(command(2)).contains("--role");
        Files.createDirectories(file().getParent());
        Files.writeString(file(), "");
        Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(command(2, "--role", "site")).contains("chmod 600");
    }

    /** Returns what it printed on the stream on which it is to print that. */
    private String command(int exit, String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        String[] all = Stream.concat(Stream.of(arguments), Stream.of("--outcomes.ingest.tokens.key-file=" + file()))
                .toArray(String[]::new);

        assertThat(TokenCommand.run(all, new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8)))
                .as(err.toString(UTF_8))
                .isEqualTo(exit);
        assertThat((exit == 0 ? err : out).toString(UTF_8)).isEmpty();
        return (exit == 0 ? out : err).toString(UTF_8);
    }
}

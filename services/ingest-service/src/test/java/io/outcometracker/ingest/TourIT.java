package io.outcometracker.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.outcometracker.contract.Disposition;
import io.outcometracker.contract.Disposition.Fate;
import io.outcometracker.contract.Disposition.Subject;
import io.outcometracker.contract.Topics;
import io.outcometracker.testkit.Command;
import io.outcometracker.testkit.TestKafka;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
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

/** What the README shows is what happens: its commands are run by a shell. */
@DirtiesContext
@SpringBootTest(useMainMethod = UseMainMethod.ALWAYS, webEnvironment = WebEnvironment.RANDOM_PORT)
class TourIT {
    /** A command, and behind a hash the status and parts of its answer, in their order. */
    private static final Pattern STEP = Pattern.compile("(.+?)\n# (\\d{3}) (.+?)\n(?:\n|$)", Pattern.DOTALL);

    private static final Pattern TOUR =
            Pattern.compile("## A tour\n.*?```sh\n(.*?)```\n\n```sh\n(.*?)```", Pattern.DOTALL);
    private static final Pattern VARIABLE = Pattern.compile("(\\w+)=\\$\\(");
    private static final String JAR = "java -jar target/ingest-service-*-exec.jar";
    private static final String WITH_STATUS = "curl() { command curl -sS -w '\\n%{http_code}' \"$@\"; }\n";

    @RegisterExtension
    static final TestKafka kafka = new TestKafka();

    @TempDir
    static Path state;

    @DynamicPropertySource
    static void settings(DynamicPropertyRegistry registry) {
        registry.add("spring.kafka.bootstrap-servers", kafka::bootstrapServers);
        registry.add("spring.kafka.streams.state-dir", state::toString);
        registry.add("outcomes.ingest.tokens.key-file", TourIT::keyFile);
    }

    private static String keyFile() {
        return state.resolve("token-key.json").toString();
    }

    @Test
    void theCommandsOfTheReadmeAnswerAsItSays(@LocalServerPort int port) throws Exception {
        assumeTrue(Command.areOnPath("curl"), "there is no curl to run the commands");
        String trial = TestKafka.unique("T");

        MatchResult tour = tour();
        List<MatchResult> steps = STEP.matcher(tour.group(2)).results().toList();
        Map<String, String> tokens = tokens(tour.group(1).replace("T1", trial));

        assertThat(steps).hasSize(5);
        for (MatchResult step : steps) {
            Process shell = shell(
                    WITH_STATUS
                            + step.group(1)
                                    .replace("localhost:8081", "localhost:" + port)
                                    .replace("/T1", "/" + trial),
                    tokens);
            if (step.group(1).contains("Prefer: wait")) {
                decide(trial);
            }
            String answer = new String(shell.getInputStream().readAllBytes(), UTF_8);
            assertThat(answer).as(step.group(1)).endsWith("\n" + step.group(2));
            assertThat(answer.replace(trial, "T1"))
                    .containsSubsequence(step.group(3).split(" \\.\\.\\. |^\\.\\.\\. "));
        }
    }

    private static MatchResult tour() throws IOException {
        var tour = TOUR.matcher(Files.readString(Path.of("README.md")));
        assertThat(tour.find()).isTrue();
        return tour;
    }

    /** By the variable that a shell has each in after the commands, which run from classes instead of the jar. */
    private static Map<String, String> tokens(String commands) throws IOException {
        assertThat(commands).contains(JAR);
        List<String> names =
                VARIABLE.matcher(commands).results().map(it -> it.group(1)).toList();
        String printed = names.stream().map(it -> "\necho $" + it).collect(joining());
        Process shell = shell(
                commands.replace(JAR, "\"$JAVA\" -cp \"$CLASSES\" " + IngestApplication.class.getName()) + printed,
                Map.of(
                        "JAVA",
                                Path.of(System.getProperty("java.home"), "bin", "java")
                                        .toString(),
                        "CLASSES", System.getProperty("java.class.path"),
                        "OUTCOMES_INGEST_KEY_FILE", keyFile()));
        List<String> tokens =
                new String(shell.getInputStream().readAllBytes(), UTF_8).lines().toList();
        assertThat(tokens).hasSameSizeAs(names).hasSize(3);
        return IntStream.range(0, names.size()).boxed().collect(toMap(names::get, tokens::get));
    }

    private static Process shell(String commands, Map<String, String> environment) throws IOException {
        ProcessBuilder shell = new ProcessBuilder("sh", "-c", commands).redirectErrorStream(true);
        shell.environment().putAll(environment);
        return shell.start();
    }

    /** Once the score is there, as the cohort-service would. */
    private static void decide(String trial) {
        kafka.read(
                Topics.FOLLOW_UPS,
                all -> assertThat(all).anyMatch(it -> it.value().trial().equals(trial)));
        Disposition disposition = new Disposition(
                trial, "P-0007", Subject.FOLLOW_UP, "R1", 1, Fate.APPLIED, 1, Fate.APPLIED, Instant.EPOCH, "S01", null);
        kafka.produce(Topics.DISPOSITIONS, disposition.key(), disposition);
    }
}

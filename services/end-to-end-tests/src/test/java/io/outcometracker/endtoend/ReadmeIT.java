package io.outcometracker.endtoend;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.outcometracker.contract.Json;
import io.outcometracker.testkit.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

/** What the README shows is what happens: its commands are run by a shell, and its answers are compared. */
class ReadmeIT {
    /** Whatever stands in fences right after the mark. */
    private static final Pattern TOUR =
            Pattern.compile("<!-- checked: tour -->\\n((?:```\\w+\\n.*?\\n```\\n)+)", Pattern.DOTALL);

    private static final Pattern BLOCK = Pattern.compile("```(\\w+)\\n(.*?)\\n```\\n", Pattern.DOTALL);

    @RegisterExtension
    static final SharedProduct product = new SharedProduct();

    /** @param text a command, or what the one before it answers: JSON however it is laid out, other text to the letter */
    private record Block(String language, String text) {}

    @Test
    void theCommandsOfTheTourAnswerAsTheReadmeSays() throws Exception {
        List<Block> blocks = tour();
        assertThat(blocks)
                .as("blocks marked <!-- checked: tour --> in README.md")
                .hasSizeGreaterThan(10);
        assumeTrue(Command.areOnPath("curl"), "there is no curl to run the commands of README.md");
        Study.EXAMPLE.loadOnce(product.process());

        // Whatever goes wrong, to the end, where what the tour posted is taken back.
        SoftAssertions softly = new SoftAssertions();
        for (int i = 0; i < blocks.size(); i += 2) {
            Block command = blocks.get(i);
            Block answer = blocks.get(i + 1);
            softly.assertThatCode(() -> compare(command, answer)).doesNotThrowAnyException();
        }
        softly.assertAll();
    }

    private static List<Block> tour() throws IOException {
        List<Block> blocks = new ArrayList<>();
        Matcher marked = TOUR.matcher(Files.readString(Path.of("../../README.md")));
        while (marked.find()) {
            BLOCK.matcher(marked.group(1)).results().forEach(it -> blocks.add(new Block(it.group(1), it.group(2))));
        }
        return blocks;
    }

    private static void compare(Block command, Block expected) throws Exception {
        assertThat(command.language()).as(command.text()).isEqualTo("sh");
        if (command.text().contains(" -d ")) {
            requireSame(run(command), command, expected);
        } else {
            // A reader needs longer for a line than a figure for its way.
            await().atMost(ProductProcess.PATIENCE).untilAsserted(() -> requireSame(run(command), command, expected));
        }
    }

    private static void requireSame(String answer, Block command, Block expected) {
        if (expected.language().equals("json")) {
            assertThat(json(answer)).as(command.text()).isEqualTo(json(expected.text()));
        } else {
            assertThat(answer.strip()).as(command.text()).isEqualToNormalizingNewlines(expected.text());
        }
    }

    private static JsonNode json(String text) {
        return Json.MAPPER.readTree(text);
    }

    private static String run(Block command) throws Exception {
        String here = command.text()
                .replace("http://127.0.0.1:8081/", product.process().ingest().toString())
                .replace("http://127.0.0.1:8083/", product.process().metrics().toString())
                // What is decided matters here, and not how soon.
                .replace("wait=5", Client.LONGEST_WAIT);
        ProcessBuilder builder = new ProcessBuilder("sh", "-c", here).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().put("SITE", product.process().tokens().byRole().get("site"));
        Process shell = builder.start();
        String output = new String(shell.getInputStream().readAllBytes(), UTF_8);
        assertThat(shell.waitFor(ProductProcess.PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .as(here)
                .isTrue();
        assertThat(shell.exitValue()).as(here).isZero();
        return output;
    }
}

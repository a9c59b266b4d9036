package io.outcometracker.endtoend;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.summingLong;
import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.outcometracker.testkit.Command;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What {@code infra/examples} shows to analysts runs, and says what REST says. */
class ExamplesIT {
    private static final Path EXAMPLES = Path.of("../../infra/examples");
    private static final String TRIAL = Study.EXAMPLE.trial();
    private static final String INSTRUMENT = "NRS";
    private static final Pattern DEPENDENCY = Pattern.compile("(?m)^//DEPS [^:]+:([^:]+):(.+)$");

    @RegisterExtension
    static final SharedProduct product = new SharedProduct();

    @TempDir
    static Path temporary;

    @BeforeAll
    static void load() {
        Study.EXAMPLE.loadOnce(product.process());
        product.client().settledMetrics(TRIAL);
    }

    @Test
    void kcat() {
        assumeTrue(Command.areOnPath("kcat", "jq"), "needs kcat and jq");
        assertSaysTheMeans("sh means.sh", "sh", "means.sh");
    }

    @Test
    void python() {
        assumeTrue(
                Command.areOnPath("python3") && Command.succeeds("python3", "-c", "import confluent_kafka"),
                "needs Python with confluent-kafka");
        assertSaysTheMeans("python3 means.py", "python3", "means.py");
    }

    @Test
    void java() {
        assertDependsOnWhatIsTested("Means.java");
        assertSaysTheMeans("jbang Means.java", java("Means.java"));
    }

    @Test
    void kafkaStreams() throws Exception {
        assertThat(readme()).contains("`jbang MissingBySite.java " + TRIAL + "`");
        assertDependsOnWhatIsTested("MissingBySite.java");
        Map<String, Long> missing = product.client()
                .report(TRIAL, "completeness")
                .valueStream()
                .filter(it -> it.at("/cohort/by").stringValue().equals("site"))
                .collect(groupingBy(
                        it -> it.at("/cohort/value").stringValue(),
                        summingLong(it -> it.at("/counts/missing").longValue())));
        assertThat(missing.values()).hasSizeGreaterThan(2).anyMatch(it -> it > 0);

        Path said = temporary.resolve("missing");
        List<String> command = new ArrayList<>(List.of(java("MissingBySite.java")));
        command.addAll(List.of(TRIAL, product.process().bootstrapServers()));
        Process example = inExamples(command).redirectOutput(said.toFile()).start();
        try {
            await().atMost(ProductProcess.PATIENCE).untilAsserted(() -> {
                assertThat(example.isAlive()).isTrue();
                // Whole lines, of each site the last.
                Map<String, Long> last = new TreeMap<>();
                Files.readString(said)
                        .replaceFirst("[^\n]*\\z", "")
                        .lines()
                        .map(it -> it.split("\t"))
                        .forEach(it -> last.put(it[0], Long.valueOf(it[1])));
                assertThat(last).isEqualTo(missing);
            });
        } finally {
            example.destroy();
            example.waitFor();
        }
    }

    private static void assertSaysTheMeans(String inReadme, String... command) {
        assertThat(readme()).contains("`" + inReadme + " " + TRIAL + " " + INSTRUMENT + "`");
        Map<String, List<Double>> means = product.client()
                .metrics(TRIAL)
                .valueStream()
                .filter(it -> it.get("instrument").stringValue().equals(INSTRUMENT)
                        && it.at("/cohort/by").stringValue().equals("arm"))
                .collect(toMap(
                        it -> it.get("visit").stringValue() + " "
                                + it.at("/cohort/value").stringValue(),
                        it -> List.of(it.get("n").doubleValue(), it.get("mean").doubleValue())));
        assertThat(means).hasSizeGreaterThan(8);

        List<String> arguments = new ArrayList<>(List.of(command));
        arguments.addAll(List.of(TRIAL, INSTRUMENT, product.process().bootstrapServers()));
        assertThat(means(output(arguments))).isEqualTo(means);
        assertThat(means(readme().replaceFirst("(?s).*```\n[$][^\n]*\n(.*?)```.*", "$1")))
                .isEqualTo(means);
    }

    private static Map<String, List<Double>> means(String table) {
        return table.lines()
                .map(it -> it.split("\\s+"))
                .collect(toMap(it -> it[0] + " " + it[1], it -> List.of(Double.valueOf(it[2]), Double.valueOf(it[3]))));
    }

    /** As JBang would run it, with the libraries that it names, which are among those of the product. */
    private static String[] java(String source) {
        return new String[] {
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            // What is logged goes to a file.
            "-Dlogback.configurationFile=logback.xml",
            "-Doutcomes.log.file=" + temporary.resolve("example.log"),
            "-cp",
            System.getProperty("java.class.path"),
            source
        };
    }

    private static void assertDependsOnWhatIsTested(String source) {
        List<String> jars = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(it -> Path.of(it).getFileName().toString())
                .toList();
        assertThat(DEPENDENCY.matcher(read(source)).results())
                .isNotEmpty()
                .allSatisfy(it -> assertThat(jars).contains(it.group(1) + "-" + it.group(2) + ".jar"));
    }

    private static String output(List<String> command) {
        try {
            Process process = inExamples(command).start();
            String output = new String(process.getInputStream().readAllBytes(), UTF_8);
            assertThat(process.waitFor()).as(output).isZero();
            return output;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static ProcessBuilder inExamples(List<String> command) {
        return new ProcessBuilder(command).directory(EXAMPLES.toFile()).redirectError(ProcessBuilder.Redirect.INHERIT);
    }

    private static String readme() {
        return read("README.md");
    }

    private static String read(String file) {
        try {
            return Files.readString(EXAMPLES.resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

package io.outcometracker.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;

import io.outcometracker.contract.AuditEntry;
import io.outcometracker.contract.AuditEntry.Action;
import io.outcometracker.contract.AuditEntry.Outcome;
import io.outcometracker.contract.Json;
import io.outcometracker.contract.Protocol;
import io.outcometracker.ingest.Receipt.Status;
import io.outcometracker.ingest.domain.ProblemCode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.util.unit.DataSize;

/** {@code application/x-ndjson}, up to the producer. */
class StreamedLinesTest {
    private final Pipeline pipeline = new Pipeline(Json.MAPPER.readValue("""
            {"trial": "T1", "version": 1, "sites": ["S01"],
             "visits": [{"code": "BL", "day": 1, "windowOpen": -14, "windowClose": 1}],
             "instruments": [{"code": "NRS", "min": 0, "max": 10, "decimals": 0, "higherIsWorse": true}],
             "arms": [], "groupings": []}""", Protocol.class));

    private static String line(int number) {
        return """
                {"recordId": "R%d", "site": "S01", "participant": "P1", "visit": "BL", "instrument": "NRS", "value": 4, "assessedOn": "2026-01-05"}""".formatted(number);
    }

    private static String lines(int count) {
        return IntStream.range(0, count).mapToObj(StreamedLinesTest::line).collect(Collectors.joining("\n"));
    }

    private Receipt take(String body) throws IOException {
        return pipeline.lines(RecordKind.FOLLOW_UP, body.getBytes(UTF_8));
    }

    @Test
    void takesEveryLineInOrder() throws IOException {
        Receipt receipt = take(lines(3 * Intake.BATCH + 7));

        assertThat(receipt.results()).hasSize(3 * Intake.BATCH + 7).allMatch(it -> it.status() == Status.ACCEPTED);
        assertThat(pipeline.takeWritten())
                .extracting(
                        it -> Json.MAPPER.readTree(it.value()).get("recordId").stringValue())
                .containsExactlyElementsOf(
                        receipt.results().stream().map(Receipt.Result::recordId).toList());
    }

    @Test
    void aBrokenLineIsOneRefusedRecordAndNotTheEnd() throws IOException {
        Receipt receipt = take(line(1) + "\r\n\r\n{\"recordId\":\n" + "x".repeat(1025) + "\n" + line(2) + " {}\n7\n"
                + line(3).replace("4,", "11,") + "\n" + line(4) + "\n");

        assertThat(receipt.results())
                .extracting(it -> it.index() + " " + it.pointer() + " "
                        + it.problems().stream()
                                .map(problem -> problem.code() + " " + problem.pointer())
                                .collect(Collectors.joining(",")))
                .containsExactly(
                        "0 /line/1 ",
                        "1 /line/3 UNREADABLE_LINE /line/3",
                        "2 /line/4 LINE_TOO_LONG /line/4",
                        "3 /line/5 UNREADABLE_LINE /line/5",
                        "4 /line/6 WRONG_TYPE /line/6",
                        "5 /line/7 OUT_OF_RANGE /line/7/value",
                        "6 /line/8 ");
        assertThat(pipeline.takeWritten()).hasSize(2);
    }

    @Test
    void refusesABodyWithoutRecordsAndTheAuditSaysSo() {
        assertThatExceptionOfType(RequestRefused.class)
                .isThrownBy(() -> take("\n \r\n"))
                .matches(it -> it.type() == ProblemType.EMPTY_BODY);

        assertThat(pipeline.audited())
                .extracting(AuditEntry::action, AuditEntry::outcome, AuditEntry::reason)
                .containsExactly(tuple(Action.REJECT, Outcome.REFUSED, "EMPTY_BODY"));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void answerAndAuditSayThatTheRestOfAStreamWasRefusedAlsoWhereItWasToStop(boolean mayRefuse) {
        byte[] body = lines(Intake.BATCH + 5).getBytes(UTF_8);
        int[] seen = {0};

        assertThatExceptionOfType(RequestRefused.class)
                .isThrownBy(() -> pipeline.intake()
                        .takeEach(
                                "T1",
                                RecordKind.FOLLOW_UP,
                                Pipeline.ANYBODY,
                                new NdjsonDecoder(DataSize.ofKilobytes(1), any -> {
                                    if (++seen[0] > Intake.BATCH) {
                                        throw new RequestRefused(ProblemType.OVERLOADED, "later");
                                    }
                                }),
                                new ByteArrayInputStream(body),
                                any -> mayRefuse,
                                any -> {}));

        List<AuditEntry> audited = pipeline.audited();
        assertThat(audited).hasSize(Intake.BATCH + 1);
        assertThat(audited.get(Intake.BATCH).action()).isEqualTo(Action.REJECT);
        assertThat(audited.get(Intake.BATCH).reason()).isEqualTo("OVERLOADED");
    }

    @Test
    void stopsBeforeTheFirstLineForWhichTooManyWereRefusedAndSaysHowToGoOn() throws IOException {
        List<Integer> asked = new ArrayList<>();
        String body = lines(Intake.BATCH) + "\n" + "{}\n".repeat(2 * Intake.BATCH) + "\n" + lines(3);

        Receipt receipt = pipeline.lines(RecordKind.FOLLOW_UP, body.getBytes(UTF_8), refused -> {
            asked.add(refused);
            return asked.size() < 3;
        });

        assertThat(asked).containsExactly(0, Intake.BATCH, Intake.BATCH);
        assertThat(receipt.accepted()).isEqualTo(Intake.BATCH);
        assertThat(receipt.results()).hasSize(3 * Intake.BATCH + 1);
        Receipt.Result last = receipt.results().get(3 * Intake.BATCH);
        assertThat(last.index()).isEqualTo(3 * Intake.BATCH);
        assertThat(last.status()).isEqualTo(Status.REFUSED);
        assertThat(last.problems()).singleElement().satisfies(it -> {
            assertThat(it.code()).isEqualTo(ProblemCode.TOO_MANY_REFUSED);
            assertThat(it.pointer()).isEqualTo("/line/" + (3 * Intake.BATCH + 2));
            assertThat(it.message()).contains("send it again from this line on");
        });
        List<AuditEntry> audited = pipeline.audited();
        assertThat(audited).hasSize(3 * Intake.BATCH + 1);
        assertThat(audited.get(3 * Intake.BATCH).reason()).isEqualTo("TOO_MANY_REQUESTS");
    }

    @Test
    void doesNotSayThatItStoppedWhereNothingIsLeft() throws IOException {
        Receipt receipt =
                pipeline.lines(RecordKind.FOLLOW_UP, "{}\n".repeat(Intake.BATCH).getBytes(UTF_8), any -> false);

        assertThat(receipt.results()).hasSize(Intake.BATCH);
    }

    @Test
    void whatWasWrittenBeforeTheConnectionBrokeStaysWritten() {
        InputStream broken = new SequenceInputStream(
                new ByteArrayInputStream((lines(Intake.BATCH + 5) + "\n").getBytes(UTF_8)), new InputStream() {
                    @Override
                    public int read() throws IOException {
                        throw new IOException("gone");
                    }

                    @Override
                    public int read(byte[] buffer, int offset, int length) throws IOException {
                        throw new IOException("gone");
                    }
                });
        List<Receipt.Result> results = new ArrayList<>();

        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> pipeline.intake()
                        .takeEach(
                                "T1",
                                RecordKind.FOLLOW_UP,
                                Pipeline.ANYBODY,
                                new NdjsonDecoder(DataSize.ofKilobytes(1), any -> {}),
                                broken,
                                any -> true,
                                results::add));

        assertThat(pipeline.takeWritten()).hasSize(Intake.BATCH);
        assertThat(results).hasSize(Intake.BATCH);
    }

    @Test
    void givesNoResultForWhatKafkaDidNotStore() {
        pipeline.producer().sendException = new TimeoutException("away");

        assertThatExceptionOfType(RequestRefused.class)
                .isThrownBy(() -> take(lines(3)))
                .matches(it -> it.type() == ProblemType.KAFKA_UNAVAILABLE);
    }
}

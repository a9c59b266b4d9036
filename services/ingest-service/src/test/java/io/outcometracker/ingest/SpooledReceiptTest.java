package io.outcometracker.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.outcometracker.contract.Json;
import io.outcometracker.ingest.Receipt.Result;
import io.outcometracker.ingest.Receipt.Status;
import io.outcometracker.ingest.domain.Problem;
import io.outcometracker.ingest.domain.ProblemCode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.http.HttpStatus;
import tools.jackson.databind.JsonNode;

class SpooledReceiptTest {
    private static final int MANY = 20_000;

    private static Result accepted(int index) {
        return new Result(index, "/line/" + index, "R" + index, null, 1, Status.ACCEPTED, null, null, List.of());
    }

    private static Result refused(int index) {
        return new Result(
                index,
                "/line/" + index,
                null,
                null,
                null,
                Status.REFUSED,
                null,
                null,
                List.of(new Problem(ProblemCode.OUT_OF_RANGE, "/line/" + index + "/value", "no")));
    }

    private static String text(SpooledReceipt receipt) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        receipt.writeTo(out);
        return out.toString(UTF_8);
    }

    private static Set<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            return files.filter(it -> it.getFileName().toString().startsWith("outcomes-receipt-"))
                    .collect(Collectors.toSet());
        }
    }

    @Test
    void givesTheCountsFirstAndTheResultsInOrder() throws IOException {
        try (SpooledReceipt receipt = new SpooledReceipt("T1", false)) {
            receipt.add(accepted(0));
            receipt.add(refused(1));

            JsonNode body = Json.MAPPER.readTree(text(receipt));

            assertThat(receipt.status()).isEqualTo(HttpStatus.MULTI_STATUS);
            assertThat(body.propertyNames()).containsExactly("trial", "accepted", "refused", "results");
            assertThat(body.get("accepted").intValue()).isEqualTo(1);
            assertThat(body.at("/results/0/recordId").stringValue()).isEqualTo("R0");
            assertThat(body.at("/results/1/problems/0/pointer").stringValue()).isEqualTo("/line/1/value");
        }
    }

    @Test
    void isAProblemIfNoneWasAccepted() throws IOException {
        try (SpooledReceipt receipt = new SpooledReceipt("T1", false)) {
            receipt.add(refused(0));

            assertThat(receipt.status()).isEqualTo(HttpStatus.UNPROCESSABLE_CONTENT);
            assertThat(Json.MAPPER.readTree(text(receipt)).get("type").stringValue())
                    .isEqualTo("urn:outcometracker:problem:records-refused");
        }
    }

    @Test
    void waitsOnDiskAndLeavesNothingThere() throws IOException {
        Set<Path> before = files();
        try (SpooledReceipt receipt = new SpooledReceipt("T1", false)) {
            for (int i = 0; i < MANY; i++) {
                receipt.add(accepted(i));
            }

            assertThat(files()).hasSizeGreaterThan(before.size());
            JsonNode body = Json.MAPPER.readTree(text(receipt));
            assertThat(body.get("results").size()).isEqualTo(MANY);
            assertThat(body.at("/results/19999/recordId").stringValue()).isEqualTo("R19999");
        }
        assertThat(files()).isEqualTo(before);
    }

    @Test
    void canBeATable() throws IOException {
        try (SpooledReceipt receipt = new SpooledReceipt("T1", true)) {
            receipt.add(accepted(1));
            receipt.add(refused(2));

            assertThat(text(receipt)).isEqualTo("""
                    row,recordId,participant,version,status,disposition,code,column,message\r
                    1,R1,,1,accepted,,,,\r
                    2,,,,refused,,OUT_OF_RANGE,value,no\r
                    """);
        }
    }
}

package io.outcometracker.ingest;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.outcometracker.ingest.domain.AdverseEventRules;
import io.outcometracker.ingest.domain.EnrolmentRules;
import io.outcometracker.ingest.domain.FollowUpRules;
import io.outcometracker.ingest.domain.Problem;
import io.outcometracker.ingest.domain.ProblemCode;
import io.outcometracker.ingest.domain.RecordRules;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CsvDecoderTest {
    private static final RecordRules<?> FOLLOW_UPS = new FollowUpRules();

    private static List<RawRecord> decode(RecordRules<?> rules, String body, Charset charset) throws IOException {
        List<RawRecord> records = new ArrayList<>();
        new CsvDecoder(rules).decode(new ByteArrayInputStream(body.getBytes(charset)), records::add);
        return records;
    }

    private static List<String> contents(String body) throws IOException {
        return decode(FOLLOW_UPS, body, UTF_8).stream()
                .map(it -> it.content().toString())
                .toList();
    }

    private static RequestRefused refusal(String body) {
        return catchThrowableOfType(RequestRefused.class, () -> decode(FOLLOW_UPS, body, UTF_8));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "recordId,value,unit\r\nR1,4.50,mm\r\nR2,,\r\n",
                "recordId,value,unit\nR1,4.50,mm\nR2,,",
                "\uFEFFrecordId,value,unit\r\nR1,4.50,mm\r\nR2,,\r\n",
                "\"recordId\",\"value\",\"unit\"\r\n\"R1\",\"4.50\",\"mm\"\r\n\"R2\",\"\",\"\"\r\n",
                "recordId,value,unit\r\n\r\nR1,4.50,mm\r\n\r\nR2,,\r\n\r\n"
            })
    void readsRowsAsRecordsInWhichEmptyCellsAreAbsent(String body) throws IOException {
        assertThat(contents(body))
                .containsExactly("{\"recordId\":\"R1\",\"value\":4.50,\"unit\":\"mm\"}", "{\"recordId\":\"R2\"}");
    }

    @Test
    void readsQuotedCells() throws IOException {
        assertThat(contents("recordId,reasonForChange\r\nR1,\"said \"\"no\"\", then\r\nyes\"\r\n"))
                .containsExactly("{\"recordId\":\"R1\",\"reasonForChange\":\"said \\\"no\\\", then\\r\\nyes\"}");
    }

    @Test
    void readsNumbersOnlyWhereTheFieldIsOne() throws IOException {
        assertThat(contents("recordId,version,value\n7,2,-1.5e2\n"))
                .containsExactly("{\"recordId\":\"7\",\"version\":2,\"value\":-1.5E+2}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"4.5.6", "NaN", "0x10", " 4", "4 ", "+4", "1e9999", ".5", "five", "12e"})
    void leavesTextInANumbersColumnToTheRules(String cell) throws IOException {
        assertThat(decode(FOLLOW_UPS, "recordId,value\nR1," + cell + "\n", UTF_8)
                        .get(0)
                        .content()
                        .get("value")
                        .isString())
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource({"true, true", "TRUE, true", "False, false", "yes, '\"yes\"'", "1, '\"1\"'", "' true', '\" true\"'"})
    void readsTrueAndFalseOnlyWhereTheFieldIsOneOfThem(String cell, String json) throws IOException {
        List<RawRecord> records = decode(new AdverseEventRules(), "term,serious\ntrue," + cell + "\n", UTF_8);

        assertThat(records.get(0).content().toString()).isEqualTo("{\"term\":\"true\",\"serious\":" + json + "}");
    }

    @Test
    void pointsIntoTheTable() throws IOException {
        List<RawRecord> records = decode(new EnrolmentRules(), "participant,strata.cellType\nP1,x\n,\nP3,y\n", UTF_8);

        assertThat(records)
                .extracting(it -> it.locate().apply("/strata/cellType"))
                .containsExactly("/row/1/strata.cellType", "/row/3/strata.cellType");
        assertThat(records.get(0).locate().apply("")).isEqualTo("/row/1");
        assertThat(records.get(0).content().toString())
                .isEqualTo("{\"participant\":\"P1\",\"strata\":{\"cellType\":\"x\"}}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"R1", "R1,4,5", "R1,"})
    void refusesARowWithAnotherNumberOfCells(String row) throws IOException {
        List<RawRecord> records = decode(FOLLOW_UPS, "recordId,value,unit\n" + row + ",x,y,z\nR2,4,mm\n", UTF_8);

        assertThat(records.get(0).defects()).extracting(Problem::code).containsExactly(ProblemCode.WRONG_CELL_COUNT);
        assertThat(records.get(0).locate().apply("")).isEqualTo("/row/1");
        assertThat(records.get(1).defects()).isEmpty();
    }

    @Test
    void takesEveryFieldOfTheRulesForAColumn() throws IOException {
        assertThat(contents(String.join(",", FOLLOW_UPS.fields()) + "\n")).isEmpty();
    }

    @Test
    void saysOfAColumnThatItMayTellWhoSomebodyIs() {
        assertThat(refusal("recordId,Date of birth\nR1,x\n").errors())
                .extracting(it -> it.code() + " " + it.pointer())
                .containsExactly("IDENTIFYING_FIELD /header/2");
    }

    @Test
    void suggestsTheColumnThatIsMeant() {
        assertThat(refusal("record_id\nR1\n").errors().get(0).message())
                .startsWith("there is no such column; did you mean recordId?");
    }

    @ParameterizedTest
    @ValueSource(strings = {"recordId,dose", "recordId;value", "recordId, value", "RecordId", "recordId,", "strata.x"})
    void refusesAnUnknownColumn(String header) {
        RequestRefused refusal = refusal(header + "\nR1,x\n");

        assertThat(refusal.type()).isEqualTo(ProblemType.MALFORMED_BODY);
        assertThat(refusal.errors()).extracting(Problem::code).containsExactly(ProblemCode.UNKNOWN_FIELD);
        assertThat(refusal.errors().get(0).message()).contains("recordId, version, site, participant");
    }

    @Test
    void refusesAColumnThatIsThereTwice() {
        assertThat(refusal("recordId,value,recordId\nR1,4,R1\n").errors())
                .extracting(Problem::pointer)
                .containsExactly("/header/3");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\r\n", "\uFEFF"})
    void refusesAnEmptyBody(String body) {
        assertThat(refusal(body).type()).isEqualTo(ProblemType.EMPTY_BODY);
    }

    @ParameterizedTest
    @ValueSource(strings = {"R2,\"4\nR3,5\n", "R2,\"4\"5\n"})
    void saysInWhichRowAQuotationMarkIsWrong(String row) {
        RequestRefused refusal = refusal("recordId,value\nR1,4\n" + row);

        assertThat(refusal.type()).isEqualTo(ProblemType.MALFORMED_BODY);
        assertThat(refusal.detail()).isEqualTo("the body is not valid CSV: a quotation mark is wrong in row 2");
    }

    @Test
    void refusesAnotherEncoding() {
        assertThatExceptionOfType(RequestRefused.class)
                .isThrownBy(() -> decode(FOLLOW_UPS, "recordId,reasonForChange\nR1,größer\n", ISO_8859_1))
                .withMessageContaining("UTF-8");
    }

    @Test
    void givesABrokenConnectionOn() throws IOException {
        InputStream broken = InputStream.nullInputStream();
        broken.close();

        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> new CsvDecoder(FOLLOW_UPS).decode(broken, any -> {}));
    }
}

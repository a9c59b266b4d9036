package io.outcometracker.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonDecoderTest {
    private static List<RawRecord> decode(String body) throws IOException {
        List<RawRecord> records = new ArrayList<>();
        new JsonDecoder().decode(new ByteArrayInputStream(body.getBytes(UTF_8)), records::add);
        return records;
    }

    private static RequestRefused refusal(String body) {
        return catchThrowableOfType(RequestRefused.class, () -> decode(body));
    }

    @Test
    void readsOneRecordWithPointersFromTheRoot() throws IOException {
        List<RawRecord> records = decode("{\"value\": 4.0}");

        assertThat(records).hasSize(1);
        assertThat(records.get(0).content().toString()).isEqualTo("{\"value\":4.0}");
        assertThat(records.get(0).locate().apply("/value")).isEqualTo("/value");
    }

    @Test
    void readsAListWithPointersIntoIt() throws IOException {
        List<RawRecord> records = decode("[{\"value\": 1}, 7, {\"value\": 2}]");

        assertThat(records)
                .extracting(it -> it.content().toString())
                .containsExactly("{\"value\":1}", "7", "{\"value\":2}");
        assertThat(records)
                .extracting(it -> it.locate().apply("/value"))
                .containsExactly("/0/value", "/1/value", "/2/value");
    }

    @Test
    void readsAnEmptyListAsNoRecord() throws IOException {
        assertThat(decode("[]")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " \n\t"})
    void refusesAnEmptyBody(String body) {
        assertThat(refusal(body).type()).isEqualTo(ProblemType.EMPTY_BODY);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = ';', quoteCharacter = '`', textBlock = """
                    {"value": tru}; line 1, column
                    {"value": 4; line 1, column
                    {"value": 4}}; line 1, column 13
                    {"value": 4} {"value": 5}; line 1, column 14
                    [{"value": 4}; line 1, column
                    [{"value": 4},]; line 1, column 15
                    {"value": 4, "value": 5}; line 1, column
                    {"value": 04}; line 1, column
                    {"value": NaN}; line 1, column
                    {'value': 4}; line 1, column 2
                    """)
    void saysWhereABodyIsBroken(String body, String place) {
        RequestRefused refusal = refusal(body);

        assertThat(refusal.type()).isEqualTo(ProblemType.MALFORMED_BODY);
        assertThat(refusal.detail()).contains(" at " + place);
    }

    @Test
    void countsLines() {
        assertThat(refusal("[\n {\"value\": 4},\n {\"value\": oops}\n]").detail())
                .startsWith("the body is not valid JSON at line 3, column");
    }

    @Test
    void refusesABodyThatIsNestedTooDeep() {
        RequestRefused refusal = refusal("[".repeat(100_000));

        assertThat(refusal.type()).isEqualTo(ProblemType.MALFORMED_BODY);
        assertThat(refusal.detail()).contains("nested too deep", "line 1, column");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"%s\": 1", "\"value\": %s", "\"value\": 1e%s"})
    void refusesANameOrNumberThatIsTooLong(String field) {
        String body = "{" + field.formatted("9".repeat(100_000)) + "}";

        assertThat(refusal(body).type()).isEqualTo(ProblemType.MALFORMED_BODY);
    }

    @Test
    void givesABrokenConnectionOn() throws IOException {
        InputStream broken = InputStream.nullInputStream();
        broken.close();

        assertThatExceptionOfType(IOException.class).isThrownBy(() -> new JsonDecoder().decode(broken, any -> {}));
    }
}

package io.outcometracker.benchmarks.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class BodiesTest {
    @Test
    void splitsAListWhereObjectsEndAndNotWhereTextsSaySo() {
        assertThat(split(Format.JSON, "[{\"a\":{\"b\":\"}\"}}, {\"c\":\"\\\"{\"}]"))
                .containsExactly("{\"a\":{\"b\":\"}\"}}", "{\"c\":\"\\\"{\"}");
    }

    @Test
    void takesOneObjectAsItIs() {
        assertThat(split(Format.JSON, "{\"a\":1}")).containsExactly("{\"a\":1}");
    }

    @Test
    void passesOverTheHeaderOfATable() {
        assertThat(split(Format.CSV, "a,b\n1,2\n3,4\n")).containsExactly("1,2", "3,4");
        assertThat(split(Format.NDJSON, "{}\n{}\n")).containsExactly("{}", "{}");
    }

    private static List<String> split(Format format, String body) {
        return Bodies.split(format, body.getBytes(UTF_8)).stream()
                .map(it -> new String(it, UTF_8))
                .toList();
    }
}

package io.outcometracker.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PreferenceTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "wait=10; 10",
                "wait=0; 0",
                "Wait = 10; 10",
                "wait=\"10\"; 10",
                "respond-async, wait=10; 10",
                "wait=10, handling=lenient; 10",
                "wait=60; 60",
                "wait=61; 60",
                "wait=999999999; 60"
            })
    void readsHowLongToWait(String prefer, long seconds) {
        assertThat(Preference.waitFrom(List.of(prefer))).isEqualTo(Duration.ofSeconds(seconds));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "respond-async",
                "wait",
                "wait=",
                "wait=soon",
                "wait=-1",
                "wait=1.5",
                "await=5",
                "wait=10000000000"
            })
    void passesOverWhatItDoesNotUnderstand(String prefer) {
        assertThat(Preference.waitFrom(List.of(prefer))).isNull();
    }

    @Test
    void readsEveryLineOfTheHeader() {
        assertThat(Preference.waitFrom(List.of("respond-async", "wait=5"))).isEqualTo(Duration.ofSeconds(5));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "handling=strict; true",
                "wait=5, Handling = \"strict\"; true",
                "handling=lenient; false",
                "handling=strictly; false",
                "strict; false"
            })
    void readsWhetherAllOrNothingIsToBeWritten(String prefer, boolean strict) {
        assertThat(Preference.isStrict(List.of(prefer))).isEqualTo(strict);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text/csv; true",
                "text/csv, application/json;q=0.5; true",
                "application/json, text/csv; false",
                "text/csv;q=0.5, application/json; false",
                "*/*; false",
                "text/html; false",
                "x; false"
            })
    void readsWhetherTheAnswerIsToBeATable(String both) {
        int last = both.lastIndexOf(';');
        assertThat(Preference.isTable(List.of(both.substring(0, last))))
                .isEqualTo(Boolean.parseBoolean(both.substring(last + 1).strip()));
    }
}

package io.outcometracker.cohort;

import static org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse.REPLACE_THREAD;
import static org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.junit.jupiter.api.Test;

class ThreadReplacementTest {
    private Instant now = Instant.parse("2026-01-05T00:00:00Z");
    private final ThreadReplacement replacement = new ThreadReplacement(() -> now);

    @Test
    void givesUpWhenThreadsKeepFailing() {
        for (int i = 0; i < 10; i++) {
            assertThat(failure()).isEqualTo(REPLACE_THREAD);
            now = now.plusSeconds(20);
        }

        assertThat(failure()).isEqualTo(SHUTDOWN_CLIENT);
    }

    /** Each thread gives up after five minutes without an answer. */
    @Test
    void outlastsAnOutageOfKafkaHoweverLong() {
        for (int i = 0; i < 20; i++) {
            assertThat(failure()).isEqualTo(REPLACE_THREAD);
            assertThat(failure()).isEqualTo(REPLACE_THREAD);
            now = now.plus(Duration.ofMinutes(5));
        }
    }

    private StreamThreadExceptionResponse failure() {
        return replacement.handle(new StreamsException("failed"));
    }
}

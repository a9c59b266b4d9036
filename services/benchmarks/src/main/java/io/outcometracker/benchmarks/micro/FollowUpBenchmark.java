package io.outcometracker.benchmarks.micro;

import io.outcometracker.contract.FollowUp;
import io.outcometracker.contract.Topics;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;

/** The message that there is most of on the way in. */
public class FollowUpBenchmark extends JsonBenchmark<FollowUp> {

    public FollowUpBenchmark() {
        super(
                Topics.FOLLOW_UPS,
                new FollowUp(
                        "T1",
                        "S01-0007-M4-BPI_INT",
                        2,
                        "S01",
                        "P-0007",
                        "M4",
                        false,
                        "BPI_INT",
                        new BigDecimal("4.50"),
                        "4.495",
                        "{score}",
                        null,
                        LocalDate.parse("2026-03-01"),
                        FollowUp.Status.AMENDED,
                        "transcription error",
                        null,
                        Instant.parse("2026-03-01T12:00:02.500Z"),
                        1));
    }
}

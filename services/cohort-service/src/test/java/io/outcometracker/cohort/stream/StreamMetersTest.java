package io.outcometracker.cohort.stream;

import static io.outcometracker.cohort.Reports.enrolment;
import static io.outcometracker.cohort.Reports.score;
import static io.outcometracker.cohort.stream.Plans.plan;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import io.outcometracker.testkit.WorkedExample;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StreamMetersTest {
    private static final Duration SHORT = Duration.ofMillis(30);

    @TempDir
    Path state;

    private TopologyHarness pipeline;

    @BeforeEach
    void start() {
        pipeline = new TopologyHarness(state, WorkedExample.AS_OF);
        pipeline.plan(plan().version(1));
    }

    @AfterEach
    void stop() {
        pipeline.close();
    }

    @Test
    void timesAPublicationFromTheOldestOfItsRecords() {
        pipeline.report(enrolment("P1").build());
        pipeline.report(enrolment("P2").build());
        pipeline.publish();
        long before = freshness().count();
        double spent = freshness().totalTime(TimeUnit.MILLISECONDS);

        pipeline.report(score("P1", "BL", "NRS", 7).build());
        pipeline.pass(SHORT);
        pipeline.report(score("P2", "BL", "NRS", 5).build());
        pipeline.publish();

        assertThat(freshness().count() - before).as("publications of tallies").isEqualTo(1);
        assertThat(freshness().totalTime(TimeUnit.MILLISECONDS) - spent)
                .isEqualTo((double) SHORT.plus(TopologyHarness.PUBLISH_INTERVAL).toMillis());
    }

    @Test
    void timesNothingWhereNoRecordWaits() {
        pipeline.report(enrolment("P1").build());
        pipeline.publish();
        long before = freshness().count();

        pipeline.pass(Duration.ofDays(1));
        pipeline.plan(plan().version(2));

        assertThat(freshness().count()).isEqualTo(before);
    }

    @Test
    void countsWhatBecameOfRecords() {
        pipeline.report(score("P1", "BL", "NRS", 7).build());
        pipeline.report(enrolment("P1").build());
        pipeline.report(enrolment("P1").build());

        assertThat(decided("PARKED")).isEqualTo(1);
        assertThat(decided("APPLIED"))
                .as("the enrolment, and the record that waited for it")
                .isEqualTo(2);
        assertThat(decided("DUPLICATE")).isEqualTo(1);
    }

    @Test
    void countsWhatCannotBeUsedByTheTopicWhereItLies() {
        assertThat(pipeline.meters().get("outcomes.processing.dead.letters").counters())
                .as("all of them, before there is something to count")
                .hasSize(4)
                .allSatisfy(it -> assertThat(it.count()).isZero());

        pipeline.sendUnreadableFollowUp("CLBP-CELL-01|P1", "{\"value\":\"secret\"".getBytes(UTF_8));
        pipeline.sendUnderKey("CLBP-CELL-01|P2", score("P1", "BL", "NRS", 7).build());

        assertThat(pipeline.meters()
                        .get("outcomes.processing.dead.letters")
                        .tag("topic", "outcomes.follow-ups.v1")
                        .counter()
                        .count())
                .isEqualTo(2);
    }

    private Timer freshness() {
        return pipeline.meters().get("outcomes.processing.freshness").timer();
    }

    private double decided(String fate) {
        Counter counter = pipeline.meters()
                .get("outcomes.processing.dispositions")
                .tags("trial", WorkedExample.TRIAL, "fate", fate)
                .counter();
        return counter.count();
    }
}

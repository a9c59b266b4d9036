package io.outcometracker.cohort.stream;

import static io.outcometracker.cohort.Reports.adverseEvent;
import static io.outcometracker.cohort.Reports.enrolment;
import static io.outcometracker.cohort.Reports.erasure;
import static io.outcometracker.cohort.Reports.score;
import static io.outcometracker.cohort.stream.Plans.unblinding;
import static org.assertj.core.api.Assertions.assertThat;

import io.outcometracker.cohort.chart.ParticipantEvent;
import io.outcometracker.cohort.verify.LogFixture;
import io.outcometracker.contract.AdverseEvent.Severity;
import io.outcometracker.contract.Enrolment;
import io.outcometracker.contract.FollowUp.Comparator;
import io.outcometracker.contract.Protocol;
import io.outcometracker.contract.Protocol.Arm;
import io.outcometracker.contract.Protocol.Disclosure;
import io.outcometracker.contract.Protocol.Instrument;
import io.outcometracker.contract.Protocol.Mcid;
import io.outcometracker.contract.Protocol.PublicView;
import io.outcometracker.contract.Protocol.Release;
import io.outcometracker.contract.Protocol.Visit;
import io.outcometracker.contract.Topics;
import io.outcometracker.contract.Unblinding;
import io.outcometracker.testkit.SeededTest;
import io.outcometracker.testkit.WorkedExample;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the streams publish of whatever is reported, against the computation from the log. */
class RecomputedTest {
    private static final LocalDate TODAY = LocalDate.of(2025, 9, 25);
    private static final List<String> VISITS = List.of("BL", "W4", "M4");
    private static final List<String> INSTRUMENTS = List.of("NRS", "ODI", "CRP", "PGIC");
    private static final List<String> ARMS = List.of("ACT", "LOW", "PBO");

    @TempDir
    Path state;

    /** Everything that goes into the streams and comes out of them is in the log, too. */
    private static final class Run {
        private final TopologyHarness streams;
        private final LogFixture log = new LogFixture();
        private Instant now = WorkedExample.AS_OF;
        private int read;

        Run(TopologyHarness streams) {
            this.streams = streams;
        }

        void plan(Protocol protocol) {
            streams.plan(protocol);
            log.report(Topics.TRIALS, protocol.trial(), protocol);
        }

        void unblind(@Nullable String participant) {
            Unblinding it = unblinding(participant);
            streams.unblind(it);
            log.report(Topics.UNBLINDINGS, it.key(), it);
        }

        void report(ParticipantEvent event) {
            streams.report(event);
            String key = event.participant().toString();
            if (event instanceof ParticipantEvent.Enrolled it) {
                log.report(Topics.ENROLMENTS, key, it.enrolment());
            } else if (event instanceof ParticipantEvent.FollowedUp it) {
                log.report(Topics.FOLLOW_UPS, key, it.followUp());
            } else if (event instanceof ParticipantEvent.HadAdverseEvent it) {
                log.report(Topics.ADVERSE_EVENTS, key, it.adverseEvent());
            } else {
                log.report(Topics.ERASURES, key, ((ParticipantEvent.Erased) event).erasure());
            }
        }

        void pass(Duration time) {
            now = now.plus(time);
            streams.pass(time);
            List<TopologyHarness.Message> messages = streams.messages();
            for (; read < messages.size(); read++) {
                TopologyHarness.Message it = messages.get(read);
                log.publish(it.topic(), it.key(), it.value());
            }
        }

        void assertThatNothingDiffers() {
            assertThat(log.differences(WorkedExample.TRIAL, now)).isEmpty();
        }
    }

    @SeededTest
    void agreesOnWhateverWasReported(long seed) {
        Random random = new Random(seed);
        try (TopologyHarness streams = new TopologyHarness(state, WorkedExample.AS_OF)) {
            Run run = new Run(streams);
            run.plan(protocol(random, 1));
            for (int round = 0; round < 3; round++) {
                int events = 8 + random.nextInt(12);
                for (int event = 0; event < events; event++) {
                    run.report(anyEvent(random));
                }
                if (random.nextInt(4) == 0) {
                    run.plan(protocol(random, 2 + round));
                }
                if (random.nextInt(8) == 0) {
                    run.unblind(random.nextBoolean() ? null : "P1");
                }
                run.pass(TopologyHarness.PUBLISH_INTERVAL);
                run.assertThatNothingDiffers();
                run.pass(Duration.ofHours(random.nextInt(40)));
                run.assertThatNothingDiffers();
            }
            assertThat(run.log.figures(WorkedExample.TRIAL, run.now)).isPositive();
        }
    }

    @Test
    void agreesOnATrialOfWhichNothingWasReportedButEnrolments() {
        try (TopologyHarness streams = new TopologyHarness(state, WorkedExample.AS_OF)) {
            Run run = new Run(streams);
            run.plan(WorkedExample.protocol());
            run.report(enrolment("P1").day1(TODAY.minusDays(35)).event());
            run.pass(TopologyHarness.PUBLISH_INTERVAL);
            run.assertThatNothingDiffers();

            run.pass(Duration.ofDays(1));

            run.assertThatNothingDiffers();
            assertThat(streams.view(Topics.COMPLETENESS)
                            .get("CLBP-CELL-01|W4|ODI|all")
                            .counts()
                            .overdue())
                    .isEqualTo(1);
        }
    }

    private static Protocol protocol(Random random, int version) {
        Protocol it = WorkedExample.protocol();
        return new Protocol(
                it.trial(),
                it.title(),
                version,
                random.nextBoolean(),
                List.of(new Arm("ACT", null, false), new Arm("LOW", null, false), new Arm("PBO", null, true)),
                List.of("S1", "S2", "S3"),
                it.visits().stream().map(visit -> visit(visit, random)).toList(),
                List.of(
                        instrument("NRS", 0, false, true, new Mcid(BigDecimal.valueOf(2), Mcid.Kind.ABS, "test")),
                        instrument("ODI", 1, false, true, new Mcid(BigDecimal.valueOf(40), Mcid.Kind.PCT, "test")),
                        instrument("CRP", 2, true, true, null),
                        instrument(
                                "PGIC",
                                0,
                                false,
                                false,
                                new Mcid(BigDecimal.valueOf(2), Mcid.Kind.VALUE_AT_MOST, "test"))),
                random.nextBoolean() ? List.of("cells") : List.of(),
                random.nextBoolean(),
                new Disclosure(
                        random.nextBoolean() ? null : 1 + random.nextInt(6),
                        random.nextInt(3) > 0 ? null : release(random),
                        random.nextBoolean() ? null : new PublicView(1 + random.nextInt(8), release(random))),
                null);
    }

    private static Release release(Random random) {
        return new Release(Duration.ofHours(1 + random.nextInt(30)), 1 + random.nextInt(4));
    }

    /** Sometimes with a list of its own; records of other instruments there may come nonetheless. */
    private static Visit visit(Visit it, Random random) {
        List<String> planned = random.nextBoolean()
                ? null
                : INSTRUMENTS.stream().filter(code -> random.nextInt(3) > 0).toList();
        return new Visit(it.code(), it.label(), it.day(), it.windowOpen(), it.windowClose(), it.baseline(), planned);
    }

    private static Instrument instrument(
            String code, int decimals, boolean logScale, boolean hasBaseline, @Nullable Mcid mcid) {
        return new Instrument(
                code, null, null, null, null, null, decimals, null, null, true, hasBaseline, null, logScale, mcid);
    }

    private static ParticipantEvent anyEvent(Random random) {
        String participant = "P" + random.nextInt(12);
        int kind = random.nextInt(100);
        if (kind < 35) {
            return anyEnrolment(participant, random);
        }
        if (kind < 45) {
            var event = adverseEvent(participant, participant + "-E" + random.nextInt(3))
                    .version(1 + random.nextInt(3))
                    .severity(List.of(Severity.values()).get(random.nextInt(3)))
                    .onset(TODAY.minusDays(random.nextInt(200)));
            if (random.nextBoolean()) {
                event.serious();
            }
            return random.nextInt(5) == 0 ? event.retracted().event() : event.event();
        }
        if (kind == 45) {
            return random.nextInt(4) == 0 ? erasure(participant) : anyEnrolment(participant, random);
        }
        return anyFollowUp(participant, random);
    }

    private static ParticipantEvent anyEnrolment(String participant, Random random) {
        var report = enrolment(participant)
                .version(1 + random.nextInt(4))
                .site("S" + (1 + random.nextInt(3)))
                .arm(ARMS.get(random.nextInt(3)))
                .day1(random.nextInt(10) == 0 ? null : TODAY.minusDays(random.nextInt(200) - 5))
                .strata(random.nextInt(5) == 0 ? Map.of() : Map.of("cells", random.nextBoolean() ? "own" : "given"));
        LocalDate left = TODAY.minusDays(random.nextInt(100) - 5);
        return switch (random.nextInt(10)) {
            case 0 -> report.screened().event();
            case 1 -> report.excluded("ineligible").event();
            case 2 ->
                report.left(Enrolment.Status.OFF_STUDY, left, random.nextBoolean() ? "moved" : null)
                        .event();
            case 3 ->
                report.left(Enrolment.Status.FOLLOW_UP_WITHDRAWN, left, "withdrew")
                        .event();
            default -> report.event();
        };
    }

    private static ParticipantEvent anyFollowUp(String participant, Random random) {
        String visit = VISITS.get(random.nextInt(3));
        String instrument = INSTRUMENTS.get(random.nextInt(4));
        BigDecimal value = BigDecimal.valueOf(random.nextInt(12), instrument.equals("CRP") ? 2 : 0);
        var report = score(participant, visit, instrument, value.toPlainString())
                .record(participant + '-' + visit + '-' + instrument + '-' + (random.nextInt(10) == 0 ? "b" : "a"))
                .version(1 + random.nextInt(3))
                .assessedOn(TODAY.minusDays(random.nextInt(200)));
        return switch (random.nextInt(12)) {
            case 0 -> report.retracted().event();
            case 1 -> report.notDone().event();
            case 2 -> report.outsideLimits(Comparator.LESS).event();
            default -> report.event();
        };
    }
}

package io.outcometracker.cohort.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.outcometracker.cohort.RandomReports;
import io.outcometracker.cohort.chart.ParticipantEvent;
import io.outcometracker.cohort.stream.TopologyHarness.Message;
import io.outcometracker.contract.Enrolment;
import io.outcometracker.contract.Protocol;
import io.outcometracker.contract.Protocol.Arm;
import io.outcometracker.contract.Protocol.Disclosure;
import io.outcometracker.contract.Protocol.Instrument;
import io.outcometracker.contract.Protocol.PublicView;
import io.outcometracker.contract.Protocol.Release;
import io.outcometracker.contract.Topics;
import io.outcometracker.testkit.SeededTest;
import io.outcometracker.testkit.WorkedExample;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;

/** Whatever comes of a masked trial, who cannot read the topics of unblinded material never learns an arm. */
class ArmsStayClosedTest {
    /** Not part of any other word. */
    private static final String ACTIVE = "Xq7Active";

    private static final String CONTROL = "Xq8Control";

    private static final Release HOURLY = new Release(Duration.ofHours(1), 1);

    @TempDir
    Path state;

    /** The least that a protocol can hide. */
    private static Protocol masked(int version) {
        Protocol it = WorkedExample.protocol();
        return new Protocol(
                it.trial(),
                it.title(),
                version,
                true,
                List.of(new Arm(ACTIVE, ACTIVE, false), new Arm(CONTROL, CONTROL, true)),
                it.sites(),
                it.visits(),
                IntStream.range(0, 3)
                        .mapToObj(number ->
                                instrument("I" + number, it.instruments().get(0)))
                        .toList(),
                List.of("sex"),
                true,
                new Disclosure(1, HOURLY, new PublicView(1, HOURLY)),
                null);
    }

    private static Instrument instrument(String code, Instrument it) {
        return new Instrument(
                code,
                it.label(),
                it.domain(),
                it.unit(),
                it.min(),
                it.max(),
                it.decimals(),
                it.step(),
                it.rounding(),
                it.higherIsWorse(),
                it.hasBaseline(),
                it.percentChange(),
                true,
                it.mcid());
    }

    private static ParticipantEvent withTheArmsOf(ParticipantEvent event) {
        if (!(event instanceof ParticipantEvent.Enrolled enrolled)) {
            return event;
        }
        Enrolment it = enrolled.enrolment();
        return new ParticipantEvent.Enrolled(new Enrolment(
                it.trial(),
                it.participant(),
                it.version(),
                it.site(),
                it.arm() == null ? null : it.arm().equals("ACT") ? ACTIVE : CONTROL,
                it.day1(),
                it.strata(),
                it.status(),
                it.offStudyOn(),
                it.offStudyReason(),
                it.receivedAt(),
                it.protocolVersion()));
    }

    @SeededTest
    void showsNoArmOnAnyTopicThatIsNotUnblindedMaterial(long seed) {
        Random random = new Random(seed);
        List<ParticipantEvent> events = RandomReports.repeatedInAnyOrder(RandomReports.of(12, random), random);
        try (TopologyHarness pipeline = new TopologyHarness(state, WorkedExample.AS_OF)) {
            pipeline.plan(masked(1));
            for (ParticipantEvent event : events) {
                pipeline.report(withTheArmsOf(event));
                switch (random.nextInt(20)) {
                    case 0 -> pipeline.pass(Duration.ofMinutes(random.nextInt(90)));
                    case 1 -> pipeline.plan(masked(2 + random.nextInt(100)));
                    case 2 ->
                        pipeline.unblind(Plans.unblinding(event.participant().participant()));
                    case 3 ->
                        pipeline.sendUnreadableFollowUp(event.participant().toString(), ACTIVE.getBytes(UTF_8));
                    default -> {
                        // Nothing but the next event.
                    }
                }
            }
            pipeline.pass(Duration.ofHours(1));

            Predicate<Message> namesAnArm =
                    it -> it.toString().contains(ACTIVE) || it.toString().contains(CONTROL);
            assertThat(pipeline.messages())
                    .filteredOn(namesAnArm)
                    .extracting(Message::topic)
                    .containsOnly(Topics.COHORT_METRICS_UNBLINDED.name(), Topics.TRIAL_SUMMARIES_UNBLINDED.name());
            assertThat(pipeline.messages())
                    .extracting(Message::topic)
                    .contains(
                            Topics.COHORT_METRICS.name(),
                            Topics.COHORT_METRICS_PUBLIC.name(),
                            Topics.COMPLETENESS.name(),
                            Topics.TRIAL_SUMMARIES.name(),
                            Topics.DISPOSITIONS.name(),
                            Topics.DEAD_LETTERS.name());
            assertThat(publicTopicsWrittenBy(pipeline))
                    .as("topics of which all messages were searched")
                    .isSubsetOf(pipeline.messages().stream().map(Message::topic).collect(Collectors.toSet()));
        }
    }

    private static Set<String> publicTopicsWrittenBy(TopologyHarness pipeline) {
        return pipeline.written().stream()
                .filter(it -> !it.endsWith("-changelog") && !it.endsWith("-repartition"))
                .collect(Collectors.toSet());
    }
}

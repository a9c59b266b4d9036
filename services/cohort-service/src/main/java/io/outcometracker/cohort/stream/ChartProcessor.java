package io.outcometracker.cohort.stream;

import static java.util.Objects.requireNonNullElse;

import io.outcometracker.cohort.chart.ParticipantChart;
import io.outcometracker.cohort.chart.ParticipantChart.Decision;
import io.outcometracker.cohort.chart.ParticipantChart.Standing;
import io.outcometracker.contract.DeadLetter;
import io.outcometracker.contract.Disposition;
import io.outcometracker.contract.Disposition.Fate;
import io.outcometracker.contract.Disposition.Subject;
import io.outcometracker.contract.Enrolment;
import io.outcometracker.contract.FollowUp;
import io.outcometracker.contract.ParticipantKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/** Applies each event to its participant's chart and forwards what follows from the difference. */
final class ChartProcessor implements Processor<String, ParticipantEvent, String, ChartStep> {
    static final String STORE = "participant-charts";

    @SuppressWarnings("NullAway.Init")
    private ProcessorContext<String, ChartStep> context;

    @SuppressWarnings("NullAway.Init")
    private KeyValueStore<String, ParticipantChart> charts;

    @Override
    public void init(ProcessorContext<String, ChartStep> processorContext) {
        context = processorContext;
        charts = processorContext.getStateStore(STORE);
    }

    @Override
    public void process(Record<String, ParticipantEvent> event) {
        ParticipantKey key = event.value().participant();
        if (!key.toString().equals(event.key())) {
            // Its participant's chart may lie in another partition.
            context.forward(event.withKey(key.toString()).withValue(new ChartStep(deadLetter("WrongKey"))));
            return;
        }
        ParticipantChart before = requireNonNullElse(charts.get(event.key()), ParticipantChart.EMPTY);
        Instant now = Instant.ofEpochMilli(context.currentSystemTimeMs());
        List<Disposition> dispositions = new ArrayList<>();
        Decision decision = event.value()
                .match(
                        enrolment -> {
                            Decision it = before.apply(enrolment);
                            dispositions.add(disposition(enrolment, it, now));
                            return it;
                        },
                        followUp -> {
                            Decision it = before.apply(followUp);
                            dispositions.add(disposition(followUp, it, now));
                            return it;
                        });
        ParticipantChart after = decision.chart();
        if (!after.equals(before)) {
            charts.put(event.key(), after);
        }
        dispositions.addAll(consequences(key, event.value(), before, after, now));
        context.forward(event.withValue(new ChartStep(dispositions, after.changesSince(before, key.trial()))));
    }

    private DeadLetter deadLetter(String error) {
        RecordMetadata position = context.recordMetadata().orElseThrow();
        return DeadLetters.letter(position.topic(), position.partition(), position.offset(), error);
    }

    private static Disposition disposition(Enrolment enrolment, Decision decision, Instant now) {
        Enrolment current = requireNonNullElse(decision.chart().enrolment(), enrolment);
        return new Disposition(
                enrolment.trial(),
                enrolment.participant(),
                Subject.ENROLMENT,
                null,
                enrolment.version(),
                decision.fate(),
                current.version(),
                Fate.APPLIED,
                now);
    }

    private static Disposition disposition(FollowUp followUp, Decision decision, Instant now) {
        return disposition(
                followUp.key(),
                followUp.recordId(),
                followUp.version(),
                decision.fate(),
                decision.chart().standings().get(followUp.recordId()),
                now);
    }

    private static Disposition disposition(
            ParticipantKey key, String recordId, int version, Fate fate, @Nullable Standing standing, Instant now) {
        return new Disposition(
                key.trial(),
                key.participant(),
                Subject.FOLLOW_UP,
                recordId,
                version,
                fate,
                standing == null ? version : standing.version(),
                standing == null ? fate : standing.fate(),
                now);
    }

    /** Other records whose fate the event changed: parked ones that an enrolment released, say. */
    private static List<Disposition> consequences(
            ParticipantKey key, ParticipantEvent event, ParticipantChart before, ParticipantChart after, Instant now) {
        String reported = event.match(enrolment -> "", FollowUp::recordId);
        Map<String, Standing> earlier = before.standings();
        List<Disposition> consequences = new ArrayList<>();
        after.standings().forEach((recordId, standing) -> {
            if (!recordId.equals(reported) && !standing.equals(earlier.get(recordId))) {
                consequences.add(disposition(key, recordId, standing.version(), standing.fate(), standing, now));
            }
        });
        return consequences;
    }
}

package io.outcometracker.cohort.stream;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.outcometracker.cohort.tally.TallyKey;
import io.outcometracker.contract.MessageTrace;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.header.Headers;

/** Spans of what is done with messages that belong to a trace. They name trials, and no participants. */
public final class StreamTraces {
    private static final AttributeKey<String> TRIAL = AttributeKey.stringKey("trial");

    /** Of all that changed a tally since it was published, so many are linked. */
    private static final int MOST_CAUSES = 32;

    private final Tracer tracer;

    public StreamTraces(Tracer tracer) {
        this.tracer = tracer;
    }

    /** Does what is to be done with a message, and has what follows from it go on with its trace. */
    void inTraceOf(Headers headers, String name, String trial, Runnable work) {
        Context from = MessageTrace.of(headers);
        if (!Span.fromContext(from).getSpanContext().isValid()) {
            work.run();
            return;
        }
        inSpan(tracer.spanBuilder(name).setParent(from).setSpanKind(SpanKind.CONSUMER), trial, () -> {
            MessageTrace.goOn(headers);
            work.run();
        });
    }

    private static void inSpan(SpanBuilder builder, String trial, Runnable work) {
        Span span = builder.setAttribute(TRIAL, trial).startSpan();
        try {
            Context.current().with(span).wrap(work).run();
        } finally {
            span.end();
        }
    }

    /** The traces, of those that are kept, of what changed tallies, until these are published. Of one task. */
    final class Causes {
        private final Map<String, List<Context>> byTally = new HashMap<>();

        void add(String tally, Headers headers) {
            Context cause = MessageTrace.of(headers);
            if (Span.fromContext(cause).getSpanContext().isSampled()) {
                List<Context> causes = byTally.computeIfAbsent(tally, it -> new ArrayList<>());
                if (causes.size() < MOST_CAUSES) {
                    causes.add(cause);
                }
            }
        }

        /** What changed the roster of a trial changed all these tallies. */
        void spread(String trial, Set<String> tallies) {
            List<Context> causes = byTally.remove(TallyKey.roster(trial));
            if (causes != null) {
                tallies.forEach(tally ->
                        byTally.computeIfAbsent(tally, it -> new ArrayList<>()).addAll(causes));
            }
        }

        /** Publishes a tally in the trace of what changed it first, with links to those of the others. */
        void publish(String tally, Runnable work) {
            String trial = TallyKey.trial(tally);
            List<Context> causes = byTally.remove(tally);
            if (causes == null) {
                work.run();
                return;
            }
            SpanBuilder builder = tracer.spanBuilder("publish").setParent(causes.get(0));
            causes.stream()
                    .skip(1)
                    .map(it -> Span.fromContext(it).getSpanContext())
                    .forEach(builder::addLink);
            inSpan(builder.setSpanKind(SpanKind.PRODUCER), trial, work);
        }
    }
}

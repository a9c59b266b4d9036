package io.outcometracker.loader;

import io.outcometracker.contract.AdverseEvent;
import io.outcometracker.contract.Disposition.Fate;
import io.outcometracker.contract.FollowUp;
import io.outcometracker.contract.Protocol;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Posts a study as its people would, the randomisation system first, then each site in turn, and keeps account of what
 * became of each record. Posting a study again does no harm.
 */
final class StudyPosting {
    private static final int BATCH = 1000;
    private static final Duration PAUSE = Duration.ofMillis(200);

    private final ServiceClient client;
    private final Duration timeout;
    private final PrintStream out;
    private final List<NotApplied> notApplied = new ArrayList<>();

    /** @param timeout how long a record may be undecided */
    StudyPosting(ServiceClient client, Duration timeout, PrintStream out) {
        this.client = client;
        this.timeout = timeout;
        this.out = out;
    }

    /**
     * A record that does not count.
     *
     * @param record an {@link EnrolmentRecord}, {@link FollowUpRecord} or {@link AdverseEventRecord}
     * @param name what to call it
     */
    record NotApplied(Object record, String name, String reason) {
        @Override
        public String toString() {
            return name + ": " + reason;
        }
    }

    /**
     * @param applied the part of the study that counts
     * @param posted how many records were posted
     */
    record Report(Study applied, long posted, List<NotApplied> notApplied) {}

    Report post(Study study) {
        putProtocol(study);
        postEnrolments(study);
        postFollowUps(study);
        postAdverseEvents(study);
        Set<Object> left = notApplied.stream().map(NotApplied::record).collect(Collectors.toCollection(HashSet::new));
        Study applied = new Study(
                study.protocol(),
                study.protocolDerived(),
                study.enrolments().stream().filter(it -> !left.contains(it)).toList(),
                study.followUps().stream().filter(it -> !left.contains(it)).toList(),
                study.adverseEvents().stream().filter(it -> !left.contains(it)).toList(),
                study.published(),
                study.notes());
        long posted = study.enrolments().size()
                + (long) study.followUps().size()
                + study.adverseEvents().size();
        return new Report(applied, posted, List.copyOf(notApplied));
    }

    private void putProtocol(Study study) {
        Protocol protocol = study.protocolDerived()
                ? client.protocol(study.trial())
                        .map(held -> continuing(held, study.protocol()))
                        .orElse(study.protocol())
                : study.protocol();
        String result = client.put(protocol);
        out.println("protocol of " + protocol.trial() + ", version " + protocol.version() + ": " + result);
    }

    /** A derived protocol has no version of its own: it is the held one's, or the next if the data say more by now. */
    private static Protocol continuing(Protocol held, Protocol derived) {
        return new Protocol(
                derived.trial(),
                derived.title(),
                held.version() + (held.samePlan(derived) ? 0 : 1),
                derived.masked(),
                derived.arms(),
                derived.sites(),
                derived.visits(),
                derived.instruments(),
                derived.groupings());
    }

    private void postEnrolments(Study study) {
        Map<String, Integer> latest =
                latest(study.enrolments(), EnrolmentRecord::participant, EnrolmentRecord::version);
        Map<EnrolmentRecord, Integer> positions = new HashMap<>();
        study.enrolments().forEach(it -> positions.putIfAbsent(it, positions.size() + 1));
        try (Progress progress =
                new Progress(out, "enrolments", study.enrolments().size())) {
            for (List<EnrolmentRecord> batch : batches(study.enrolments())) {
                post(
                        batch,
                        records -> client.postEnrolments(study.trial(), records),
                        (enrolment, fate) ->
                                isFine(fate, enrolment.version(), latest.get(enrolment.participant()), false),
                        enrolment -> "enrolment " + positions.get(enrolment) + " version " + enrolment.version(),
                        progress);
            }
        }
    }

    private void postFollowUps(Study study) {
        Map<String, Integer> latest = latest(study.followUps(), FollowUpRecord::recordId, FollowUpRecord::version);
        bySite(study.followUps(), FollowUpRecord::site).forEach((site, followUps) -> {
            try (Progress progress = new Progress(out, "follow-ups of " + site, followUps.size())) {
                for (List<FollowUpRecord> batch : batches(followUps)) {
                    post(
                            batch,
                            records -> client.postFollowUps(study.trial(), records),
                            (followUp, fate) -> isFine(
                                    fate,
                                    followUp.version(),
                                    latest.get(followUp.recordId()),
                                    followUp.status() == FollowUp.Status.ENTERED_IN_ERROR),
                            followUp -> "record " + followUp.recordId() + " version " + followUp.version(),
                            progress);
                }
            }
        });
    }

    private void postAdverseEvents(Study study) {
        Map<String, Integer> latest =
                latest(study.adverseEvents(), AdverseEventRecord::recordId, AdverseEventRecord::version);
        bySite(study.adverseEvents(), AdverseEventRecord::site).forEach((site, events) -> {
            try (Progress progress = new Progress(out, "adverse events of " + site, events.size())) {
                for (List<AdverseEventRecord> batch : batches(events)) {
                    post(
                            batch,
                            records -> client.postAdverseEvents(study.trial(), records),
                            (event, fate) -> isFine(
                                    fate,
                                    event.version(),
                                    latest.get(event.recordId()),
                                    event.status() == AdverseEvent.Status.ENTERED_IN_ERROR),
                            event -> "adverse event " + event.recordId() + " version " + event.version(),
                            progress);
                }
            }
        });
    }

    private static <R> Map<String, Integer> latest(
            List<R> records, Function<R, String> name, ToIntFunction<R> version) {
        Map<String, Integer> latest = new HashMap<>();
        records.forEach(it -> latest.merge(name.apply(it), version.applyAsInt(it), Math::max));
        return latest;
    }

    private static <R> Map<String, List<R>> bySite(List<R> records, Function<R, String> site) {
        return records.stream().collect(Collectors.groupingBy(site, LinkedHashMap::new, Collectors.toList()));
    }

    private static boolean isFine(String fate, int version, @Nullable Integer latest, boolean takenBack) {
        return fate.equals(Fate.APPLIED.name())
                || fate.equals(Fate.DUPLICATE.name())
                || (fate.equals(Fate.RETRACTED.name()) && takenBack)
                || (fate.equals(Fate.STALE.name()) && latest != null && version < latest);
    }

    private <R> void post(
            List<R> batch,
            Function<List<R>, ServiceClient.Answer> posting,
            BiPredicate<R, String> isFine,
            Function<R, String> name,
            Progress progress) {
        Deadline deadline = Deadline.in(timeout);
        List<R> undecided = batch;
        while (true) {
            List<ServiceClient.Result> results = posting.apply(undecided).results();
            List<R> pending = new ArrayList<>();
            for (int i = 0; i < results.size(); i++) {
                R record = undecided.get(i);
                ServiceClient.Result result = results.get(i);
                String fate = result.disposition();
                if (result.status().equals("refused")) {
                    notApplied.add(new NotApplied(record, name.apply(record), reason(result)));
                } else if (fate == null || fate.equals("PENDING")) {
                    pending.add(record);
                } else if (!isFine.test(record, fate)) {
                    notApplied.add(new NotApplied(record, name.apply(record), fate));
                }
            }
            progress.advance(undecided.size() - (long) pending.size());
            if (pending.isEmpty()) {
                return;
            }
            if (deadline.isOver()) {
                throw new LoadFailure(name.apply(pending.get(0)) + " and " + (pending.size() - 1)
                        + " more were accepted, but what became of them was not decided in time");
            }
            deadline.pause(PAUSE);
            undecided = pending;
        }
    }

    private static String reason(ServiceClient.Result refused) {
        List<ServiceClient.Problem> problems = refused.problems();
        return problems == null || problems.isEmpty()
                ? "refused"
                : "refused, " + problems.stream().map(Object::toString).collect(Collectors.joining("; "));
    }

    private static <R> List<List<R>> batches(List<R> records) {
        List<List<R>> batches = new ArrayList<>();
        for (int from = 0; from < records.size(); from += BATCH) {
            batches.add(records.subList(from, Math.min(from + BATCH, records.size())));
        }
        return batches;
    }
}

package io.outcometracker.cohort.verify;

import static java.util.Objects.requireNonNull;

import io.outcometracker.contract.AdverseEvent;
import io.outcometracker.contract.AdverseEvent.Severity;
import io.outcometracker.contract.Cohort;
import io.outcometracker.contract.Endpoint;
import io.outcometracker.contract.Enrolment;
import io.outcometracker.contract.Enrolment.Status;
import io.outcometracker.contract.ParticipantKey;
import io.outcometracker.contract.Protocol;
import io.outcometracker.contract.TrialSummary;
import io.outcometracker.contract.TrialSummary.AdverseEvents;
import io.outcometracker.contract.TrialSummary.Flow;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A trial as its log leaves it, computed in one pass from the start. */
final class BatchTrial {
    private static final double DAYS_IN_MONTH = 365.25 / 12;

    private final Map<ParticipantKey, Participant> participants = new HashMap<>();

    private final @Nullable Map<String, List<Long>> upTo;

    BatchTrial(TrialLog log) {
        this(log, null);
    }

    /** The trial as it was when the log reached only so far. */
    static BatchTrial upTo(Map<String, List<Long>> offsets, TrialLog log) {
        return new BatchTrial(log.upTo(offsets), offsets);
    }

    private BatchTrial(TrialLog log, @Nullable Map<String, List<Long>> upTo) {
        this.upTo = upTo;
        log.enrolments().forEach(it -> participant(it.value().key()).report(it.value()));
        log.followUps().forEach(it -> participant(it.value().key()).report(it.value()));
        log.adverseEvents().forEach(it -> participant(it.value().key()).report(it.value()));
        log.erasures().forEach(it -> participant(it.value().key()).erase());
    }

    private Participant participant(ParticipantKey key) {
        return participants.computeIfAbsent(key, it -> new Participant());
    }

    Map<ParticipantKey, Participant> participants() {
        return participants;
    }

    /** @param asOf decides which visits are over */
    BatchEndpoint endpoint(Endpoint endpoint, Protocol protocol, Instant asOf) {
        LocalDate today = LocalDate.ofInstant(asOf, ZoneOffset.UTC);
        List<Member> members = participants.values().stream()
                .flatMap(participant -> participant.enrolled().stream()
                        .map(enrolment -> Member.of(participant, enrolment, endpoint, protocol, today)))
                .toList();
        return new BatchEndpoint(protocol, endpoint, members, asOf, upTo);
    }

    /** Of the summaries: those that a reported participant is in, and all. */
    SortedSet<Cohort> cohorts(Protocol protocol) {
        SortedSet<Cohort> cohorts = new TreeSet<>();
        cohorts.add(Cohort.ALL);
        reported(it -> true)
                .forEach(it -> cohorts.addAll(Participant.cohorts(it.enrolment().orElseThrow(), protocol.groupings())));
        return cohorts;
    }

    private List<Participant> reported(Predicate<Enrolment> which) {
        return participants.values().stream()
                .filter(it -> it.enrolment().filter(which).isPresent())
                .toList();
    }

    TrialSummary summary(Cohort cohort, Protocol protocol, Instant asOf) {
        List<Participant> in =
                reported(it -> Participant.cohorts(it, protocol.groupings()).contains(cohort));
        List<Enrolment> enrolments =
                in.stream().map(it -> it.enrolment().orElseThrow()).toList();
        return new TrialSummary(
                protocol.trial(), cohort, flow(enrolments), adverseEvents(in, asOf), asOf, protocol.version());
    }

    private static Flow flow(List<Enrolment> in) {
        Predicate<Enrolment> left = it -> it.status() == Status.OFF_STUDY || it.status() == Status.FOLLOW_UP_WITHDRAWN;
        return new Flow(
                in.size(),
                count(in, it -> it.status() == Status.EXCLUDED),
                reasons(in, it -> it.status() == Status.EXCLUDED),
                count(in, Enrolment::isEnrolled),
                count(in, it -> it.isEnrolled() && it.day1() != null),
                count(in, it -> it.status() == Status.ON_STUDY),
                count(in, left),
                count(in, it -> it.status() == Status.FOLLOW_UP_WITHDRAWN),
                reasons(in, left));
    }

    private static <T> long count(Collection<T> in, Predicate<T> which) {
        return in.stream().filter(which).count();
    }

    private static Map<String, Long> reasons(List<Enrolment> in, Predicate<Enrolment> which) {
        return in.stream()
                .filter(which)
                .map(Enrolment::offStudyReason)
                .filter(Objects::nonNull)
                .collect(Collectors.groupingBy(Function.identity(), TreeMap::new, Collectors.counting()));
    }

    private static AdverseEvents adverseEvents(List<Participant> in, Instant asOf) {
        LocalDate today = LocalDate.ofInstant(asOf, ZoneOffset.UTC);
        List<Participant> treated =
                in.stream().filter(it -> daysTreated(it, today) != null).toList();
        List<List<AdverseEvent>> histories = treated.stream()
                .map(Participant::countedEvents)
                .filter(it -> !it.isEmpty())
                .toList();
        List<AdverseEvent> events = histories.stream().flatMap(List::stream).toList();
        long days = treated.stream()
                .mapToLong(it -> requireNonNull(daysTreated(it, today)))
                .sum();
        double months = days / DAYS_IN_MONTH;
        return new AdverseEvents(
                treated.size(),
                histories.size(),
                BatchEndpoint.ratio(histories.size(), treated.size()),
                events.size(),
                count(events, AdverseEvent::serious),
                count(histories, it -> it.stream().anyMatch(AdverseEvent::serious)),
                count(histories, it -> worst(it) == Severity.MILD),
                count(histories, it -> worst(it) == Severity.MODERATE),
                count(histories, it -> worst(it) == Severity.SEVERE),
                months,
                days == 0 ? null : 100 * events.size() / months);
    }

    private static @Nullable Severity worst(List<AdverseEvent> events) {
        return events.stream()
                .map(it -> requireNonNull(it.severity()))
                .max(Comparator.naturalOrder())
                .orElse(null);
    }

    /** From Day 1 to leaving or today, both included; absent before Day 1. */
    private static @Nullable Long daysTreated(Participant participant, LocalDate today) {
        Enrolment enrolment = participant.enrolled().orElse(null);
        LocalDate day1 = enrolment == null ? null : enrolment.day1();
        if (enrolment == null || day1 == null || day1.isAfter(today)) {
            return null;
        }
        LocalDate left = enrolment.offStudyOn();
        LocalDate last = left != null && left.isBefore(today) ? left : today;
        return last.isBefore(day1) ? 0 : ChronoUnit.DAYS.between(day1, last) + 1;
    }
}

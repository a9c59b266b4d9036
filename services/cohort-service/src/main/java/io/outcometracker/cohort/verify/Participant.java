package io.outcometracker.cohort.verify;

import io.outcometracker.contract.AdverseEvent;
import io.outcometracker.contract.Cohort;
import io.outcometracker.contract.Disposition.Fate;
import io.outcometracker.contract.Endpoint;
import io.outcometracker.contract.Enrolment;
import io.outcometracker.contract.FollowUp;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What the log says of one participant. Follow-ups must be reported in the order in which they lie in the log. */
final class Participant {
    private final NavigableMap<String, FollowUp> followUps = new TreeMap<>();
    /** Which record has the place of an instrument at a visit; others that want it are in conflict. */
    private final Map<Endpoint, String> holders = new HashMap<>();

    private final Map<String, AdverseEvent> adverseEvents = new HashMap<>();
    private @Nullable Enrolment enrolment;
    private boolean erased;

    void report(Enrolment reported) {
        if (enrolment == null || reported.version() > enrolment.version()) {
            enrolment = reported;
        }
    }

    void report(FollowUp reported) {
        String id = reported.recordId();
        FollowUp standing = followUps.get(id);
        if (standing == null || reported.version() > standing.version()) {
            followUps.put(id, reported);
            holders.values().remove(id);
            standing = reported;
        }
        boolean stands = reported.sameContent(standing);
        if (stands && reported.status() != FollowUp.Status.ENTERED_IN_ERROR) {
            holders.putIfAbsent(reported.endpoint(), id);
        }
    }

    void report(AdverseEvent reported) {
        adverseEvents.merge(
                reported.recordId(), reported, (held, next) -> next.version() > held.version() ? next : held);
    }

    void erase() {
        erased = true;
    }

    boolean isErased() {
        return erased;
    }

    /** Absent also where it was erased. */
    Optional<Enrolment> enrolment() {
        return erased ? Optional.empty() : Optional.ofNullable(enrolment);
    }

    /** Of those who count in the metrics. */
    Optional<Enrolment> enrolled() {
        return enrolment().filter(Enrolment::isEnrolled);
    }

    /** Of the enrolment's latest version; absent without one. */
    @Nullable
    Integer enrolmentVersion() {
        return enrolment == null ? null : enrolment.version();
    }

    Map<String, FollowUp> followUps() {
        return followUps;
    }

    Map<String, AdverseEvent> adverseEvents() {
        return adverseEvents;
    }

    Fate fate(FollowUp standing) {
        if (erased) {
            return Fate.ERASED;
        }
        if (standing.status() == FollowUp.Status.ENTERED_IN_ERROR) {
            return Fate.RETRACTED;
        }
        Enrolment current = enrolled().orElse(null);
        if (current == null) {
            return Fate.PARKED;
        }
        boolean withdrawn = current.status() == Enrolment.Status.FOLLOW_UP_WITHDRAWN;
        if (withdrawn
                && standing.assessedOn() != null
                && standing.assessedOn().isAfter(Objects.requireNonNull(current.offStudyOn()))) {
            return Fate.WITHDRAWN;
        }
        return standing.recordId().equals(holders.get(standing.endpoint())) ? Fate.APPLIED : Fate.CONFLICT;
    }

    Fate fate(AdverseEvent standing) {
        if (erased) {
            return Fate.ERASED;
        }
        if (standing.status() == AdverseEvent.Status.ENTERED_IN_ERROR) {
            return Fate.RETRACTED;
        }
        return enrolled().isPresent() ? Fate.APPLIED : Fate.PARKED;
    }

    /** What counts for the endpoint: a score, or the news that there is none. */
    Optional<FollowUp> applied(Endpoint endpoint) {
        return Optional.ofNullable(holders.get(endpoint)).map(followUps::get).filter(it -> fate(it) == Fate.APPLIED);
    }

    /** The number that counts; none if it is not done, or below or above a limit of detection. */
    static @Nullable BigDecimal score(FollowUp applied) {
        boolean done = applied.status() == FollowUp.Status.FINAL || applied.status() == FollowUp.Status.AMENDED;
        return done && applied.comparator() == null ? applied.value() : null;
    }

    @Nullable
    BigDecimal baseline(String instrument) {
        BigDecimal baseline = null;
        for (FollowUp it : followUps.values()) {
            if (it.baseline() && it.instrument().equals(instrument) && fate(it) == Fate.APPLIED && score(it) != null) {
                baseline = score(it);
            }
        }
        return baseline;
    }

    /** Those that began on or after Day 1. */
    List<AdverseEvent> countedEvents() {
        LocalDate day1 = enrolled().map(Enrolment::day1).orElse(null);
        List<AdverseEvent> counted = new ArrayList<>();
        for (AdverseEvent it : adverseEvents.values()) {
            if (day1 != null
                    && fate(it) == Fate.APPLIED
                    && !Objects.requireNonNull(it.onsetOn()).isBefore(day1)) {
                counted.add(it);
            }
        }
        return counted;
    }

    /** What the participant belongs to. */
    static List<Cohort> cohorts(Enrolment enrolment, List<String> groupings) {
        List<Cohort> cohorts = new ArrayList<>(List.of(Cohort.ALL, Cohort.site(enrolment.site())));
        if (enrolment.arm() != null) {
            cohorts.add(Cohort.arm(enrolment.arm()));
        }
        Map<String, String> strata = enrolment.strata() == null ? Map.of() : enrolment.strata();
        strata.forEach((name, value) -> {
            if (groupings.contains(name)) {
                cohorts.add(new Cohort(name, value));
            }
        });
        return cohorts;
    }
}

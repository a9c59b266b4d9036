package io.outcometracker.cohort.verify;

import io.outcometracker.contract.AdverseEvent;
import io.outcometracker.contract.Cohort;
import io.outcometracker.contract.Disposition.Assessed;
import io.outcometracker.contract.Disposition.Fate;
import io.outcometracker.contract.Endpoint;
import io.outcometracker.contract.Enrolment;
import io.outcometracker.contract.FollowUp;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What the log says of one participant. Follow-ups must be reported in the order in which they lie in the log. */
final class Participant {
    private final List<FollowUp> followUps = new ArrayList<>();
    private final List<AdverseEvent> adverseEvents = new ArrayList<>();
    /** At which the participant is or was. */
    private final Set<String> sites = new HashSet<>();

    private @Nullable Enrolment enrolment;
    private boolean erased;
    /** Absent if something was reported since. */
    private @Nullable Records records;

    /** What stands of what was reported. */
    private static final class Records {
        final NavigableMap<String, FollowUp> followUps = new TreeMap<>();
        /** Which record has the place of an instrument at a visit; others that want it are in conflict. */
        final Map<Endpoint, String> holders = new HashMap<>();

        final Map<String, AdverseEvent> adverseEvents = new HashMap<>();

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
    }

    void report(Enrolment reported) {
        if (enrolment == null || reported.version() > enrolment.version()) {
            enrolment = reported;
        } else if (reported.version() == enrolment.version()) {
            return;
        }
        sites.add(reported.site());
        records = null;
    }

    void report(FollowUp reported) {
        followUps.add(reported);
        records = null;
    }

    void report(AdverseEvent reported) {
        adverseEvents.add(reported);
        records = null;
    }

    /** What sites say of a participant who is not theirs cannot touch what others say. */
    private Records records() {
        if (records == null) {
            records = of(sites::contains);
            for (String other : others()) {
                Records theirs = of(other::equals);
                theirs.followUps.forEach(records.followUps::putIfAbsent);
                theirs.adverseEvents.forEach(records.adverseEvents::putIfAbsent);
            }
        }
        return records;
    }

    private Records of(Predicate<String> site) {
        Records stand = new Records();
        followUps.stream().filter(it -> site.test(it.site())).forEach(stand::report);
        adverseEvents.stream().filter(it -> site.test(it.site())).forEach(stand::report);
        return stand;
    }

    private SortedSet<String> others() {
        SortedSet<String> others = new TreeSet<>();
        followUps.forEach(it -> others.add(it.site()));
        adverseEvents.forEach(it -> others.add(it.site()));
        others.removeAll(sites);
        return others;
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
        return records().followUps;
    }

    Map<String, AdverseEvent> adverseEvents() {
        return records().adverseEvents;
    }

    Fate fate(FollowUp standing) {
        if (erased) {
            return Fate.ERASED;
        }
        if (standing.status() == FollowUp.Status.ENTERED_IN_ERROR) {
            return Fate.RETRACTED;
        }
        if (isOfOtherSite(standing.site())) {
            return Fate.OTHER_SITE;
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
        return standing.recordId().equals(records().holders.get(standing.endpoint())) ? Fate.APPLIED : Fate.CONFLICT;
    }

    Fate fate(AdverseEvent standing) {
        if (erased) {
            return Fate.ERASED;
        }
        if (standing.status() == AdverseEvent.Status.ENTERED_IN_ERROR) {
            return Fate.RETRACTED;
        }
        if (isOfOtherSite(standing.site())) {
            return Fate.OTHER_SITE;
        }
        return enrolled().isPresent() ? Fate.APPLIED : Fate.PARKED;
    }

    /** When the record that stands was assessed, if it counts and that can be told. */
    Optional<Assessed> assessed(FollowUp standing) {
        LocalDate day1 = enrolled().map(Enrolment::day1).orElse(null);
        LocalDate on = standing.assessedOn();
        if (fate(standing) != Fate.APPLIED
                || standing.status() == FollowUp.Status.NOT_DONE
                || day1 == null
                || on == null) {
            return Optional.empty();
        }
        int after = Math.toIntExact(ChronoUnit.DAYS.between(day1, on));
        return Optional.of(new Assessed(standing.visit(), after < 0 ? after : after + 1));
    }

    private boolean isOfOtherSite(String site) {
        return enrolment != null && !sites.contains(site);
    }

    /** What counts for the endpoint: a score, or the news that there is none. */
    Optional<FollowUp> applied(Endpoint endpoint) {
        return Optional.ofNullable(records().holders.get(endpoint))
                .map(followUps()::get)
                .filter(it -> fate(it) == Fate.APPLIED);
    }

    /** The number that counts; none if it is not done, or below or above a limit of detection. */
    static @Nullable BigDecimal score(FollowUp applied) {
        boolean done = applied.status() == FollowUp.Status.FINAL || applied.status() == FollowUp.Status.AMENDED;
        return done && applied.comparator() == null ? applied.value() : null;
    }

    @Nullable
    BigDecimal baseline(String instrument) {
        BigDecimal baseline = null;
        for (FollowUp it : followUps().values()) {
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
        for (AdverseEvent it : adverseEvents().values()) {
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

package io.outcometracker.cohort.chart;

import static java.util.Objects.requireNonNullElse;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.outcometracker.cohort.chart.HeldAdverseEvent.Onset;
import io.outcometracker.cohort.tally.Cell;
import io.outcometracker.cohort.tally.StudyCalendar;
import io.outcometracker.cohort.tally.TallyKey;
import io.outcometracker.cohort.tally.TallyRow;
import io.outcometracker.cohort.tally.TallyRow.Presence;
import io.outcometracker.cohort.tally.TallyRow.Report;
import io.outcometracker.contract.AdverseEvent;
import io.outcometracker.contract.Disposition.Assessed;
import io.outcometracker.contract.Disposition.Fate;
import io.outcometracker.contract.Enrolment;
import io.outcometracker.contract.Erasure;
import io.outcometracker.contract.FollowUp;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * All that is known of one participant. What counts follows from the chart alone, so a late baseline, an arm correction
 * or a withdrawal needs no path of its own: the chart before and after are compared.
 *
 * @param enrolment absent until the randomisation system reported the participant
 * @param followUps the latest version of each, by record id
 * @param adverseEvents the latest version of each, by record id
 * @param erased nothing is held any more, and nothing ever will be
 * @param sites at which the participant is or was, by any version of the enrolment
 * @param apart by site, what was reported by those at which the participant never was as far as is known
 */
@JsonFormat(shape = JsonFormat.Shape.ARRAY)
@JsonPropertyOrder({"enrolment", "followUps", "adverseEvents", "erased", "sites", "apart"})
public record ParticipantChart(
        @Nullable Enrolment enrolment,
        SortedMap<String, HeldFollowUp> followUps,
        SortedMap<String, HeldAdverseEvent> adverseEvents,
        boolean erased,
        SortedSet<String> sites,
        SortedMap<String, Apart> apart) {
    public static final ParticipantChart EMPTY = nothing(false);
    private static final ParticipantChart ERASED = nothing(true);

    /** What a site reported at which the participant never was, as far as is known. */
    @JsonFormat(shape = JsonFormat.Shape.ARRAY)
    @JsonPropertyOrder({"followUps", "adverseEvents"})
    record Apart(SortedMap<String, HeldFollowUp> followUps, SortedMap<String, HeldAdverseEvent> adverseEvents) {
        static final Apart NOTHING = new Apart(Collections.emptySortedMap(), Collections.emptySortedMap());

        Apart {
            followUps = Collections.unmodifiableSortedMap(followUps);
            adverseEvents = Collections.unmodifiableSortedMap(adverseEvents);
        }

        /** As if the site were the only one that knew of the participant. */
        ParticipantChart chart() {
            return new ParticipantChart(
                    null, followUps, adverseEvents, false, Collections.emptySortedSet(), Collections.emptySortedMap());
        }
    }

    /**
     * @param chart the chart after the event
     * @param fate what became of the event
     */
    public record Decision(ParticipantChart chart, Fate fate) {}

    /**
     * @param version the version that stands
     * @param fate what became of it
     * @param assessed when, in study days; absent unless it is a follow-up that counts and was done, and Day 1 is known
     */
    public record Standing(int version, Fate fate, @Nullable Assessed assessed) {
        public Standing(int version, Fate fate) {
            this(version, fate, null);
        }
    }

    private static SortedSet<String> sitesOf(@Nullable Enrolment enrolment) {
        return enrolment == null ? Collections.emptySortedSet() : new TreeSet<>(Set.of(enrolment.site()));
    }

    private static ParticipantChart nothing(boolean erased) {
        return new ParticipantChart(
                null,
                Collections.emptySortedMap(),
                Collections.emptySortedMap(),
                erased,
                Collections.emptySortedSet(),
                Collections.emptySortedMap());
    }

    public ParticipantChart {
        // Charts of before they were told apart have neither.
        sites = Collections.unmodifiableSortedSet(requireNonNullElse(sites, sitesOf(enrolment)));
        apart = Collections.unmodifiableSortedMap(requireNonNullElse(apart, Collections.emptySortedMap()));
        followUps = Collections.unmodifiableSortedMap(followUps);
        adverseEvents = Collections.unmodifiableSortedMap(adverseEvents);
    }

    public Decision apply(Enrolment reported) {
        if (erased) {
            return new Decision(this, Fate.ERASED);
        }
        if (enrolment != null && reported.version() <= enrolment.version()) {
            Fate fate = repeated(reported.version(), enrolment.version(), reported.sameContent(enrolment));
            return new Decision(fate == Fate.VERSION_REUSED ? this : at(reported.site()), fate);
        }
        return new Decision(at(reported.site()).with(reported), Fate.APPLIED);
    }

    public Decision apply(FollowUp reported) {
        return erased ? new Decision(this, Fate.ERASED) : of(reported.site(), it -> it.take(reported));
    }

    public Decision apply(AdverseEvent reported) {
        return erased ? new Decision(this, Fate.ERASED) : of(reported.site(), it -> it.take(reported));
    }

    /** What the site reports; a site of which nobody knows that the participant is theirs cannot touch what others said. */
    private Decision of(String site, Function<ParticipantChart, Decision> report) {
        if (sites.contains(site)) {
            return report.apply(this);
        }
        Decision decision = report.apply(apart.getOrDefault(site, Apart.NOTHING).chart());
        ParticipantChart theirs = decision.chart();
        SortedMap<String, Apart> changed = with(apart, site, new Apart(theirs.followUps, theirs.adverseEvents));
        return new Decision(
                new ParticipantChart(enrolment, followUps, adverseEvents, false, sites, changed),
                fateApart(decision.fate()));
    }

    /** The chart once it is known that the participant is or was at the site: what it reported is no longer apart. */
    private ParticipantChart at(String site) {
        if (sites.contains(site)) {
            return this;
        }
        SortedSet<String> known = new TreeSet<>(sites);
        known.add(site);
        SortedMap<String, Apart> others = new TreeMap<>(apart);
        Apart theirs = requireNonNullElse(others.remove(site), Apart.NOTHING);
        SortedMap<String, HeldFollowUp> records = new TreeMap<>(followUps);
        theirs.followUps.forEach((recordId, record) -> {
            HeldFollowUp held = records.get(recordId);
            if (held == null || held.version() < record.version()) {
                boolean slotTaken = record.conflict() || isTaken(records, record.slot(), recordId);
                records.put(recordId, record.inConflict(slotTaken));
            }
        });
        SortedMap<String, HeldAdverseEvent> events = new TreeMap<>(adverseEvents);
        theirs.adverseEvents.forEach((recordId, event) ->
                events.merge(recordId, event, (held, joined) -> held.version() < joined.version() ? joined : held));
        return new ParticipantChart(enrolment, records, events, false, known, others);
    }

    private Decision take(FollowUp reported) {
        String recordId = reported.recordId();
        Slot slot = new Slot(reported.visit(), reported.instrument());
        HeldFollowUp now = HeldFollowUp.of(reported, isTaken(followUps, slot, recordId));
        HeldFollowUp held = followUps.get(recordId);
        if (held != null && now.version() <= held.version()) {
            boolean same = now.fingerprint() == held.fingerprint();
            // Sent again when the slot is free, a record in conflict takes it: the site has settled the matter.
            boolean settled = same && now.version() == held.version() && held.conflict() && !now.conflict();
            if (!settled) {
                Fate fate = repeated(now.version(), held.version(), same);
                return new Decision(this, fate == Fate.DUPLICATE && held.conflict() ? Fate.CONFLICT : fate);
            }
        }
        ParticipantChart chart =
                new ParticipantChart(enrolment, with(followUps, recordId, now), adverseEvents, false, sites, apart);
        return new Decision(chart, chart.fate(now));
    }

    private static boolean isTaken(SortedMap<String, HeldFollowUp> records, Slot slot, String recordId) {
        for (Map.Entry<String, HeldFollowUp> it : records.entrySet()) {
            if (it.getValue().claims(slot) && !it.getKey().equals(recordId)) {
                return true;
            }
        }
        return false;
    }

    private Decision take(AdverseEvent reported) {
        String recordId = reported.recordId();
        HeldAdverseEvent now = HeldAdverseEvent.of(reported);
        HeldAdverseEvent held = adverseEvents.get(recordId);
        if (held != null && now.version() <= held.version()) {
            return new Decision(this, repeated(now.version(), held.version(), now.fingerprint() == held.fingerprint()));
        }
        ParticipantChart chart =
                new ParticipantChart(enrolment, followUps, with(adverseEvents, recordId, now), false, sites, apart);
        return new Decision(chart, chart.fate(now));
    }

    /** Final, whatever arrives when; the order itself says nothing that needs to be kept. */
    public Decision apply(Erasure reported) {
        return new Decision(ERASED, erased ? Fate.DUPLICATE : Fate.APPLIED);
    }

    private ParticipantChart with(Enrolment latest) {
        return new ParticipantChart(latest, followUps, adverseEvents, false, sites, apart);
    }

    private static <V> SortedMap<String, V> with(SortedMap<String, V> records, String recordId, V record) {
        SortedMap<String, V> changed = new TreeMap<>(records);
        changed.put(recordId, record);
        return changed;
    }

    private static Fate repeated(int version, int held, boolean sameContent) {
        if (version < held) {
            return Fate.STALE;
        }
        return sameContent ? Fate.DUPLICATE : Fate.VERSION_REUSED;
    }

    private Fate fate(HeldFollowUp record) {
        if (record.report() == null) {
            return Fate.RETRACTED;
        }
        if (!isEnrolled()) {
            return Fate.PARKED;
        }
        if (isAfterWithdrawal(record.assessedOn())) {
            return Fate.WITHDRAWN;
        }
        return record.conflict() ? Fate.CONFLICT : Fate.APPLIED;
    }

    private Fate fate(HeldAdverseEvent event) {
        if (event.onset() == null) {
            return Fate.RETRACTED;
        }
        return isEnrolled() ? Fate.APPLIED : Fate.PARKED;
    }

    /** @param fate as of a participant who is not enrolled */
    private Fate fateApart(Fate fate) {
        return fate == Fate.PARKED && enrolment != null ? Fate.OTHER_SITE : fate;
    }

    private boolean isEnrolled() {
        return enrolment != null && enrolment.isEnrolled();
    }

    private boolean isAfterWithdrawal(@Nullable LocalDate assessedOn) {
        return enrolment != null
                && enrolment.status() == Enrolment.Status.FOLLOW_UP_WITHDRAWN
                && enrolment.offStudyOn() != null
                && assessedOn != null
                && assessedOn.isAfter(enrolment.offStudyOn());
    }

    /** The version that stands of everything that is held. */
    public Map<Reported, Standing> standings() {
        return standings(any -> true);
    }

    /** Of those records, and of what is no record. */
    private Map<Reported, Standing> standings(Predicate<String> records) {
        Map<Reported, Standing> standings = new LinkedHashMap<>();
        if (erased) {
            standings.put(Reported.ERASURE, new Standing(1, Fate.APPLIED));
        }
        if (enrolment != null) {
            standings.put(Reported.ENROLMENT, new Standing(enrolment.version(), Fate.APPLIED));
        }
        followUps.forEach((recordId, record) -> {
            if (records.test(recordId)) {
                standings.put(
                        Reported.followUp(recordId), new Standing(record.version(), fate(record), assessed(record)));
            }
        });
        adverseEvents.forEach((recordId, event) -> {
            if (records.test(recordId)) {
                standings.put(Reported.adverseEvent(recordId), new Standing(event.version(), fate(event)));
            }
        });
        apart.values()
                .forEach(theirs -> theirs.chart()
                        .standings(records)
                        .forEach((reported, standing) -> standings.putIfAbsent(
                                reported, new Standing(standing.version(), fateApart(standing.fate())))));
        return standings;
    }

    /** The version that stands of one thing; empty if nothing of it is held. */
    public Optional<Standing> standing(Reported reported) {
        return Optional.ofNullable(
                standings(it -> it.equals(reported.recordId())).get(reported));
    }

    private @Nullable Assessed assessed(HeldFollowUp record) {
        Report report = record.report();
        if (enrolment == null || report == null || fate(record) != Fate.APPLIED) {
            return null;
        }
        Integer studyDay = studyDay(enrolment.day1(), report, record.assessedOn());
        return studyDay == null ? null : new Assessed(record.slot().visit(), studyDay);
    }

    /** The site that reported it, if what stands of it was not reported by one of the participant's own. */
    public Optional<String> otherSite(Reported reported) {
        return holds(reported)
                ? Optional.empty()
                : apart.entrySet().stream()
                        .filter(it -> it.getValue().chart().holds(reported))
                        .map(Map.Entry::getKey)
                        .findFirst();
    }

    private boolean holds(Reported reported) {
        return switch (reported.subject()) {
            case FOLLOW_UP -> followUps.containsKey(reported.recordId());
            case ADVERSE_EVENT -> adverseEvents.containsKey(reported.recordId());
            case ENROLMENT -> enrolment != null;
            case ERASURE -> erased;
        };
    }

    /** What now stands of everything for which it is not what stood in the earlier chart; of what was erased, too. */
    public Map<Reported, Standing> standingsChangedSince(ParticipantChart earlier) {
        Predicate<String> touched = recordsTouchedSince(earlier);
        Map<Reported, Standing> before = earlier.standings(touched);
        Map<Reported, Standing> changed = standings(touched);
        before.forEach((reported, standing) -> {
            if (!changed.remove(reported, standing)) {
                changed.putIfAbsent(reported, new Standing(standing.version(), Fate.ERASED));
            }
        });
        return changed;
    }

    /** Of which what stands may be another than in the earlier chart: the others are what they were, of who was enrolled as now. */
    private Predicate<String> recordsTouchedSince(ParticipantChart earlier) {
        if (!sameEnrolmentAs(earlier)) {
            return any -> true;
        }
        Set<String> touched = new HashSet<>();
        addDifferent(earlier.followUps, followUps, touched);
        addDifferent(earlier.adverseEvents, adverseEvents, touched);
        Set<String> sitesTouched = new HashSet<>();
        addDifferent(earlier.apart, apart, sitesTouched);
        for (String site : sitesTouched) {
            Apart before = earlier.apart.getOrDefault(site, Apart.NOTHING);
            Apart after = apart.getOrDefault(site, Apart.NOTHING);
            addDifferent(before.followUps, after.followUps, touched);
            addDifferent(before.adverseEvents, after.adverseEvents, touched);
        }
        return touched::contains;
    }

    private boolean sameEnrolmentAs(ParticipantChart earlier) {
        return Objects.equals(enrolment, earlier.enrolment) && erased == earlier.erased && sites.equals(earlier.sites);
    }

    /** The keys under which the two have not the same. */
    private static <V> void addDifferent(Map<String, V> before, Map<String, V> after, Set<String> different) {
        before.forEach((key, value) -> {
            if (!value.equals(after.get(key))) {
                different.add(key);
            }
        });
        after.keySet().stream().filter(key -> !before.containsKey(key)).forEach(different::add);
    }

    /**
     * What must be added to the tallies to get from what the earlier chart counted to what this one counts.
     *
     * @return by tally (see {@link TallyKey}) the rows and by how much their counts change
     */
    public Map<String, Map<TallyRow, Long>> changesSince(ParticipantChart earlier, String trial) {
        Predicate<HeldFollowUp> touched = countedOtherwiseThanIn(earlier);
        Map<String, TallyRow> before = earlier.counted(trial, touched);
        Map<String, TallyRow> after = counted(trial, touched);
        Map<String, Map<TallyRow, Long>> changes = new TreeMap<>();
        before.forEach((tally, row) -> {
            if (!row.equals(after.get(tally))) {
                changes.computeIfAbsent(tally, it -> new HashMap<>()).put(row, -1L);
            }
        });
        after.forEach((tally, row) -> {
            if (!row.equals(before.get(tally))) {
                changes.computeIfAbsent(tally, it -> new HashMap<>()).put(row, 1L);
            }
        });
        return changes;
    }

    /** Records that may count for something else than in the earlier chart: those of slots touched, or whose baseline was. */
    private Predicate<HeldFollowUp> countedOtherwiseThanIn(ParticipantChart earlier) {
        if (!sameEnrolmentAs(earlier)) {
            return any -> true;
        }
        Set<String> records = new HashSet<>();
        addDifferent(earlier.followUps, followUps, records);
        Set<Slot> slots = new HashSet<>();
        Set<String> baselines = new HashSet<>();
        for (String recordId : records) {
            Stream.of(earlier.followUps.get(recordId), followUps.get(recordId))
                    .filter(Objects::nonNull)
                    .forEach(record -> {
                        slots.add(record.slot());
                        if (record.baseline()) {
                            baselines.add(record.slot().instrument());
                        }
                    });
        }
        return record -> slots.contains(record.slot())
                || baselines.contains(record.slot().instrument());
    }

    /** The row in which the participant is counted, by tally; at endpoints, for those records only. */
    private Map<String, TallyRow> counted(String trial, Predicate<HeldFollowUp> records) {
        if (enrolment == null) {
            return Map.of();
        }
        Map<String, String> strata = enrolment.strata() == null ? Map.of() : enrolment.strata();
        Cell cell = new Cell(enrolment.site(), enrolment.arm(), new TreeMap<>(strata));
        Presence presence = new Presence(enrolment.day1(), enrolment.offStudyOn());
        Map<String, TallyRow> counted = new HashMap<>();
        counted.put(TallyKey.participants(trial), participation(enrolment, cell, presence));
        if (enrolment.isEnrolled()) {
            counted.put(TallyKey.roster(trial), new TallyRow.Enrolled(cell, presence));
        }
        Map<String, BigDecimal> baselines = baselines();
        for (HeldFollowUp record : followUps.values()) {
            Report report = record.report();
            if (report != null && records.test(record) && fate(record) == Fate.APPLIED) {
                Integer studyDay = studyDay(presence.day1(), report, record.assessedOn());
                BigDecimal score = record.score();
                BigDecimal baseline = score == null || record.baseline()
                        ? null
                        : baselines.get(record.slot().instrument());
                counted.put(
                        TallyKey.endpoint(record.slot().endpoint(trial)),
                        new TallyRow.Result(cell, presence, studyDay, report, score, baseline));
            }
        }
        return counted;
    }

    private static @Nullable Integer studyDay(@Nullable LocalDate day1, Report report, @Nullable LocalDate assessedOn) {
        return day1 == null || assessedOn == null || report == Report.NOT_DONE
                ? null
                : StudyCalendar.studyDay(day1, assessedOn);
    }

    private TallyRow participation(Enrolment current, Cell cell, Presence presence) {
        List<Onset> events = eventsFrom(presence.day1()).toList();
        return new TallyRow.Participation(
                cell,
                presence,
                current.status(),
                current.offStudyReason(),
                events.size(),
                (int) events.stream().filter(Onset::serious).count(),
                events.stream()
                        .map(Onset::severity)
                        .max(Comparator.naturalOrder())
                        .orElse(null));
    }

    /** Adverse events are counted from the first treatment on; before it there was nothing to cause them. */
    private Stream<Onset> eventsFrom(@Nullable LocalDate day1) {
        return day1 == null
                ? Stream.empty()
                : adverseEvents.values().stream()
                        .map(HeldAdverseEvent::onset)
                        .filter(Objects::nonNull)
                        .filter(onset -> !onset.on().isBefore(day1));
    }

    /** The score that counts at the baseline visit, by instrument. */
    private Map<String, BigDecimal> baselines() {
        Map<String, BigDecimal> baselines = new HashMap<>();
        for (HeldFollowUp record : followUps.values()) {
            BigDecimal score = record.score();
            if (record.baseline() && score != null && fate(record) == Fate.APPLIED) {
                baselines.put(record.slot().instrument(), score);
            }
        }
        return baselines;
    }
}

package io.outcometracker.cohort.tally;

import static java.util.Objects.requireNonNull;

import io.outcometracker.cohort.tally.TallyRow.Participation;
import io.outcometracker.cohort.tally.TallyRow.Presence;
import io.outcometracker.contract.AdverseEvent.Severity;
import io.outcometracker.contract.Cohort;
import io.outcometracker.contract.Enrolment.Status;
import io.outcometracker.contract.Protocol;
import io.outcometracker.contract.TrialSummary;
import io.outcometracker.contract.TrialSummary.AdverseEvents;
import io.outcometracker.contract.TrialSummary.Flow;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The participants of a trial, from which its flow and its adverse events are computed for every cohort. A change touches
 * the sums of the cohorts that the participant is in, and no others. Not safe for concurrent use.
 */
public final class TrialTally {
    private static final double DAYS_PER_MONTH = 365.25 / 12;

    private final String trial;
    private final Supplier<Map<TallyRow, Long>> rows;
    private @Nullable Figures figures;

    /** @param rows what is counted under the trial's participants whenever it is asked for; {@link #change} is told of each change */
    public TrialTally(String trial, Supplier<Map<TallyRow, Long>> rows) {
        this.trial = trial;
        this.rows = rows;
    }

    /** @param by how many more, or fewer, participants are counted in this row */
    public void change(Participation row, long by) {
        if (figures != null) {
            figures.add(row, by);
        }
    }

    /**
     * The summaries of the view's cohorts that have a participant, and of the whole trial.
     *
     * <p>Who has a Day 1 after the day of {@code asOf} is not treated yet and has neither events nor time.
     *
     * @param asOf ends the time of those who are on study
     */
    public SortedMap<Cohort, TrialSummary> summaries(Protocol protocol, View view, Instant asOf) {
        SortedMap<Cohort, TrialSummary> summaries = new TreeMap<>();
        figures(protocol.groupings(), LocalDate.ofInstant(asOf, ZoneOffset.UTC))
                .sums
                .forEach((cohort, it) -> {
                    if (view.shown().test(cohort) || cohort.equals(Cohort.ALL)) {
                        summaries.put(
                                cohort,
                                new TrialSummary(
                                        trial, cohort, it.flow(), it.adverseEvents(), asOf, protocol.version()));
                    }
                });
        return summaries;
    }

    private Figures figures(List<String> groupings, LocalDate today) {
        Figures last = figures;
        if (last == null || !last.groupings.equals(groupings) || !last.today.equals(today)) {
            Figures now = new Figures(groupings, today, new TreeMap<>(Map.of(Cohort.ALL, new Sums())));
            rows.get().forEach((row, count) -> now.add((Participation) row, count));
            figures = now;
            return now;
        }
        return last;
    }

    /** The sums of those that have a participant, and of the whole trial. */
    private record Figures(List<String> groupings, LocalDate today, SortedMap<Cohort, Sums> sums) {
        void add(Participation row, long by) {
            for (Cohort cohort : row.cell().cohorts(groupings)) {
                Sums changed = sums.computeIfAbsent(cohort, it -> new Sums());
                changed.add(row, by, today);
                if (changed.participants == 0 && !cohort.equals(Cohort.ALL)) {
                    sums.remove(cohort);
                }
            }
        }
    }

    private static final class Sums {
        private final SortedMap<String, Long> excludedBy = new TreeMap<>();
        private final SortedMap<String, Long> leftBy = new TreeMap<>();
        private long participants;
        private long excluded;
        private long screened;
        private long withDay1;
        private long onStudy;
        private long offStudy;
        private long withdrawn;
        private long treated;
        private long withEvent;
        private long events;
        private long seriousEvents;
        private long withSeriousEvent;
        private final Map<Severity, Long> worst = new TreeMap<>();
        private long days;

        void add(Participation row, long count, LocalDate today) {
            participants += count;
            switch (row.status()) {
                case SCREENED -> screened += count;
                case EXCLUDED -> {
                    excluded += count;
                    count(excludedBy, row.reason(), count);
                }
                case ON_STUDY -> onStudy += count;
                case OFF_STUDY, FOLLOW_UP_WITHDRAWN -> {
                    offStudy += count;
                    withdrawn += row.status() == Status.FOLLOW_UP_WITHDRAWN ? count : 0;
                    count(leftBy, row.reason(), count);
                }
            }
            LocalDate day1 = row.presence().day1();
            if (day1 != null) {
                withDay1 += count;
                if (!day1.isAfter(today)) {
                    addTreated(row, count, daysTreated(row.presence(), today));
                }
            }
        }

        private static <K> void count(Map<K, Long> counts, @Nullable K what, long count) {
            if (what != null) {
                SparseCounts.add(counts, what, count);
            }
        }

        private void addTreated(Participation row, long count, long daysEach) {
            treated += count;
            days += count * daysEach;
            events += count * row.events();
            seriousEvents += count * row.seriousEvents();
            withEvent += row.events() > 0 ? count : 0;
            withSeriousEvent += row.seriousEvents() > 0 ? count : 0;
            count(worst, row.worst(), count);
        }

        /** Both the first and the last day count. */
        private static long daysTreated(Presence presence, LocalDate today) {
            LocalDate left = presence.offStudyOn();
            LocalDate last = left == null || left.isAfter(today) ? today : left;
            return Math.max(0, ChronoUnit.DAYS.between(requireNonNull(presence.day1()), last) + 1);
        }

        Flow flow() {
            long randomised = onStudy + offStudy;
            return new Flow(
                    screened + excluded + randomised,
                    excluded,
                    excludedBy,
                    randomised,
                    withDay1,
                    onStudy,
                    offStudy,
                    withdrawn,
                    leftBy);
        }

        AdverseEvents adverseEvents() {
            double months = days / DAYS_PER_MONTH;
            return new AdverseEvents(
                    treated,
                    withEvent,
                    treated == 0 ? null : (double) withEvent / treated,
                    events,
                    seriousEvents,
                    withSeriousEvent,
                    worst.getOrDefault(Severity.MILD, 0L),
                    worst.getOrDefault(Severity.MODERATE, 0L),
                    worst.getOrDefault(Severity.SEVERE, 0L),
                    months,
                    days == 0 ? null : 100 * events / months);
        }
    }
}

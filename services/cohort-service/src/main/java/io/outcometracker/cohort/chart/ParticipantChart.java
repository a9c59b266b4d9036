package io.outcometracker.cohort.chart;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.outcometracker.cohort.tally.Cell;
import io.outcometracker.cohort.tally.TallyRow;
import io.outcometracker.cohort.tally.TallyRow.Presence;
import io.outcometracker.contract.Disposition.Fate;
import io.outcometracker.contract.Enrolment;
import io.outcometracker.contract.FollowUp;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * All that is known of one participant. What counts follows from the chart alone, so a late baseline, an arm correction
 * or a withdrawal needs no path of its own: the chart before and after are compared.
 *
 * @param enrolment absent until the randomisation system reported the participant
 * @param records the latest version of each record
 */
@JsonFormat(shape = JsonFormat.Shape.ARRAY)
@JsonPropertyOrder({"enrolment", "records"})
public record ParticipantChart(@Nullable Enrolment enrolment, List<HeldRecord> records) {
    public static final ParticipantChart EMPTY = new ParticipantChart(null, List.of());

    /**
     * @param chart the chart after the event
     * @param fate what became of the event
     */
    public record Decision(ParticipantChart chart, Fate fate) {}

    /**
     * @param version the version that stands
     * @param fate what became of it
     */
    public record Standing(int version, Fate fate) {}

    public ParticipantChart {
        records = List.copyOf(records);
    }

    public Decision apply(Enrolment reported) {
        if (enrolment != null && reported.version() <= enrolment.version()) {
            return new Decision(
                    this, repeated(reported.version(), enrolment.version(), reported.sameContent(enrolment)));
        }
        return new Decision(new ParticipantChart(reported, records), Fate.APPLIED);
    }

    public Decision apply(FollowUp reported) {
        HeldRecord held = record(reported.recordId()).orElse(null);
        Slot slot = new Slot(reported.visit(), reported.instrument());
        boolean slotTaken = records.stream()
                .anyMatch(it -> it.claims(slot) && !it.recordId().equals(reported.recordId()));
        HeldRecord now = HeldRecord.of(reported, slotTaken);
        if (held != null && now.version() <= held.version()) {
            boolean same = now.fingerprint() == held.fingerprint();
            // Sent again when the slot is free, a record in conflict takes it: the site has settled the matter.
            boolean settled = same && now.version() == held.version() && held.conflict() && !now.conflict();
            if (!settled) {
                Fate fate = repeated(now.version(), held.version(), same);
                return new Decision(this, fate == Fate.DUPLICATE && held.conflict() ? Fate.CONFLICT : fate);
            }
        }
        List<HeldRecord> changed = new ArrayList<>(records);
        if (held == null) {
            changed.add(now);
        } else {
            changed.set(changed.indexOf(held), now);
        }
        ParticipantChart chart = new ParticipantChart(enrolment, changed);
        return new Decision(chart, chart.fate(now));
    }

    private static Fate repeated(int version, int held, boolean sameContent) {
        if (version < held) {
            return Fate.STALE;
        }
        return sameContent ? Fate.DUPLICATE : Fate.VERSION_REUSED;
    }

    private Optional<HeldRecord> record(String recordId) {
        return records.stream().filter(it -> it.recordId().equals(recordId)).findFirst();
    }

    private Fate fate(HeldRecord record) {
        if (record.retracted()) {
            return Fate.RETRACTED;
        }
        if (enrolment == null) {
            return Fate.PARKED;
        }
        if (isAfterWithdrawal(record.assessedOn())) {
            return Fate.WITHDRAWN;
        }
        return record.conflict() ? Fate.CONFLICT : Fate.APPLIED;
    }

    private boolean isAfterWithdrawal(@Nullable LocalDate assessedOn) {
        return enrolment != null
                && enrolment.status() == Enrolment.Status.FOLLOW_UP_WITHDRAWN
                && enrolment.offStudyOn() != null
                && assessedOn != null
                && assessedOn.isAfter(enrolment.offStudyOn());
    }

    /** The version that stands of each record, by record id. */
    public Map<String, Standing> standings() {
        Map<String, Standing> standings = new LinkedHashMap<>();
        for (HeldRecord record : records) {
            standings.put(record.recordId(), new Standing(record.version(), fate(record)));
        }
        return standings;
    }

    /**
     * What must be added to the tallies to get from what the earlier chart counted to what this one counts.
     *
     * @return by tally (an endpoint's key, or the trial for the roster) the rows and by how much their counts change
     */
    public Map<String, Map<TallyRow, Long>> changesSince(ParticipantChart earlier, String trial) {
        Map<String, Set<TallyRow>> before = earlier.counted(trial);
        Map<String, Set<TallyRow>> after = counted(trial);
        Set<String> tallies = new HashSet<>(before.keySet());
        tallies.addAll(after.keySet());
        Map<String, Map<TallyRow, Long>> changes = new TreeMap<>();
        for (String tally : tallies) {
            Map<TallyRow, Long> rows = new HashMap<>();
            before.getOrDefault(tally, Set.of()).forEach(row -> rows.merge(row, -1L, Long::sum));
            after.getOrDefault(tally, Set.of()).forEach(row -> rows.merge(row, 1L, Long::sum));
            rows.values().removeIf(count -> count == 0);
            if (!rows.isEmpty()) {
                changes.put(tally, rows);
            }
        }
        return changes;
    }

    /** The rows in which the participant is counted, once each, by tally. */
    private Map<String, Set<TallyRow>> counted(String trial) {
        if (enrolment == null) {
            return Map.of();
        }
        Map<String, String> strata = enrolment.strata() == null ? Map.of() : enrolment.strata();
        Cell cell = new Cell(enrolment.site(), enrolment.arm(), new TreeMap<>(strata));
        Presence presence = new Presence(enrolment.day1(), enrolment.offStudyOn());
        Map<String, Set<TallyRow>> counted = new HashMap<>();
        counted.put(trial, Set.of(new TallyRow.Enrolled(cell, presence)));
        Map<String, BigDecimal> baselines = baselines();
        for (HeldRecord record : records) {
            if (fate(record) == Fate.APPLIED) {
                Set<TallyRow> rows = new HashSet<>();
                rows.add(new TallyRow.Filled(cell, presence));
                BigDecimal score = record.score();
                if (score != null) {
                    BigDecimal baseline = record.baseline()
                            ? null
                            : baselines.get(record.slot().instrument());
                    rows.add(new TallyRow.Score(cell, score, baseline));
                }
                counted.put(record.slot().endpoint(trial).toString(), rows);
            }
        }
        return counted;
    }

    /** The score that counts at the baseline visit, by instrument. */
    private Map<String, BigDecimal> baselines() {
        Map<String, BigDecimal> baselines = new HashMap<>();
        for (HeldRecord record : records) {
            if (record.baseline() && record.score() != null && fate(record) == Fate.APPLIED) {
                baselines.put(record.slot().instrument(), record.score());
            }
        }
        return baselines;
    }
}

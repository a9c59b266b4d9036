package io.outcometracker.cohort;

import static io.outcometracker.cohort.Reports.DAY1;

import io.outcometracker.cohort.Reports.AdverseEventReport;
import io.outcometracker.cohort.Reports.EnrolmentReport;
import io.outcometracker.cohort.Reports.FollowUpReport;
import io.outcometracker.cohort.chart.ParticipantEvent;
import io.outcometracker.contract.AdverseEvent.Severity;
import io.outcometracker.contract.Enrolment.Status;
import io.outcometracker.contract.FollowUp.Comparator;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Everything that is ever reported of some participants: all versions of enrolments, follow-ups and adverse events, with
 * corrections of every kind, and now and then an erasure.
 *
 * <p>No two records of a participant ever want the same slot, as then the first to come would hold it, and the order
 * would matter: of each instrument there is one record of the baseline, and one that moves between the later visits.
 */
public final class RandomReports {
    private static final int INSTRUMENTS = 3;
    private static final List<String> SITES = List.of("S1", "S2");
    /** Nobody is ever at the last one. */
    private static final List<String> REPORTING_SITES = List.of("S1", "S1", "S1", "S2", "S3");

    private static final List<String> ARMS = List.of("ACT", "PBO");
    private static final List<String> LATER_VISITS = List.of("W4", "M4");

    private final Random random;
    private final List<ParticipantEvent> events = new ArrayList<>();

    private RandomReports(Random random) {
        this.random = random;
    }

    /** Participant by participant, and in the order of versions. */
    public static List<ParticipantEvent> of(int participants, Random random) {
        RandomReports reports = new RandomReports(random);
        for (int participant = 1; participant <= participants; participant++) {
            reports.report("P" + participant);
        }
        return reports.events;
    }

    /** Each of them at least once and some up to three times, in any order. */
    public static List<ParticipantEvent> repeatedInAnyOrder(List<ParticipantEvent> events, Random random) {
        List<ParticipantEvent> shuffled = new ArrayList<>();
        for (ParticipantEvent event : events) {
            shuffled.addAll(Collections.nCopies(1 + random.nextInt(3), event));
        }
        Collections.shuffle(shuffled, random);
        return shuffled;
    }

    private void report(String participant) {
        // Some are never enrolled.
        int enrolments = random.nextInt(5);
        for (int version = 1; version <= enrolments; version++) {
            events.add(enrolment(participant, version).event());
        }
        for (int instrument = 0; instrument < INSTRUMENTS; instrument++) {
            followUp(participant, "bl-" + instrument, List.of("BL"), "I" + instrument);
            followUp(participant, "later-" + instrument, LATER_VISITS, "I" + instrument);
        }
        int adverseEvents = random.nextInt(4);
        for (int event = 1; event <= adverseEvents; event++) {
            int versions = 1 + random.nextInt(3);
            for (int version = 1; version <= versions; version++) {
                events.add(adverseEvent(participant, "ae-" + event, version).event());
            }
        }
        if (random.nextInt(5) == 0) {
            events.add(Reports.erasure(participant));
        }
    }

    private EnrolmentReport enrolment(String participant, int version) {
        EnrolmentReport report = Reports.enrolment(participant)
                .version(version)
                .site(any(SITES))
                .arm(any(ARMS))
                .day1(random.nextInt(6) == 0 ? null : around(DAY1, 5))
                .strata(random.nextBoolean() ? Map.of() : Map.of("sex", random.nextBoolean() ? "F" : "M"));
        return switch (random.nextInt(8)) {
            case 0 -> report.screened();
            case 1 -> report.excluded("AGE");
            case 2 -> report.left(Status.OFF_STUDY, around(DAY1, 40), "LOST TO FOLLOW-UP");
            case 3 -> report.left(Status.FOLLOW_UP_WITHDRAWN, around(DAY1, 40), "WITHDRAWAL BY SUBJECT");
            default -> report;
        };
    }

    private void followUp(String participant, String recordId, List<String> visits, String instrument) {
        int versions = random.nextInt(5);
        for (int version = 1; version <= versions; version++) {
            FollowUpReport report = Reports.score(participant, any(visits), instrument, random.nextInt(11))
                    .record(recordId)
                    .version(version)
                    .site(any(REPORTING_SITES))
                    .assessedOn(around(DAY1, 40));
            events.add(
                    switch (random.nextInt(8)) {
                        case 0 -> report.retracted().event();
                        case 1 -> report.notDone().event();
                        case 2 -> report.outsideLimits(Comparator.LESS).event();
                        default -> report.event();
                    });
        }
    }

    private AdverseEventReport adverseEvent(String participant, String recordId, int version) {
        AdverseEventReport report = Reports.adverseEvent(participant, recordId)
                .version(version)
                .site(any(REPORTING_SITES))
                .onset(around(DAY1, 40))
                .severity(any(List.of(Severity.values())));
        if (random.nextInt(4) == 0) {
            report.serious();
        }
        return random.nextInt(4) == 0 ? report.retracted() : report;
    }

    private <T> T any(List<T> values) {
        return values.get(random.nextInt(values.size()));
    }

    private LocalDate around(LocalDate date, int days) {
        return date.plusDays(random.nextInt(2 * days + 1) - days);
    }
}

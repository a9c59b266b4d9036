package io.outcometracker.cohort.tally;

import static org.assertj.core.api.Assertions.assertThat;

import io.outcometracker.cohort.tally.TallyRow.Enrolled;
import io.outcometracker.cohort.tally.TallyRow.Participation;
import io.outcometracker.cohort.tally.TallyRow.Presence;
import io.outcometracker.cohort.tally.TallyRow.Report;
import io.outcometracker.cohort.tally.TallyRow.Result;
import io.outcometracker.contract.AdverseEvent.Severity;
import io.outcometracker.contract.Endpoint;
import io.outcometracker.contract.Enrolment.Status;
import io.outcometracker.contract.Protocol;
import io.outcometracker.testkit.WorkedExample;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LiveTrialTest {
    private static final LocalDate DAY1 = LocalDate.of(2025, 1, 1);
    private static final List<String> VISITS = List.of("BL", "W4");
    private static final List<Report> MOSTLY_SCORES =
            List.of(Report.SCORE, Report.SCORE, Report.SCORE, Report.SCORE, Report.OUTSIDE_LIMITS, Report.NOT_DONE);

    private final Map<String, Map<TallyRow, Long>> counts = new HashMap<>();
    private final LiveTrial live = trial();

    private LiveTrial trial() {
        return new LiveTrial(WorkedExample.TRIAL, tally -> counts.getOrDefault(tally, Map.of()));
    }

    /** Participants come, are corrected, report, amend, take back and leave, and days go by. */
    @ParameterizedTest
    @MethodSource("io.outcometracker.testkit.Seeds#seeds")
    void showsWhatOneShowsThatCountsEverythingAnew(long seed) {
        Random random = new Random(seed);
        Map<Integer, Map<String, TallyRow>> participants = new HashMap<>();
        Instant now = Instant.parse("2025-01-20T12:00:00Z");
        Protocol protocol = WorkedExample.protocol();
        for (int step = 0; step < 300; step++) {
            int participant = random.nextInt(12);
            Map<String, TallyRow> before = participants.getOrDefault(participant, Map.of());
            Map<String, TallyRow> after = random.nextInt(8) == 0 ? Map.of() : rows(random);
            participants.put(participant, after);
            before.forEach((tally, row) -> change(tally, row, -1));
            after.forEach((tally, row) -> change(tally, row, 1));
            if (random.nextInt(40) == 0) {
                now = now.plus(random.nextInt(20), ChronoUnit.DAYS);
            }
            if (random.nextInt(4) == 0) {
                assertThat(shown(live, protocol, now)).as("step %d", step).isEqualTo(shown(trial(), protocol, now));
            }
        }
    }

    private void change(String tally, TallyRow row, long by) {
        SparseCounts.add(counts.computeIfAbsent(tally, it -> new HashMap<>()), row, by);
        live.change(tally, row, by);
    }

    /** Of one participant. */
    private static Map<String, TallyRow> rows(Random random) {
        Cell cell = new Cell("S" + random.nextInt(2), random.nextBoolean() ? "ACT" : "PBO", new TreeMap<>());
        LocalDate day1 = random.nextInt(6) == 0 ? null : DAY1.plusDays(random.nextInt(3));
        Presence presence = new Presence(day1, random.nextInt(4) == 0 ? DAY1.plusDays(random.nextInt(60)) : null);
        Map<String, TallyRow> rows = new HashMap<>();
        rows.put(TallyKey.roster(WorkedExample.TRIAL), new Enrolled(cell, presence));
        rows.put(
                TallyKey.participants(WorkedExample.TRIAL),
                new Participation(
                        cell,
                        presence,
                        presence.offStudyOn() == null ? Status.ON_STUDY : Status.OFF_STUDY,
                        presence.offStudyOn() == null ? null : "consent-withdrawn",
                        random.nextInt(3),
                        random.nextInt(2),
                        random.nextBoolean() ? Severity.SEVERE : null));
        for (String visit : VISITS) {
            if (random.nextInt(4) > 0) {
                rows.put(endpoint(visit).toString(), result(cell, presence, visit, random));
            }
        }
        return rows;
    }

    private static Result result(Cell cell, Presence presence, String visit, Random random) {
        Report report = MOSTLY_SCORES.get(random.nextInt(MOSTLY_SCORES.size()));
        boolean paired = report == Report.SCORE && !visit.equals("BL") && random.nextInt(5) > 0;
        return new Result(
                cell,
                presence,
                presence.day1() == null ? null : 1 + random.nextInt(50),
                report,
                report == Report.SCORE ? score(random) : null,
                paired ? score(random) : null);
    }

    /** Now and then with more decimals than planned. */
    private static BigDecimal score(Random random) {
        return BigDecimal.valueOf(random.nextInt(11) * 100 + (random.nextInt(30) == 0 ? 25 : 0), 2);
    }

    private static Endpoint endpoint(String visit) {
        return new Endpoint(WorkedExample.TRIAL, visit, "NRS");
    }

    private static List<Object> shown(LiveTrial trial, Protocol protocol, Instant now) {
        List<Object> shown = new ArrayList<>();
        for (boolean armsKnown : List.of(false, true)) {
            for (String visit : VISITS) {
                EndpointTally tally = trial.endpoint(endpoint(visit));
                shown.add(tally.metrics(protocol, View.unblinded(), now));
                shown.add(tally.metrics(protocol, View.sponsor(protocol, armsKnown), now));
                shown.add(tally.completeness(protocol, View.operational(armsKnown), now));
            }
            shown.add(trial.participants().summaries(protocol, View.operational(armsKnown), now));
        }
        return shown;
    }
}

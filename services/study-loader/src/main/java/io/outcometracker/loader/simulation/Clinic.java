package io.outcometracker.loader.simulation;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.List;

/** Where participants are assessed and what comes of it is written down: mostly once and right. */
final class Clinic {
    private static final double VISIT_MISSED = 0.04;
    private static final double NOT_DONE = 0.02;
    private static final double FOUND_AFTER_ALL = 0.08;

    private final Chance chance;
    private final StudyFiles files;
    private final List<? extends Measure> measures;
    private final Traffic traffic;

    Clinic(Chance chance, StudyFiles files, List<? extends Measure> measures, Traffic traffic) {
        this.chance = chance;
        this.files = files;
        this.measures = measures;
        this.traffic = traffic;
    }

    /**
     * How records come.
     *
     * @param slips by which factor corrections and repetitions are more frequent than in a large trial
     * @param late whether records come some days after what they report, and corrections after them; else all records
     *     of a participant are in the order in which they were written
     */
    record Traffic(double slips, boolean late) {}

    /** How ill a participant is by each measure. */
    double[] levels(double severity) {
        return measures.stream()
                .mapToDouble(measure -> 0.7 * severity + 0.7 * chance.gauss())
                .toArray();
    }

    /**
     * @param levels see {@link #levels}
     * @param effect improvement since the baseline in points, but for the luck of the day
     */
    void attend(Participant participant, Visit visit, double[] levels, double effect) {
        boolean baseline = visit.isBaseline();
        int day = visit.dayOfAssessment(chance);
        LocalDate assessedOn = participant.date(day);
        if (participant.hasLeftBy(assessedOn) || (!baseline && chance.happens(VISIT_MISSED))) {
            return;
        }
        boolean notDone = !baseline && chance.happens(NOT_DONE);
        double improvement = effect + (baseline ? 0 : 0.4 * chance.gauss());
        for (int i = 0; i < measures.size(); i++) {
            Measure measure = measures.get(i);
            BigDecimal score = measure.score(levels[i], improvement, chance.gauss());
            if (baseline && !measure.hasBaseline()) {
                continue;
            }
            LocalDate reportedOn = traffic.late ? assessedOn.plusDays(delay(7)) : participant.day1();
            Assessment assessment = new Assessment(participant, visit, measure, day, reportedOn);
            BigDecimal limit = measure.limitOfDetection();
            if (notDone) {
                StudyFiles.FollowUp record = files.followUp(assessment);
                record.notDone("participant unwell");
                if (chance.happens(FOUND_AFTER_ALL)) {
                    record.amended(later(reportedOn), 2, score, "paper form found at the site");
                }
            } else if (!chance.happens(measure.missing())) {
                if (limit != null && score.compareTo(limit) < 0) {
                    files.followUp(assessment).belowLimit(limit);
                } else {
                    enter(assessment, score);
                }
            }
        }
    }

    /** Most scores are typed in once and right; the others are put right later. */
    private void enter(Assessment assessment, BigDecimal score) {
        double fortune = chance.share() / traffic.slips;
        BigDecimal slip = assessment.measure().slip(score, chance.between(1, 3));
        StudyFiles.FollowUp record = files.followUp(assessment);
        LocalDate reportedOn = assessment.reportedOn();
        if (fortune < 0.008) {
            files.score(assessment, slip);
            record.amended(later(reportedOn), 2, score, "transcription error");
        } else if (fortune < 0.0085) {
            // Corrected twice; the second correction overtakes the first on its way.
            files.score(assessment, slip);
            LocalDate correctedOn = later(reportedOn);
            record.amended(correctedOn, 3, score, "source document checked");
            record.amended(correctedOn, 2, assessment.measure().slip(slip, 1), "transcription error");
        } else if (fortune < 0.0095) {
            files.score(assessment, slip);
            LocalDate correctedOn = later(reportedOn);
            record.enteredInError(correctedOn, 2, "belongs to another participant");
            files.anotherRecord(assessment).sent(correctedOn, score);
        } else {
            files.score(assessment, score);
            if (fortune < 0.0115) {
                record.sent(later(reportedOn), score);
            }
        }
    }

    /** When a record is sent that follows another one. */
    LocalDate later(LocalDate reportedOn) {
        return traffic.late ? reportedOn.plusDays(1 + delay(30)) : reportedOn;
    }

    /** Some days, now and then some months. */
    int delay(int ordinary) {
        return chance.happens(0.1) ? chance.between(ordinary, 5 * ordinary) : chance.between(0, ordinary);
    }
}

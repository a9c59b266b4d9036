package io.outcometracker.loader.simulation;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.List;

/** Twelve weeks without comparison: sleep gets better and markers of inflammation fall, or cannot be measured any more. */
final class SleepInflammationStudy {
    private static final int PARTICIPANTS = 31;
    private static final double LEAVES = 0.1;
    private static final LocalDate FIRST_TREATMENT = LocalDate.of(2024, 3, 4);
    private static final List<String> SITES = List.of("S01", "S02");

    private static final List<Visit> VISITS = List.of(
            Visit.baseline(5),
            new Visit("W4", 29, 4, 0.5, 0),
            new Visit("W8", 57, 5, 0.85, 0),
            new Visit("W12", 85, 6, 1, 0));

    private static final List<Measure> MEASURES = List.of(
            Scale.PSQI,
            new Lab("CRP", new BigDecimal("0.50"), 2.1, 0.9, -0.09, 0.35, 0.03),
            new Lab("IL6", new BigDecimal("1.50"), 3.1, 0.6, -0.06, 0.25, 0.05));

    private static final List<String> REASONS_TO_LEAVE =
            List.of("LOST TO FOLLOW-UP", "WITHDRAWAL BY SUBJECT", "LACK OF EFFICACY");

    private final StudyFiles files = new StudyFiles("SIM-SLEEP-01", true);
    private final Chance chance;
    private final Clinic clinic;

    private SleepInflammationStudy(long seed) {
        this.chance = new Chance(seed);
        this.clinic = new Clinic(chance, files, MEASURES, new Clinic.Traffic(3, true));
    }

    static StudyFiles simulate(long seed) {
        SleepInflammationStudy study = new SleepInflammationStudy(seed);
        LocalDate day1 = FIRST_TREATMENT;
        for (int number = 1; number <= PARTICIPANTS; number++) {
            study.simulate(number, day1);
            day1 = Participant.weekday(day1.plusDays(study.chance.between(1, 12)));
        }
        return study.files;
    }

    private void simulate(int number, LocalDate day1) {
        LocalDate offStudyOn = chance.happens(LEAVES) ? day1.plusDays(chance.between(20, 80)) : null;
        Participant participant =
                new Participant(Participant.code(number), chance.oneOf(SITES), null, day1, offStudyOn);
        files.onStudy(day1, participant, 1, null);
        if (offStudyOn != null) {
            LocalDate reportedOn = offStudyOn.plusDays(clinic.delay(10));
            files.leaving(reportedOn, participant, 2, "off-study", chance.oneOf(REASONS_TO_LEAVE));
        }
        double response = 3 + 2 * chance.gauss();
        double[] levels = clinic.levels(chance.gauss());
        VISITS.forEach(visit -> clinic.attend(participant, visit, levels, response * visit.afterTreatment()));
    }
}

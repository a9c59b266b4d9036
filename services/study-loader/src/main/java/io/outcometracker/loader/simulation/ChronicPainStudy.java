package io.outcometracker.loader.simulation;

import java.time.LocalDate;
import java.util.List;

/**
 * An open-label trial of a cell therapy for chronic low back pain, as it goes in life: pain falls, function follows,
 * visits are missed or late, people leave, scores are mistyped and put right.
 */
final class ChronicPainStudy {
    private static final int PARTICIPANTS = 128;
    private static final LocalDate FIRST_TREATMENT = LocalDate.of(2024, 1, 15);
    private static final List<String> SITES = List.of("S01", "S02", "S03", "S04");
    private static final String CELLS = "BM-MSC";
    private static final String USUAL_CARE = "USUAL-CARE";

    private static final List<Visit> VISITS = List.of(
            Visit.baseline(6),
            new Visit("W2", 15, 3, 0.4, 0.5),
            new Visit("W4", 29, 5, 0.65, 0.8),
            new Visit("M2", 61, 8, 0.9, 1),
            new Visit("M4", 121, 10, 1, 0.8));

    private static final List<Scale> SCALES = List.of(
            Scale.NRS,
            Scale.BPI_INT,
            Scale.ODI,
            Scale.PROMIS_PF,
            Scale.ISI,
            Scale.PHQ9,
            Scale.GAD7,
            Scale.STEPS,
            Scale.SAT,
            Scale.PGIC);

    private static final List<String> REASONS_TO_LEAVE = List.of(
            "LOST TO FOLLOW-UP", "WITHDRAWAL BY SUBJECT", "LACK OF EFFICACY", "ADVERSE EVENT", "PHYSICIAN DECISION");

    private final StudyFiles files = new StudyFiles("SIM-CLBP-01", true);
    private final Chance chance;
    private final Clinic clinic;

    private ChronicPainStudy(long seed) {
        this.chance = new Chance(seed);
        this.clinic = new Clinic(chance, files, SCALES, new Clinic.Traffic(1, false));
    }

    static StudyFiles simulate(long seed) {
        ChronicPainStudy study = new ChronicPainStudy(seed);
        LocalDate day1 = FIRST_TREATMENT;
        for (int number = 1; number <= PARTICIPANTS; number++) {
            study.simulate(number, day1);
            day1 = Participant.weekday(day1.plusDays(study.chance.between(0, 6)));
        }
        return study.files;
    }

    private void simulate(int number, LocalDate day1) {
        boolean cells = number % 2 != 0;
        LocalDate offStudyOn = chance.happens(0.1) ? day1.plusDays(chance.between(18, 118)) : null;
        Participant participant = new Participant(
                Participant.code(number),
                SITES.get(Math.min(chance.between(0, 4), SITES.size() - 1)),
                cells ? CELLS : USUAL_CARE,
                day1,
                offStudyOn);
        double severity = chance.gauss();
        double response = cells ? 2.8 + 1.7 * chance.gauss() : 1 + 1.5 * chance.gauss();
        enrol(participant, number);
        double[] levels = clinic.levels(severity);
        for (Visit visit : VISITS) {
            clinic.attend(
                    participant, visit, levels, response * (cells ? visit.afterTreatment() : visit.afterControl()));
        }
    }

    private void enrol(Participant participant, int number) {
        LocalDate day1 = participant.day1();
        int version = 1;
        if (number % 50 == 0) {
            files.onStudy(day1, participant, version++, CELLS.equals(participant.arm()) ? USUAL_CARE : CELLS);
        }
        files.onStudy(day1, participant, version++, participant.arm());
        if (participant.offStudyOn() != null) {
            if (chance.happens(0.25)) {
                files.leaving(day1, participant, version, "follow-up-withdrawn", "WITHDRAWAL BY SUBJECT");
            } else {
                files.leaving(day1, participant, version, "off-study", chance.oneOf(REASONS_TO_LEAVE));
            }
        }
    }
}

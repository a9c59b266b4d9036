package io.outcometracker.loader.simulation;

import io.outcometracker.loader.simulation.StudyFiles.AdverseEvent;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * A small masked trial of a cell therapy for chronic back pain against a sham injection: who is screened may be excluded,
 * sites do not know the arms, and adverse events are reported.
 */
final class CellTherapyStudy {
    private static final LocalDate FIRST_TREATMENT = LocalDate.of(2024, 2, 5);
    private static final List<String> SITES = List.of("S01", "S02", "S03");
    private static final String CELLS = "CELLS";
    private static final String SHAM = "SHAM";
    private static final int BLOCKS_OF_FOUR = 5;

    private static final Visit BASELINE = Visit.baseline(5);
    private static final Visit MONTH_4 = new Visit("M4", 121, 8, 1, 0.9);

    private static final List<Scale> SCALES =
            List.of(Scale.NRS, Scale.ODI, Scale.STEPS, Scale.SAT, Scale.PHQ9, Scale.GAD7);

    private static final List<String> REASONS_FOR_EXCLUSION =
            List.of("INELIGIBLE", "INELIGIBLE", "INELIGIBLE", "INELIGIBLE", "DECLINED", "DECLINED");

    private static final List<String> TERMS = List.of(
            "INJECTION-SITE-PAIN",
            "INJECTION-SITE-PAIN",
            "BACK-PAIN",
            "HEADACHE",
            "NAUSEA",
            "FATIGUE",
            "NASOPHARYNGITIS",
            "FALL");

    /** Places of those who leave and of the one who is first recorded in the wrong arm, among those randomised. */
    private static final int IS_LOST = 8;

    private static final int WITHDRAWS = 17;
    private static final int WRONGLY_RECORDED = 12;

    private final StudyFiles files = new StudyFiles("SIM-CELL-01", false);
    private final Chance chance;
    private final Clinic clinic;

    private CellTherapyStudy(long seed) {
        this.chance = new Chance(seed);
        this.clinic = new Clinic(chance, files, SCALES, new Clinic.Traffic(4, true));
    }

    static StudyFiles simulate(long seed) {
        CellTherapyStudy study = new CellTherapyStudy(seed);
        List<String> arms = study.randomisationList();
        List<String> outcomes = new ArrayList<>(REASONS_FOR_EXCLUSION);
        outcomes.addAll(Collections.nCopies(arms.size(), ""));
        LocalDate day1 = FIRST_TREATMENT;
        int number = 0;
        int randomised = 0;
        for (String reasonForExclusion : study.chance.shuffled(outcomes)) {
            String code = Participant.code(++number);
            String site = study.chance.oneOf(SITES);
            LocalDate screenedOn = day1.minusDays(study.chance.between(16, 32));
            study.files.screening(screenedOn, code, 1, site, "screened", "");
            if (reasonForExclusion.isEmpty()) {
                study.simulate(++randomised, code, site, arms.get(randomised - 1), day1);
            } else {
                LocalDate excludedOn = screenedOn.plusDays(study.chance.between(1, 14));
                study.files.screening(excludedOn, code, 2, site, "excluded", reasonForExclusion);
            }
            day1 = Participant.weekday(day1.plusDays(study.chance.between(3, 16)));
        }
        return study.files;
    }

    /** In blocks, so that the arms stay of one size. */
    private List<String> randomisationList() {
        List<String> arms = new ArrayList<>();
        for (int block = 0; block < BLOCKS_OF_FOUR; block++) {
            arms.addAll(chance.shuffled(List.of(CELLS, CELLS, SHAM, SHAM)));
        }
        arms.addAll(chance.shuffled(List.of(CELLS, SHAM)));
        return arms;
    }

    private void simulate(int place, String code, String site, String arm, LocalDate day1) {
        LocalDate offStudyOn = place == IS_LOST || place == WITHDRAWS ? day1.plusDays(chance.between(30, 90)) : null;
        Participant participant = new Participant(code, site, arm, day1, offStudyOn);
        enrol(participant, place);
        boolean cells = arm.equals(CELLS);
        double response = cells ? 3 + 1.5 * chance.gauss() : 1.2 + 1.3 * chance.gauss();
        double[] levels = clinic.levels(chance.gauss());
        clinic.attend(participant, BASELINE, levels, 0);
        clinic.attend(
                participant, MONTH_4, levels, response * (cells ? MONTH_4.afterTreatment() : MONTH_4.afterControl()));
        reportAdverseEvents(participant);
    }

    private void enrol(Participant participant, int place) {
        int version = 2;
        String arm = participant.arm();
        if (place == WRONGLY_RECORDED) {
            files.onStudy(participant.day1(), participant, version++, CELLS.equals(arm) ? SHAM : CELLS);
            files.onStudy(participant.date(40), participant, version++, arm);
        } else {
            files.onStudy(participant.day1(), participant, version++, arm);
        }
        if (participant.offStudyOn() != null) {
            LocalDate reportedOn = participant.offStudyOn().plusDays(clinic.delay(10));
            if (place == IS_LOST) {
                files.leaving(reportedOn, participant, version, "off-study", "LOST TO FOLLOW-UP");
            } else {
                files.leaving(reportedOn, participant, version, "follow-up-withdrawn", "WITHDRAWAL BY SUBJECT");
            }
        }
    }

    private void reportAdverseEvents(Participant participant) {
        int number = 0;
        for (int chances = 0; chances < 4; chances++) {
            // Now and then before the treatment, which does not count.
            int day = chance.happens(0.1) ? chance.between(-10, -1) : chance.between(1, 120);
            String severity = chance.happens(0.6) ? "mild" : chance.happens(0.75) ? "moderate" : "severe";
            boolean serious = severity.equals("severe") && chance.happens(0.5);
            AdverseEvent event = new AdverseEvent(chance.oneOf(TERMS), participant.date(day), severity, serious);
            if (chance.happens(0.3) && !participant.hasLeftBy(event.onsetOn())) {
                report(participant, ++number, event);
            }
        }
    }

    private void report(Participant participant, int number, AdverseEvent event) {
        LocalDate reportedOn = event.onsetOn().plusDays(clinic.delay(14));
        files.adverseEvent(reportedOn, participant, number, 1, event, null);
        double fortune = chance.share();
        LocalDate later = clinic.later(reportedOn);
        if (fortune < 0.15) {
            AdverseEvent reviewed = new AdverseEvent(
                    event.term(),
                    event.onsetOn(),
                    event.severity().equals("mild") ? "moderate" : "severe",
                    event.severity().equals("severe") != event.serious());
            files.adverseEvent(later, participant, number, 2, reviewed, "grading reviewed");
        } else if (fortune < 0.2) {
            files.adverseEvent(later, participant, number, 2, null, "belongs to another participant");
        } else if (fortune < 0.3) {
            files.adverseEvent(later, participant, number, 1, event, null);
        }
    }
}

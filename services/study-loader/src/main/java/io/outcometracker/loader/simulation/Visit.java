package io.outcometracker.loader.simulation;

/**
 * A planned visit.
 *
 * @param jitter days by which an ordinary visit is early or late
 * @param afterTreatment part of the full effect that is reached by then
 * @param afterControl the same without the treatment
 */
record Visit(String code, int day, int jitter, double afterTreatment, double afterControl) {
    static Visit baseline(int jitter) {
        return new Visit("BL", -7, jitter, 0, 0);
    }

    boolean isBaseline() {
        return day < 1;
    }

    /** Near the planned day, now and then far from it; never beyond Day 1 for the baseline, and never day 0. */
    int dayOfAssessment(Chance chance) {
        int near = day + chance.between(-jitter, jitter);
        if (isBaseline()) {
            return chance.happens(0.2) ? 1 : Math.min(near, -1);
        }
        if (chance.happens(0.07)) {
            return near + jitter + chance.between(4, 20);
        }
        return chance.happens(0.02) ? Math.max(2, near - jitter - chance.between(2, 6)) : near;
    }
}

package io.outcometracker.loader;

/**
 * What came of loading a study.
 *
 * @param ok whether all records count and every figure is as it should be
 * @param posted how many records were posted: enrolments, follow-ups and adverse events, each version counted
 * @param applied how many of them count, or are superseded by a later version that does
 * @param figuresEqual published figures that equal the recomputed ones
 * @param figuresDifferent those that do not, a missing or surplus cohort counting as one
 * @param cohortsNotCompared those of which the service's audience is not shown everything, or not yet
 * @param printedAgree figures of published.csv that the product reproduces
 * @param printed figures of published.csv
 */
public record LoadReport(
        boolean ok,
        long posted,
        long applied,
        long figuresEqual,
        long figuresDifferent,
        long cohortsNotCompared,
        long printedAgree,
        long printed) {

    static LoadReport failed() {
        return new LoadReport(false, 0, 0, 0, 0, 0, 0, 0);
    }

    /** One line for people. */
    public String verdict() {
        return (ok ? "OK: " : "NOT OK: ") + applied + " of " + posted + " records applied; "
                + (figuresEqual + figuresDifferent) + " figures recomputed, " + figuresDifferent + " different"
                + (cohortsNotCompared == 0 ? "" : "; " + cohortsNotCompared + " cohorts not compared")
                + (printed == 0 ? "" : "; " + printedAgree + " of " + printed + " published figures agree");
    }
}

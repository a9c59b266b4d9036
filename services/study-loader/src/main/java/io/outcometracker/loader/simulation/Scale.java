package io.outcometracker.loader.simulation;

import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * A questionnaire or count.
 *
 * @param usual an average participant's score before treatment
 * @param spread standard deviation between participants before treatment; negative where a higher score is better
 * @param perPoint what one point of improvement adds to the score
 * @param noise standard deviation of the same participant's scores from day to day
 * @param steps how many possible scores lie in one unit: 7 for a mean of seven items
 */
record Scale(
        String code,
        boolean hasBaseline,
        int min,
        int max,
        double usual,
        double spread,
        double perPoint,
        double noise,
        double steps,
        int decimals,
        double missing)
        implements Measure {

    static final Scale NRS = new Scale("NRS", true, 0, 10, 6.4, 1.3, -1, 0.7, 1, 0, 0.01);
    static final Scale BPI_INT = new Scale("BPI_INT", true, 0, 10, 5.8, 1.6, -0.95, 0.6, 7, 2, 0.02);
    static final Scale ODI = new Scale("ODI", true, 0, 100, 42, 11, -5.2, 4, 0.5, 0, 0.02);
    static final Scale PROMIS_PF = new Scale("PROMIS_PF", true, 10, 90, 36.5, -5, 1.6, 1.8, 10, 1, 0.02);
    static final Scale ISI = new Scale("ISI", true, 0, 28, 14.5, 5, -1.7, 1.8, 1, 0, 0.02);
    static final Scale PSQI = new Scale("PSQI", true, 0, 21, 11.5, 3, -1, 1.2, 1, 0, 0.02);
    static final Scale PHQ9 = new Scale("PHQ9", true, 0, 27, 9.5, 4.5, -1, 1.5, 1, 0, 0.03);
    static final Scale GAD7 = new Scale("GAD7", true, 0, 21, 7, 4, -0.7, 1.4, 1, 0, 0.03);
    static final Scale STEPS = new Scale("STEPS", true, 0, 100000, 4800, -1900, 520, 600, 1, 0, 0.15);
    static final Scale SAT = new Scale("SAT", false, 0, 10, 5, -0.8, 1.1, 1.2, 1, 0, 0.02);
    static final Scale PGIC = new Scale("PGIC", false, 1, 7, 4.2, 0.4, -0.8, 0.6, 1, 0, 0.02);

    @Override
    public BigDecimal score(double level, double improvement, double luck) {
        return nearest(usual + spread * level + perPoint * improvement + noise * luck);
    }

    private BigDecimal nearest(double number) {
        double inRange = Math.max(min, Math.min(max, number));
        long step = Math.round(inRange * steps);
        return BigDecimal.valueOf(step).divide(BigDecimal.valueOf(steps), decimals, RoundingMode.HALF_UP);
    }

    @Override
    public BigDecimal slip(BigDecimal score, int size) {
        BigDecimal off = BigDecimal.valueOf(size / steps);
        BigDecimal up = score.add(off);
        BigDecimal slipped = up.compareTo(BigDecimal.valueOf(max)) <= 0 ? up : score.subtract(off);
        return nearest(slipped.doubleValue());
    }
}

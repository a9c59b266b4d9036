package io.outcometracker.statistics;

import java.math.BigDecimal;

/** Exact sums over the participants of an arm who have a baseline x and a value y. */
record PairSums(long n, BigDecimal x, BigDecimal y, BigDecimal xx, BigDecimal xy, BigDecimal yy) {

    static PairSums of(CohortTally tally, int decimals) {
        long n = 0;
        BigDecimal x = BigDecimal.ZERO;
        BigDecimal y = BigDecimal.ZERO;
        BigDecimal xx = BigDecimal.ZERO;
        BigDecimal xy = BigDecimal.ZERO;
        BigDecimal yy = BigDecimal.ZERO;
        for (var entry : tally.counts().entrySet()) {
            Long scaledBaseline = entry.getKey().baseline();
            if (scaledBaseline != null) {
                BigDecimal count = BigDecimal.valueOf(entry.getValue());
                BigDecimal baseline = BigDecimal.valueOf(scaledBaseline, decimals);
                BigDecimal value = BigDecimal.valueOf(entry.getKey().value(), decimals);
                n += entry.getValue();
                x = x.add(count.multiply(baseline));
                y = y.add(count.multiply(value));
                xx = xx.add(count.multiply(baseline).multiply(baseline));
                xy = xy.add(count.multiply(baseline).multiply(value));
                yy = yy.add(count.multiply(value).multiply(value));
            }
        }
        return new PairSums(n, x, y, xx, xy, yy);
    }

    /** Needs n of at least 1. */
    Rational meanX() {
        return Rational.of(x).dividedBy(n);
    }

    /** Needs n of at least 1. */
    Rational meanY() {
        return Rational.of(y).dividedBy(n);
    }

    /** Sum of squared deviations of x from its mean; needs n of at least 1. */
    Rational withinXx() {
        return deviations(xx, x, x);
    }

    /** Sum of products of the deviations of x and y from their means; needs n of at least 1. */
    Rational withinXy() {
        return deviations(xy, x, y);
    }

    /** Sum of squared deviations of y from its mean; needs n of at least 1. */
    Rational withinYy() {
        return deviations(yy, y, y);
    }

    private Rational deviations(BigDecimal products, BigDecimal left, BigDecimal right) {
        return Rational.of(products.multiply(BigDecimal.valueOf(n)).subtract(left.multiply(right)))
                .dividedBy(n);
    }
}

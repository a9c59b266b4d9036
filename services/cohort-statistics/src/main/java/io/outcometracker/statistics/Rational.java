package io.outcometracker.statistics;

import java.math.BigDecimal;
import java.math.BigInteger;

/** An exact fraction, not reduced. The conversions to double round once and correctly. */
record Rational(BigInteger numerator, BigInteger denominator) {

    static final Rational ZERO = of(BigDecimal.ZERO);
    static final Rational ONE = of(BigDecimal.ONE);

    /** More bits than a double holds, so that the last of them may stand for everything cut off. */
    private static final int QUOTIENT_BITS = 66;

    Rational {
        if (denominator.signum() <= 0) {
            throw new ArithmeticException("denominator must be positive");
        }
    }

    static Rational of(BigDecimal number) {
        return new Rational(number.unscaledValue(), BigInteger.TEN.pow(number.scale()));
    }

    Rational plus(Rational other) {
        return denominator.equals(other.denominator)
                ? new Rational(numerator.add(other.numerator), denominator)
                : new Rational(
                        numerator.multiply(other.denominator).add(other.numerator.multiply(denominator)),
                        denominator.multiply(other.denominator));
    }

    Rational minus(Rational other) {
        return plus(new Rational(other.numerator.negate(), other.denominator));
    }

    Rational times(Rational other) {
        return new Rational(numerator.multiply(other.numerator), denominator.multiply(other.denominator));
    }

    Rational squared() {
        return times(this);
    }

    Rational dividedBy(long positive) {
        return new Rational(numerator, denominator.multiply(BigInteger.valueOf(positive)));
    }

    Rational dividedBy(Rational positive) {
        return new Rational(numerator.multiply(positive.denominator), denominator.multiply(positive.numerator));
    }

    boolean isZero() {
        return numerator.signum() == 0;
    }

    double toDouble() {
        int shift = QUOTIENT_BITS - magnitude();
        BigInteger dividend = shiftedNumerator(shift);
        BigInteger divisor = shiftedDenominator(shift);
        BigInteger quotient = dividend.divide(divisor);
        boolean exact = quotient.multiply(divisor).equals(dividend);
        return numerator.signum() * scaled(quotient, exact, -shift);
    }

    /** The square root; the fraction must not be negative. */
    double sqrt() {
        int half = QUOTIENT_BITS - Math.floorDiv(magnitude(), 2);
        BigInteger dividend = shiftedNumerator(2 * half);
        BigInteger divisor = shiftedDenominator(2 * half);
        BigInteger root = dividend.divide(divisor).sqrt();
        boolean exact = root.multiply(root).multiply(divisor).equals(dividend);
        return scaled(root, exact, -half);
    }

    /** The binary logarithm, within 1. */
    private int magnitude() {
        return numerator.bitLength() - denominator.bitLength();
    }

    private BigInteger shiftedNumerator(int shift) {
        return numerator.abs().shiftLeft(Math.max(shift, 0));
    }

    private BigInteger shiftedDenominator(int shift) {
        return denominator.shiftLeft(Math.max(-shift, 0));
    }

    private static double scaled(BigInteger digits, boolean exact, int exponent) {
        return Math.scalb((exact ? digits : digits.setBit(0)).doubleValue(), exponent);
    }
}

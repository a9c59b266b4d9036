package io.outcometracker.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class RationalTest {

    private static final BigDecimal TWO = BigDecimal.valueOf(2);

    private static Rational rational(long numerator, long denominator) {
        return new Rational(BigInteger.valueOf(numerator), BigInteger.valueOf(denominator));
    }

    private static Consumer<Rational> isWorth(long numerator, long denominator) {
        return actual -> assertThat(compare(actual, rational(numerator, denominator)))
                .as("%s", actual)
                .isZero();
    }

    @ParameterizedTest
    @CsvSource({"1,0", "1,-2", "0,0"})
    void refusesDenominatorsThatAreNotPositive(long numerator, long denominator) {
        assertThatThrownBy(() -> rational(numerator, denominator)).isInstanceOf(ArithmeticException.class);
    }

    @Test
    void calculatesWithLikeAndUnlikeDenominators() {
        assertThat(rational(1, 6).plus(rational(3, 6))).isEqualTo(rational(4, 6));
        assertThat(rational(1, 6).plus(rational(3, 4))).satisfies(isWorth(11, 12));
        assertThat(rational(1, 6).minus(rational(3, 4))).satisfies(isWorth(-7, 12));
        assertThat(rational(-2, 3).times(rational(5, 7))).satisfies(isWorth(-10, 21));
        assertThat(rational(-2, 3).squared()).satisfies(isWorth(4, 9));
        assertThat(Rational.of(new BigDecimal("-1.250"))).satisfies(isWorth(-5, 4));
        assertThat(rational(2, 3).dividedBy(4)).satisfies(isWorth(1, 6));
    }

    @Test
    void knowsZero() {
        assertThat(rational(0, 17).isZero()).isTrue();
        assertThat(rational(-1, 17).isZero()).isFalse();
        assertThat(rational(0, 17).toDouble()).isEqualTo(0.0);
        assertThat(rational(0, 17).sqrt()).isEqualTo(0.0);
    }

    @ParameterizedTest
    @CsvSource({"1,3", "-1,3", "2,3", "1,10", "-7,1", "9223372036854775807,1", "1,9223372036854775807", "5,4", "355,113"
    })
    void convertsAsADivisionOfDoublesWouldWhereThatIsExact(long numerator, long denominator) {
        assertThat(rational(numerator, denominator).toDouble()).isEqualTo((double) numerator / denominator);
    }

    @ParameterizedTest
    @CsvSource({"4,9", "121,100", "2,1", "30,1", "1,3", "0,5", "9007199254740993,1"})
    void takesTheRootAsADoubleWouldWhereThatIsExact(long numerator, long denominator) {
        BigDecimal root = new BigDecimal(rational(numerator, denominator).sqrt());

        assertThat(root.doubleValue()).isEqualTo(Math.sqrt((double) numerator / denominator));
    }

    @Test
    void roundsHalfwayCasesToEvenAndOthersToTheNearest() {
        long twoTo53 = 1L << 53;

        assertThat(rational(twoTo53 + 1, 1).toDouble()).isEqualTo((double) twoTo53);
        assertThat(rational(twoTo53 + 3, 1).toDouble()).isEqualTo((double) (twoTo53 + 4));
        BigInteger justAboveHalf =
                BigInteger.valueOf(twoTo53 + 1).shiftLeft(200).add(BigInteger.ONE);
        assertThat(new Rational(justAboveHalf, BigInteger.ONE.shiftLeft(200)).toDouble())
                .isEqualTo((double) (twoTo53 + 2));
        BigInteger rootAtHalf = BigInteger.valueOf(twoTo53 + 1).shiftLeft(200);
        BigInteger square = rootAtHalf.multiply(rootAtHalf);
        BigInteger unit = BigInteger.ONE.shiftLeft(400);
        assertThat(new Rational(square, unit).sqrt()).isEqualTo((double) twoTo53);
        assertThat(new Rational(square.add(BigInteger.ONE), unit).sqrt()).isEqualTo((double) (twoTo53 + 2));
        assertThat(new Rational(square.subtract(BigInteger.ONE), unit).sqrt()).isEqualTo((double) twoTo53);
    }

    @ParameterizedTest
    @MethodSource("io.outcometracker.statistics.Seeds#all")
    void roundsToTheNearestDouble(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 2_000; i++) {
            Rational x = new Rational(
                    new BigInteger(1 + random.nextInt(300), random).add(BigInteger.ONE),
                    new BigInteger(1 + random.nextInt(300), random).add(BigInteger.ONE));
            double rounded = x.toDouble();
            assertThat(compare(below(rounded), x)).isNotPositive();
            assertThat(compare(above(rounded), x)).isNotNegative();

            double root = x.sqrt();
            assertThat(compare(below(root).squared(), x)).isNotPositive();
            assertThat(compare(above(root).squared(), x)).isNotNegative();
        }
    }

    /** Halfway to the next lower double. */
    private static Rational below(double x) {
        return exact(new BigDecimal(x).add(new BigDecimal(Math.nextDown(x))).divide(TWO));
    }

    /** Halfway to the next higher double. */
    private static Rational above(double x) {
        return exact(new BigDecimal(x).add(new BigDecimal(Math.nextUp(x))).divide(TWO));
    }

    private static Rational exact(BigDecimal x) {
        return Rational.of(x.setScale(Math.max(x.scale(), 0)));
    }

    private static int compare(Rational left, Rational right) {
        return left.minus(right).numerator().signum();
    }
}

package io.outcometracker.statistics;

import java.math.BigInteger;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Adds many fractions exactly: those that share a denominator as integers, the others pairwise in a balanced tree, which
 * keeps the factors of each multiplication short.
 */
final class RationalSum {

    private final Map<BigInteger, BigInteger> numerators = new HashMap<>();

    void add(Rational term, long times) {
        numerators.merge(term.denominator(), term.numerator().multiply(BigInteger.valueOf(times)), BigInteger::add);
    }

    Rational total() {
        return total(numerators.entrySet().stream()
                .map(entry -> new Rational(entry.getValue(), entry.getKey()))
                .collect(Collectors.toUnmodifiableList()));
    }

    private static Rational total(List<Rational> terms) {
        int size = terms.size();
        return switch (size) {
            case 0 -> Rational.ZERO;
            case 1 -> terms.get(0);
            default -> total(terms.subList(0, size / 2)).plus(total(terms.subList(size / 2, size)));
        };
    }
}

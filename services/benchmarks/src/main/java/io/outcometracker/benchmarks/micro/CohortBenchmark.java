package io.outcometracker.benchmarks.micro;

import io.outcometracker.statistics.CohortStatistics;
import io.outcometracker.statistics.CohortTally;
import io.outcometracker.statistics.Mcid;
import io.outcometracker.statistics.Observation;
import io.outcometracker.statistics.Scoring;
import java.math.BigDecimal;
import java.util.Random;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** A cohort that is corrected, and read. */
@State(Scope.Benchmark)
public class CohortBenchmark {
    private static final long SEED = 1;
    private static final int MCID = 2;
    /** A power of two, for the mask. */
    private static final int CORRECTIONS = 1 << 12;

    @Param({"22", "1000", "100000"})
    int participants;

    /** Scores are 0 to 10. With 0 decimals there are 110 pairs of value and baseline, with 3 nearly all pairs differ. */
    @Param({"0", "3"})
    int decimals;

    final CohortTally tally = new CohortTally();
    private final Observation[] corrections = new Observation[CORRECTIONS];
    private Scoring scoring = scoring();
    double[] values = {};
    double[] baselines = {};

    private int turn;
    private double sum;
    private double sumOfSquares;

    @Setup
    public void fill() {
        Random random = new Random(SEED);
        scoring = scoring();
        values = new double[participants];
        baselines = new double[participants];
        long unit = (long) Math.pow(10, decimals);
        for (int i = 0; i < participants; i++) {
            long value = random.nextLong(10 * unit + 1);
            long baseline = 1 + random.nextLong(10 * unit);
            tally.add(new Observation(value, baseline), 1);
            values[i] = (double) value / unit;
            baselines[i] = (double) baseline / unit;
        }
        for (int i = 0; i < CORRECTIONS; i++) {
            corrections[i] = new Observation(random.nextLong(10 * unit + 1), 1 + random.nextLong(10 * unit));
        }
    }

    /** Takes an observation in and out again. */
    @Benchmark
    public CohortTally correct() {
        Observation observation = corrections[turn++ & (CORRECTIONS - 1)];
        tally.add(observation, 1);
        tally.retract(observation, 1);
        return tally;
    }

    /** Sums in doubles, which know neither quartiles nor responders and keep what a large number leaves in them. */
    @Benchmark
    public double correctAnchor() {
        double value = corrections[turn++ & (CORRECTIONS - 1)].value();
        sum += value;
        sumOfSquares += value * value;
        sum -= value;
        sumOfSquares -= value * value;
        return sum + sumOfSquares;
    }

    @Benchmark
    public CohortStatistics statistics() {
        return CohortStatistics.of(tally, scoring, participants);
    }

    @Benchmark
    public PlainStatistics statisticsAnchor() {
        return PlainStatistics.of(values, baselines, MCID);
    }

    private Scoring scoring() {
        return new Scoring(decimals, true, true, true, new Mcid(BigDecimal.valueOf(MCID), Mcid.Kind.ABSOLUTE));
    }
}

package io.outcometracker.benchmarks.micro;

import static org.apache.commons.statistics.descriptive.Statistic.MAX;
import static org.apache.commons.statistics.descriptive.Statistic.MEAN;
import static org.apache.commons.statistics.descriptive.Statistic.MIN;
import static org.apache.commons.statistics.descriptive.Statistic.STANDARD_DEVIATION;

import java.util.stream.IntStream;
import org.apache.commons.statistics.descriptive.DoubleStatistics;
import org.apache.commons.statistics.descriptive.Quantile;
import org.apache.commons.statistics.descriptive.Quantile.EstimationMethod;
import org.apache.commons.statistics.distribution.TDistribution;

/**
 * The anchor: a cohort's statistics as one would otherwise compute them, in doubles and with Apache Commons, from the
 * scores of all participants. Baselines above zero only; without intervals of proportions.
 */
record PlainStatistics(
        Distribution value,
        Distribution change,
        Distribution percentChange,
        long responders30,
        long responders50,
        long respondersMcid) {

    private static final DoubleStatistics.Builder MOMENTS =
            DoubleStatistics.builder(MIN, MAX, MEAN, STANDARD_DEVIATION);
    private static final Quantile QUANTILE =
            Quantile.withDefaults().withCopy(true).with(EstimationMethod.HF2);

    record Distribution(
            double mean,
            double sd,
            double low,
            double high,
            double median,
            double q1,
            double q3,
            double min,
            double max) {

        static Distribution of(double[] sample) {
            DoubleStatistics moments = MOMENTS.build(sample);
            double mean = moments.getAsDouble(MEAN);
            double sd = moments.getAsDouble(STANDARD_DEVIATION);
            double halfWidth = TDistribution.of(sample.length - 1).inverseCumulativeProbability(0.975)
                    * sd
                    / Math.sqrt(sample.length);
            double[] quartiles = QUANTILE.evaluate(sample, 0.25, 0.5, 0.75);
            return new Distribution(
                    mean,
                    sd,
                    mean - halfWidth,
                    mean + halfWidth,
                    quartiles[1],
                    quartiles[0],
                    quartiles[2],
                    moments.getAsDouble(MIN),
                    moments.getAsDouble(MAX));
        }
    }

    /** Lower scores are better. */
    static PlainStatistics of(double[] values, double[] baselines, double mcid) {
        double[] changes = IntStream.range(0, values.length)
                .mapToDouble(i -> values[i] - baselines[i])
                .toArray();
        double[] percentChanges = IntStream.range(0, values.length)
                .mapToDouble(i -> 100 * changes[i] / baselines[i])
                .toArray();
        return new PlainStatistics(
                Distribution.of(values),
                Distribution.of(changes),
                Distribution.of(percentChanges),
                atMost(-30, percentChanges),
                atMost(-50, percentChanges),
                atMost(-mcid, changes));
    }

    private static long atMost(double threshold, double[] sample) {
        long count = 0;
        for (double number : sample) {
            if (number <= threshold) {
                count++;
            }
        }
        return count;
    }
}

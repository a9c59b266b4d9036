package io.outcometracker.metrics;

import io.outcometracker.contract.CohortMetric.Distribution;
import io.outcometracker.contract.CohortMetric.Interval;
import io.outcometracker.contract.CohortMetric.Proportion;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Every series that this service gives to Prometheus. */
final class SeriesCatalogue {
    static final List<String> COHORT_LABELS = List.of("trial", "visit", "instrument", "by", "cohort");
    static final List<String> RESPONDER_LABELS = Stream.concat(
                    COHORT_LABELS.stream(), Stream.of("threshold", "denominator"))
            .toList();

    private static final String PARTICIPANTS = "participants";
    private static final String SCORE = "unit of the instrument";
    private static final String RATIO = "ratio, 0 to 1";

    /** @param name as a scrape has it */
    record Series(String name, String unit, List<String> labels, String help) {
        /** As Micrometer has it, which adds the ending of counters itself. */
        String meterName() {
            return name.replaceFirst("_total$", "").replace('_', '.');
        }
    }

    /** @param number absent where it is not defined: then the cohort is not in the series */
    record Reading<T>(Series series, Function<T, @Nullable Number> number) {}

    static final List<Reading<Distribution>> SCORES = List.of(
            score("n", PARTICIPANTS, "Participants with a score", Distribution::n),
            score("mean", SCORE, "Mean score", Distribution::mean),
            score("sd", SCORE, "Standard deviation of the scores", Distribution::sd),
            score("ci_low", SCORE, "Lower 95 % confidence limit of the mean score", it -> low(it.ci())),
            score("ci_high", SCORE, "Upper 95 % confidence limit of the mean score", it -> high(it.ci())),
            score("median", SCORE, "Median score", Distribution::median),
            score("q1", SCORE, "First quartile of the scores (type 2)", Distribution::q1),
            score("q3", SCORE, "Third quartile of the scores (type 2)", Distribution::q3),
            score("min", SCORE, "Smallest score", Distribution::min),
            score("max", SCORE, "Largest score", Distribution::max));

    static final List<Reading<Distribution>> CHANGES = List.of(
            change("n", PARTICIPANTS, "Participants with a score and a baseline", Distribution::n),
            change("mean", SCORE, "Mean change from baseline", Distribution::mean),
            change("sd", SCORE, "Standard deviation of the changes", Distribution::sd),
            change("ci_low", SCORE, "Lower 95 % confidence limit of the mean change", it -> low(it.ci())),
            change("ci_high", SCORE, "Upper 95 % confidence limit of the mean change", it -> high(it.ci())),
            change("median", SCORE, "Median change from baseline", Distribution::median));

    static final List<Reading<Proportion>> RESPONDERS = List.of(
            responders("", RATIO, "Share of participants who improved by at least the threshold", Proportion::rate),
            responders("_ci_low", RATIO, "Lower 95 % confidence limit (Wilson) of the share", it -> low(it.ci())),
            responders("_ci_high", RATIO, "Upper 95 % confidence limit (Wilson) of the share", it -> high(it.ci())),
            responders("_k", PARTICIPANTS, "Participants who improved by at least the threshold", Proportion::k),
            responders("_n", PARTICIPANTS, "Participants of whom they are a share", Proportion::n));

    static final Series VIEW_AGE = new Series(
            "outcomes_metrics_view_age_seconds",
            "seconds",
            List.of(),
            "Time since Kafka was last seen to hold nothing that is not shown; absent before the first time");

    static final Series MESSAGES_READ = new Series(
            "outcomes_metrics_messages_read_total", "messages", List.of("topic"), "Messages read since the start");

    static final Series MESSAGES_UNREADABLE = new Series(
            "outcomes_metrics_messages_unreadable_total",
            "messages",
            List.of("topic"),
            "Messages skipped since the start because they could not be read");

    private SeriesCatalogue() {}

    static List<Series> all() {
        List<Series> all = new ArrayList<>();
        SCORES.forEach(it -> all.add(it.series));
        CHANGES.forEach(it -> all.add(it.series));
        RESPONDERS.forEach(it -> all.add(it.series));
        all.addAll(List.of(VIEW_AGE, MESSAGES_READ, MESSAGES_UNREADABLE));
        return List.copyOf(all);
    }

    private static Reading<Distribution> score(
            String name, String unit, String help, Function<Distribution, @Nullable Number> number) {
        return new Reading<>(new Series("outcomes_cohort_" + name, unit, COHORT_LABELS, help), number);
    }

    private static Reading<Distribution> change(
            String name, String unit, String help, Function<Distribution, @Nullable Number> number) {
        return score("change_" + name, unit, help, number);
    }

    private static Reading<Proportion> responders(
            String ending, String unit, String help, Function<Proportion, @Nullable Number> number) {
        return new Reading<>(new Series("outcomes_cohort_responders" + ending, unit, RESPONDER_LABELS, help), number);
    }

    private static @Nullable Double low(@Nullable Interval interval) {
        return interval == null ? null : interval.low();
    }

    private static @Nullable Double high(@Nullable Interval interval) {
        return interval == null ? null : interval.high();
    }
}

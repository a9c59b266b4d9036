package io.outcometracker.metrics;

import io.outcometracker.contract.CohortMetric.Ancova;
import io.outcometracker.contract.CohortMetric.Distribution;
import io.outcometracker.contract.CohortMetric.HedgesG;
import io.outcometracker.contract.CohortMetric.Interval;
import io.outcometracker.contract.CohortMetric.MeanDifference;
import io.outcometracker.contract.CohortMetric.Proportion;
import io.outcometracker.contract.Completeness.Counts;
import io.outcometracker.contract.TrialSummary.AdverseEvents;
import io.outcometracker.contract.TrialSummary.Flow;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Every series that this service gives to Prometheus. {@code infra/prometheus/catalogue.yml} describes them to others. */
final class SeriesCatalogue {
    private static final List<String> ENDPOINT_LABELS = List.of("trial", "visit", "instrument");
    private static final List<String> COHORT_LABELS = and(ENDPOINT_LABELS, "by", "cohort");
    private static final List<String> RESPONDER_LABELS = and(COHORT_LABELS, "threshold", "denominator");
    private static final List<String> DIFFERENCE_LABELS = and(COHORT_LABELS, "versus", "estimate");
    private static final List<String> SUMMARY_LABELS = List.of("trial", "by", "cohort");

    /** Months of 365.25 / 12 days. */
    private static final double SECONDS_PER_MONTH = 365.25 / 12 * 24 * 60 * 60;

    /** @param name as a scrape has it */
    record Series(String name, List<String> labels, String help) {
        /** As Micrometer has it, which adds the endings of counters and timers itself. */
        String meterName() {
            return name.replaceFirst("_(total|seconds)$", "").replace('_', '.');
        }
    }

    /** @param number absent where it is not defined: then the cohort is not in the series */
    record Reading<T>(Series series, Function<T, @Nullable Number> number) {}

    static final List<Reading<Distribution>> SCORES = List.of(
            score("n", "Participants with a score", Distribution::n),
            score("mean", "Mean score", Distribution::mean),
            score("sd", "Standard deviation of the scores", Distribution::sd),
            score("ci_low", "Lower 95 % confidence limit of the mean score", it -> low(it.ci())),
            score("ci_high", "Upper 95 % confidence limit of the mean score", it -> high(it.ci())),
            score("median", "Median score", Distribution::median),
            score("q1", "First quartile of the scores (type 2)", Distribution::q1),
            score("q3", "Third quartile of the scores (type 2)", Distribution::q3),
            score("min", "Smallest score", Distribution::min),
            score("max", "Largest score", Distribution::max));

    static final List<Reading<Distribution>> CHANGES = List.of(
            change("n", "Participants with a score and a baseline", Distribution::n),
            change("mean", "Mean change from baseline", Distribution::mean),
            change("sd", "Standard deviation of the changes", Distribution::sd),
            change("ci_low", "Lower 95 % confidence limit of the mean change", it -> low(it.ci())),
            change("ci_high", "Upper 95 % confidence limit of the mean change", it -> high(it.ci())),
            change("median", "Median change from baseline", Distribution::median));

    static final List<Reading<Proportion>> RESPONDERS = List.of(
            responders("ratio", "Share of participants who improved by at least the threshold", Proportion::rate),
            responders("ratio_ci_low", "Lower 95 % confidence limit (Wilson) of the share", it -> low(it.ci())),
            responders("ratio_ci_high", "Upper 95 % confidence limit (Wilson) of the share", it -> high(it.ci())),
            responders("k", "Participants who improved by at least the threshold", Proportion::k),
            responders("n", "Participants of whom they are a share", Proportion::n));

    private static final Series DIFFERENCE_MEAN = difference("mean", "Difference of means, arm minus control");
    private static final Series DIFFERENCE_CI_LOW =
            difference("ci_low", "Lower 95 % confidence limit of the difference");
    private static final Series DIFFERENCE_CI_HIGH =
            difference("ci_high", "Upper 95 % confidence limit of the difference");
    private static final Series DIFFERENCE_N = difference("n", "Participants of the arm");
    private static final Series DIFFERENCE_CONTROL_N = difference("control_n", "Participants of the control arm");

    static final List<Reading<MeanDifference>> DIFFERENCES = List.of(
            new Reading<>(DIFFERENCE_MEAN, MeanDifference::difference),
            new Reading<>(DIFFERENCE_CI_LOW, it -> low(it.ci())),
            new Reading<>(DIFFERENCE_CI_HIGH, it -> high(it.ci())),
            new Reading<>(DIFFERENCE_N, MeanDifference::nActive),
            new Reading<>(DIFFERENCE_CONTROL_N, MeanDifference::nControl));

    static final List<Reading<Ancova>> ADJUSTED_DIFFERENCES = List.of(
            new Reading<>(DIFFERENCE_MEAN, Ancova::difference),
            new Reading<>(DIFFERENCE_CI_LOW, it -> low(it.ci())),
            new Reading<>(DIFFERENCE_CI_HIGH, it -> high(it.ci())),
            new Reading<>(DIFFERENCE_N, Ancova::nActive),
            new Reading<>(DIFFERENCE_CONTROL_N, Ancova::nControl));

    static final List<Reading<HedgesG>> STANDARDISED_DIFFERENCES = List.of(
            new Reading<>(difference("hedges_g", "Standardised difference (Hedges' g), arm minus control"), HedgesG::g),
            new Reading<>(
                    difference("hedges_g_ci_low", "Lower 95 % confidence limit of the standardised difference"),
                    it -> low(it.ci())),
            new Reading<>(
                    difference("hedges_g_ci_high", "Upper 95 % confidence limit of the standardised difference"),
                    it -> high(it.ci())));

    static final List<Reading<Counts>> COMPLETENESS = List.of(
            completeness(
                    "randomised",
                    "Enrolled participants; the sum of expected, not_expected, not_due and due",
                    Counts::randomised),
            completeness(
                    "expected",
                    "Participants who should have reported; the sum of received and missing",
                    Counts::expected),
            completeness("received", "Participants who reported", Counts::received),
            completeness("received_early", "Participants assessed before the visit's window", Counts::receivedEarly),
            completeness("received_late", "Participants assessed after the visit's window", Counts::receivedLate),
            completeness(
                    "missing",
                    "Participants expected of whom nothing was received; the sum of not_done, missed and overdue",
                    Counts::missing),
            completeness("overdue", "Participants on study whose window closed without a report", Counts::overdue),
            completeness(
                    "missed", "Participants whose window closed without a report, and who left since", Counts::missed),
            completeness("not_done", "Participants reported as not done", Counts::notDone),
            completeness("due", "Participants whose window is open", Counts::due),
            completeness("not_due", "Participants whose window is not open yet, or who have no Day 1", Counts::notDue),
            completeness(
                    "not_expected", "Participants who left the study before the window closed", Counts::notExpected),
            completeness("ratio", "Share of the expected that was received", Counts::completeness));

    static final List<Reading<Flow>> FLOW = List.of(
            flow("assessed", "Participants assessed for eligibility", Flow::assessed),
            flow("excluded", "Participants excluded before enrolment", Flow::excluded),
            flow("randomised", "Participants enrolled", Flow::randomised),
            flow("treated", "Participants with a Day 1", Flow::treated),
            flow("on_study", "Participants enrolled and still there", Flow::onStudy),
            flow("off_study", "Participants enrolled who left", Flow::offStudy),
            flow("withdrawn", "Participants who withdrew from follow-up", Flow::withdrawn));

    static final List<Reading<AdverseEvents>> ADVERSE_EVENTS = List.of(
            adverseEvents("", "Adverse events since Day 1", AdverseEvents::events),
            adverseEvents("_serious", "Serious adverse events since Day 1", AdverseEvents::seriousEvents),
            adverseEvents("_participants", "Participants with an adverse event", AdverseEvents::participants),
            adverseEvents(
                    "_serious_participants",
                    "Participants with a serious adverse event",
                    AdverseEvents::participantsWithSerious),
            adverseEvents(
                    "_exposure_seconds",
                    "Time of all treated participants from Day 1 to leaving the study or now",
                    it -> it.participantMonths() * SECONDS_PER_MONTH));

    static final Series SUPPRESSED = new Series(
            "outcomes_cohorts_suppressed",
            ENDPOINT_LABELS,
            "Cohorts that are too small to be shown, and have no series");

    static final Series WITHHELD = new Series(
            "outcomes_figures_withheld",
            ENDPOINT_LABELS,
            "Figures of the cohorts shown that would tell of too few participants, and have no series");

    static final Series TRIAL =
            new Series("outcomes_trial_info", List.of("trial", "title", "masked"), "A trial whose plan is known");

    static final Series PROTOCOL_VERSION = new Series(
            "outcomes_trial_protocol_version", List.of("trial"), "Version of the protocol that the trial follows");

    static final Series VISIT_DAY = new Series(
            "outcomes_visit_day",
            List.of("trial", "visit", "label"),
            "Study day for which a visit is planned; Day 1 is 1");

    static final Series INSTRUMENT = new Series(
            "outcomes_instrument_info",
            List.of("trial", "instrument", "label", "unit", "better"),
            "An instrument of a trial's plan, and whether lower or higher is better");

    static final Series VIEW_AGE = new Series(
            "outcomes_metrics_view_age_seconds",
            List.of(),
            "Time since Kafka was last seen to hold nothing that is not shown; absent before the first time");

    static final Series MESSAGES_READ =
            new Series("outcomes_metrics_messages_read_total", List.of("topic"), "Messages read since the start");

    static final Series MESSAGES_UNREADABLE = new Series(
            "outcomes_metrics_messages_unreadable_total",
            List.of("topic"),
            "Messages skipped since the start because they could not be read");

    static final Series FRESHNESS = new Series(
            "outcomes_metrics_freshness_seconds",
            List.of("topic"),
            "Time from when a message was written to when it is shown; not of what was there at the start");

    static final Series AUDIT_FAILURES = new Series(
            "outcomes_audit_failures_total",
            List.of(),
            "Times since the start that the audit could not be written in time");

    private SeriesCatalogue() {}

    private static List<String> and(List<String> labels, String... more) {
        return Stream.concat(labels.stream(), Stream.of(more)).toList();
    }

    private static Reading<Distribution> score(
            String name, String help, Function<Distribution, @Nullable Number> number) {
        return new Reading<>(new Series("outcomes_cohort_" + name, COHORT_LABELS, help), number);
    }

    private static Reading<Distribution> change(
            String name, String help, Function<Distribution, @Nullable Number> number) {
        return score("change_" + name, help, number);
    }

    private static Reading<Proportion> responders(
            String name, String help, Function<Proportion, @Nullable Number> number) {
        return new Reading<>(new Series("outcomes_cohort_responders_" + name, RESPONDER_LABELS, help), number);
    }

    private static Series difference(String name, String help) {
        return new Series("outcomes_difference_" + name, DIFFERENCE_LABELS, help);
    }

    private static Reading<Counts> completeness(String name, String help, Function<Counts, @Nullable Number> number) {
        return new Reading<>(new Series("outcomes_completeness_" + name, COHORT_LABELS, help), number);
    }

    private static Reading<Flow> flow(String name, String help, Function<Flow, @Nullable Number> number) {
        return new Reading<>(new Series("outcomes_flow_" + name, SUMMARY_LABELS, help), number);
    }

    private static Reading<AdverseEvents> adverseEvents(
            String ending, String help, Function<AdverseEvents, @Nullable Number> number) {
        return new Reading<>(new Series("outcomes_adverse_events" + ending, SUMMARY_LABELS, help), number);
    }

    private static @Nullable Double low(@Nullable Interval interval) {
        return interval == null ? null : interval.low();
    }

    private static @Nullable Double high(@Nullable Interval interval) {
        return interval == null ? null : interval.high();
    }
}

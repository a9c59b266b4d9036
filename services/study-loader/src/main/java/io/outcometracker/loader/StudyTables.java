package io.outcometracker.loader;

import io.outcometracker.contract.Cohort;
import io.outcometracker.contract.CohortMetric;
import io.outcometracker.contract.CohortMetric.Distribution;
import io.outcometracker.contract.CohortMetric.GeometricMean;
import io.outcometracker.contract.CohortMetric.Proportion;
import io.outcometracker.contract.CohortMetric.ResponderRate;
import io.outcometracker.contract.CohortMetric.Responders;
import io.outcometracker.contract.Protocol;
import io.outcometracker.contract.TrialSummary;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Prints what is published about a study: per instrument a table of visits and arms, then how participants went through
 * the trial and their adverse events. Fits 120 columns.
 */
final class StudyTables {
    private static final int WIDTH = 120;
    private static final int NAME_WIDTH = 13;

    private final Protocol protocol;
    private final Collection<CohortMetric> metrics;
    private final Collection<TrialSummary> summaries;
    private final List<PublishedComparison.Line> published;

    StudyTables(
            Protocol protocol,
            Collection<CohortMetric> metrics,
            Collection<TrialSummary> summaries,
            List<PublishedComparison.Line> published) {
        this.protocol = protocol;
        this.metrics = metrics;
        this.summaries = summaries;
        this.published = published;
    }

    void print(PrintStream out) {
        out.println();
        print(
                out,
                row(
                        "visit",
                        "cohort",
                        "n",
                        "mean (SD)",
                        "change (SD) [n]",
                        "50% better",
                        published.isEmpty() ? "" : "as printed"));
        for (Protocol.Instrument instrument : protocol.instruments()) {
            List<String> rows = rows(instrument);
            if (!rows.isEmpty()) {
                print(out, title(instrument));
                rows.forEach(it -> print(out, it));
            }
        }
        printSummaries(out);
        out.println();
    }

    private void printSummaries(PrintStream out) {
        List<TrialSummary> shown = summaries.stream()
                .filter(it -> Set.of("all", Cohort.ARM).contains(it.cohort().by()))
                .toList();
        if (shown.isEmpty()) {
            return;
        }
        print(out, "Participants");
        for (TrialSummary summary : shown) {
            TrialSummary.Flow flow = summary.flow();
            print(
                    out,
                    String.format(
                            Locale.ROOT,
                            "  %-13s %d assessed, %d excluded; %d enrolled, %d treated, %d on study, %d left",
                            name(summary.cohort()),
                            flow.assessed(),
                            flow.excluded(),
                            flow.randomised(),
                            flow.treated(),
                            flow.onStudy(),
                            flow.offStudy()));
            printReasons(out, "excluded", flow.excludedBy());
            printReasons(out, "left", flow.leftBy());
        }
        if (shown.stream().noneMatch(it -> it.adverseEvents().events() > 0)) {
            return;
        }
        print(out, "Adverse events");
        for (TrialSummary summary : shown) {
            TrialSummary.AdverseEvents events = summary.adverseEvents();
            print(
                    out,
                    String.format(
                            Locale.ROOT,
                            "  %-13s %d of %d treated; %d events, %d serious; worst mild %d, moderate %d, severe %d",
                            name(summary.cohort()),
                            events.participants(),
                            events.treated(),
                            events.events(),
                            events.seriousEvents(),
                            events.worstMild(),
                            events.worstModerate(),
                            events.worstSevere()));
        }
    }

    private static void printReasons(PrintStream out, String what, Map<String, Long> counts) {
        if (!counts.isEmpty()) {
            String reasons = counts.entrySet().stream()
                    .map(it -> it.getKey().toLowerCase(Locale.ROOT) + ' ' + it.getValue())
                    .collect(Collectors.joining(", "));
            print(out, abbreviated(" ".repeat(NAME_WIDTH + 3) + what + ": " + reasons, WIDTH));
        }
    }

    private static String name(Cohort cohort) {
        return abbreviated(cohort.value() == null ? "all" : cohort.value(), NAME_WIDTH);
    }

    private static void print(PrintStream out, String line) {
        out.println(line.stripTrailing());
    }

    private static String title(Protocol.Instrument instrument) {
        String label = instrument.label() == null ? "" : ": " + instrument.label();
        String direction = instrument.higherIsWorse() ? " (lower is better)" : " (higher is better)";
        return abbreviated(instrument.code() + label, WIDTH - direction.length()) + direction;
    }

    private List<String> rows(Protocol.Instrument instrument) {
        List<String> rows = new ArrayList<>();
        for (Protocol.Visit visit : protocol.visits()) {
            String name = visit.code();
            for (Cohort cohort : cohorts()) {
                Optional<CohortMetric> metric = metrics.stream()
                        .filter(it -> it.instrument().equals(instrument.code())
                                && it.visit().equals(visit.code())
                                && it.cohort().equals(cohort))
                        .findFirst();
                if (metric.isPresent()) {
                    rows.add(row(name, metric.get()));
                    name = "";
                }
            }
        }
        return rows;
    }

    /** The arms, or all participants together where no arm is shown. */
    private List<Cohort> cohorts() {
        List<Cohort> arms = protocol.arms().stream()
                .map(it -> Cohort.arm(it.code()))
                .filter(arm -> metrics.stream().anyMatch(it -> it.cohort().equals(arm)))
                .toList();
        return arms.isEmpty() ? List.of(Cohort.ALL) : arms;
    }

    private String row(String visit, CohortMetric metric) {
        Distribution value = metric.value();
        Distribution change = metric.change();
        return row(
                visit,
                name(metric.cohort()),
                value == null ? "*" : String.valueOf(value.n()),
                value == null ? "" : value.mean() == null ? withheld(metric, "mean") : meanAndSd(value),
                change == null || change.n() == 0
                        ? withheld(metric, "change")
                        : meanAndSd(change) + " [" + change.n() + ']',
                responders(metric),
                Stream.of(onLogScale(metric), asPrinted(metric))
                        .filter(it -> !it.isEmpty())
                        .collect(Collectors.joining(", ")));
    }

    /** Of a laboratory value: the geometric mean, and how many could not be measured. */
    private static String onLogScale(CohortMetric metric) {
        GeometricMean mean = metric.geometricMean();
        Long outside = metric.nOutsideLimits();
        return (mean == null || mean.mean() == null ? "" : "geometric mean " + rounded(mean.mean(), 2))
                + (outside == null || outside == 0 ? "" : " (" + outside + " outside limits)");
    }

    private static String row(
            String visit, String cohort, String n, String mean, String change, String responders, String printed) {
        return String.format(
                Locale.ROOT,
                "  %-13s %-13s %4s  %-15s %-20s %-10s %s",
                abbreviated(visit, NAME_WIDTH),
                cohort,
                n,
                mean,
                change,
                responders,
                printed);
    }

    /** With two decimals, or none where they would say little and take much room. */
    private static String meanAndSd(Distribution distribution) {
        Double mean = distribution.mean();
        Double sd = distribution.sd();
        if (mean == null) {
            return "";
        }
        int decimals = Math.abs(mean) < 1000 && (sd == null || sd < 1000) ? 2 : 0;
        return rounded(mean, decimals) + (sd == null ? "" : " (" + rounded(sd, decimals) + ')');
    }

    private static String rounded(double number, int decimals) {
        return String.format(Locale.ROOT, "%." + decimals + "f", number);
    }

    /** Says that it is, where something of that name is not shown to this audience. */
    private static String withheld(CohortMetric metric, String... paths) {
        List<String> withheld = metric.withheld();
        return withheld != null && Stream.of(paths).anyMatch(withheld::contains) ? "withheld" : "";
    }

    private static String responders(CohortMetric metric) {
        Responders responders = metric.responders();
        ResponderRate rate = responders == null ? null : responders.fiftyPercent();
        Proportion imputed = rate == null ? null : rate.imputed();
        if (imputed == null || imputed.rate() == null) {
            return withheld(metric, "responders.50", "responders.50.imputed");
        }
        return String.format(Locale.ROOT, "%d/%d %.0f%%", imputed.k(), imputed.n(), 100.0 * imputed.k() / imputed.n());
    }

    /** Once "ok" if all that was printed agrees; else what the product says behind each figure that does not. */
    private String asPrinted(CohortMetric metric) {
        List<PublishedComparison.Line> lines = published.stream()
                .filter(it -> it.printed().visit().equals(metric.visit())
                        && it.printed().instrument().equals(metric.instrument())
                        && it.printed().cohort().equals(metric.cohort()))
                .sorted(Comparator.comparing(it -> it.printed().metric()))
                .toList();
        List<String> figures = lines.stream()
                .map(it -> it.printed().metric().label()
                        + ' '
                        + it.printed().value().toPlainString()
                        + (it.agrees() ? "" : " NOT " + text(it.found())))
                .toList();
        boolean allAgree = lines.stream().allMatch(PublishedComparison.Line::agrees);
        return figures.isEmpty() ? "" : String.join(", ", figures) + (allAgree ? " ok" : "");
    }

    private static String text(@Nullable BigDecimal figure) {
        return figure == null ? "there" : figure.toPlainString();
    }

    private static String abbreviated(String text, int width) {
        return text.length() <= width ? text : text.substring(0, width - 1) + '~';
    }
}

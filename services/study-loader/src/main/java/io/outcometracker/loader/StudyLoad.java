package io.outcometracker.loader;

import io.outcometracker.contract.CohortMetric;
import io.outcometracker.contract.Protocol;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;

/** Loads a study folder into the product over HTTP and checks every figure that the product then publishes about it. */
public final class StudyLoad {
    private static final Duration DEFAULT_TIMEOUT = Duration.ofMinutes(5);

    /** Figures come within a second; on a machine that is busy with other things, not all of them so soon. */
    private static final Duration WITHOUT_PROGRESS = Duration.ofMinutes(2);

    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(250);
    private static final int MOST_LINES_TOLD = 20;

    private final Study study;
    private final ServiceClient client;
    private final Duration timeout;
    private final Duration withoutProgress;
    private final PrintStream out;

    private StudyLoad(Study study, ServiceClient client, Duration timeout, Duration withoutProgress, PrintStream out) {
        this.study = study;
        this.client = client;
        this.timeout = timeout;
        this.withoutProgress = withoutProgress;
        this.out = out;
    }

    /**
     * Tells its progress and its findings on {@code out}; the report is what it ends with. Loading a study again does no
     * harm.
     *
     * @param ingest where the ingest-service listens, such as {@code http://localhost:8081}
     * @param metrics where the metrics-service listens
     * @param tokens what to show to them
     */
    public static LoadReport run(Path folder, URI ingest, URI metrics, Tokens tokens, PrintStream out) {
        return run(folder, ingest, metrics, tokens, out, DEFAULT_TIMEOUT);
    }

    /** @param timeout how long a service may be unreachable, or a record undecided, before it gives up */
    public static LoadReport run(
            Path folder, URI ingest, URI metrics, Tokens tokens, PrintStream out, Duration timeout) {
        return run(folder, ingest, metrics, tokens, out, timeout, WITHOUT_PROGRESS);
    }

    /**
     * @param withoutProgress how long the published figures may stand still while they are not as expected
     */
    static LoadReport run(
            Path folder,
            URI ingest,
            URI metrics,
            Tokens tokens,
            PrintStream out,
            Duration timeout,
            Duration withoutProgress) {
        try {
            Study study = StudyFolder.read(folder);
            ServiceClient client = new ServiceClient(ingest, metrics, tokens, timeout);
            return new StudyLoad(study, client, timeout, withoutProgress, out).run();
        } catch (LoadFailure failure) {
            out.println("NOT OK: " + failure.getMessage());
            return LoadReport.failed();
        }
    }

    private LoadReport run() {
        out.println("study " + study.trial() + ": " + study.enrolments().size() + " enrolments, "
                + study.followUps().size() + " follow-ups"
                + (study.adverseEvents().isEmpty()
                        ? ""
                        : ", " + study.adverseEvents().size() + " adverse events")
                + (study.protocolDerived() ? ", protocol derived from the data" : ""));
        study.notes().forEach(note -> out.println("note: " + note));
        StudyPosting.Report posting = new StudyPosting(client, timeout, out).post(study);
        tell("not applied", posting.notApplied());

        List<CohortMetric> expected = Recomputation.of(posting.applied(), LocalDate.now(ZoneOffset.UTC));
        Shown shown = shown();
        List<CohortMetric> found = client.metrics(study.trial());
        MetricComparison.Result comparison = MetricComparison.of(expected, found, shown);
        Deadline patience = Deadline.in(withoutProgress);
        while (mayGetBetter(comparison, shown) && !patience.isOver()) {
            patience.pause(BETWEEN_LOOKS);
            shown = shown();
            found = client.metrics(study.trial());
            MetricComparison.Result now = MetricComparison.of(expected, found, shown);
            if (!now.equals(comparison)) {
                patience = Deadline.in(withoutProgress);
                comparison = now;
            }
        }
        if (found.isEmpty() && !shown.inBatches()) {
            out.println("the metrics-service publishes nothing about " + study.trial() + ", or is not reachable");
        }
        List<PublishedComparison.Line> printed = PublishedComparison.of(study, found);
        new StudyTables(study.protocol(), found, client.summaries(study.trial()), printed).print(out);
        comparison
                .notCompared()
                .forEach((why, cohorts) -> out.println("cohorts not compared: " + cohorts + ", " + why));
        tell("different from the recomputation", comparison.differences());

        long agree = printed.stream().filter(PublishedComparison.Line::agrees).count();
        LoadReport report = new LoadReport(
                posting.notApplied().isEmpty() && comparison.differences().isEmpty() && agree == printed.size(),
                posting.posted(),
                posting.posted() - posting.notApplied().size(),
                comparison.equal(),
                comparison.differences().size(),
                comparison.notCompared().values().stream().mapToLong(it -> it).sum(),
                agree,
                printed.size());
        out.println(report.verdict());
        return report;
    }

    private Shown shown() {
        return Shown.of(study.protocol(), client.audience(study.trial()));
    }

    /** A release is waited for if the next one is due soon. */
    private boolean mayGetBetter(MetricComparison.Result comparison, Shown shown) {
        Protocol.Release release = shown.rule().release();
        boolean releasedSoon = release != null
                && release.every().compareTo(withoutProgress) <= 0
                && comparison.notCompared().containsKey(Shown.Reason.NOT_RELEASED);
        return releasedSoon || !comparison.differences().isEmpty();
    }

    private void tell(String heading, List<?> lines) {
        if (lines.isEmpty()) {
            return;
        }
        out.println(heading + ": " + lines.size());
        lines.stream().limit(MOST_LINES_TOLD).forEach(it -> out.println("  " + it));
        if (lines.size() > MOST_LINES_TOLD) {
            out.println("  and " + (lines.size() - MOST_LINES_TOLD) + " more");
        }
    }
}

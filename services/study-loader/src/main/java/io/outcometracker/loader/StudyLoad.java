package io.outcometracker.loader;

import io.outcometracker.contract.Cohort;
import io.outcometracker.contract.CohortMetric;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** Loads a study folder into the product over HTTP and checks every figure that the product then publishes about it. */
public final class StudyLoad {
    private static final Duration DEFAULT_TIMEOUT = Duration.ofMinutes(5);

    private static final Duration WITHOUT_PROGRESS = Duration.ofSeconds(30);
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
     */
    public static LoadReport run(Path folder, URI ingest, URI metrics, PrintStream out) {
        return run(folder, ingest, metrics, out, DEFAULT_TIMEOUT);
    }

    /** @param timeout how long a service may be unreachable, or a record undecided, before it gives up */
    public static LoadReport run(Path folder, URI ingest, URI metrics, PrintStream out, Duration timeout) {
        return run(folder, ingest, metrics, out, timeout, WITHOUT_PROGRESS);
    }

    /**
     * @param withoutProgress how long the published figures may stand still while they are not as expected
     */
    static LoadReport run(
            Path folder, URI ingest, URI metrics, PrintStream out, Duration timeout, Duration withoutProgress) {
        try {
            Study study = StudyFolder.read(folder);
            ServiceClient client = new ServiceClient(ingest, metrics, timeout);
            return new StudyLoad(study, client, timeout, withoutProgress, out).run();
        } catch (LoadFailure failure) {
            out.println("NOT OK: " + failure.getMessage());
            return LoadReport.failed();
        }
    }

    private LoadReport run() {
        out.println("study " + study.trial() + ": " + study.enrolments().size() + " enrolments, "
                + study.followUps().size() + " follow-ups"
                + (study.protocolDerived() ? ", protocol derived from the data" : ""));
        study.notes().forEach(note -> out.println("note: " + note));
        StudyPosting.Report posting = new StudyPosting(client, timeout, out).post(study);
        tell("not applied", posting.notApplied());

        List<CohortMetric> expected = Recomputation.of(posting.applied(), LocalDate.now(ZoneOffset.UTC));
        List<CohortMetric> found = client.metrics(study.trial());
        MetricComparison.Result comparison = compare(expected, found);
        Deadline patience = Deadline.in(withoutProgress);
        while (!comparison.differences().isEmpty() && !patience.isOver()) {
            patience.pause(BETWEEN_LOOKS);
            found = client.metrics(study.trial());
            MetricComparison.Result now = compare(expected, found);
            if (!now.equals(comparison)) {
                patience = Deadline.in(withoutProgress);
                comparison = now;
            }
        }
        if (found.isEmpty()) {
            out.println("the metrics-service publishes nothing about " + study.trial() + ", or is not reachable");
        }
        List<PublishedComparison.Line> printed = PublishedComparison.of(study, found);
        new StudyTables(study.protocol(), found, printed).print(out);
        tell("different from the recomputation", comparison.differences());

        long agree = printed.stream().filter(PublishedComparison.Line::agrees).count();
        LoadReport report = new LoadReport(
                posting.notApplied().isEmpty() && comparison.differences().isEmpty() && agree == printed.size(),
                posting.posted(),
                posting.posted() - posting.notApplied().size(),
                comparison.equal(),
                comparison.differences().size(),
                agree,
                printed.size());
        out.println(report.verdict());
        return report;
    }

    /** A service for those who must not know the arms of a masked trial publishes the whole trial and the sites only. */
    private MetricComparison.Result compare(List<CohortMetric> expected, List<CohortMetric> found) {
        Predicate<CohortMetric> open =
                it -> Set.of("all", Cohort.SITE).contains(it.cohort().by());
        boolean blinded = study.protocol().masked() && found.stream().allMatch(open);
        return MetricComparison.of(blinded ? expected.stream().filter(open).toList() : expected, found);
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

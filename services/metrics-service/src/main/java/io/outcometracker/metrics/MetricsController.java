package io.outcometracker.metrics;

import static org.springframework.http.MediaType.APPLICATION_JSON_VALUE;

import io.outcometracker.contract.CohortMetric;
import io.outcometracker.metrics.MetricsView.TrialView;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** The trials and their metrics, as JSON and CSV. */
@RestController
@RequestMapping("/api/v1/trials")
class MetricsController {
    /** When Kafka was last seen to hold nothing that is not in the answer. */
    static final String COMPLETE_AS_OF = "Complete-As-Of";

    private static final String CSV = "text/csv;charset=UTF-8";

    private final CurrentView current;
    private final Audience audience;

    MetricsController(CurrentView current, MetricsProperties properties) {
        this.current = current;
        this.audience = properties.audience();
    }

    @GetMapping(produces = APPLICATION_JSON_VALUE)
    ResponseEntity<List<TrialSummary>> trials() {
        MetricsView view = view();
        return answer(view, view.revision(), "")
                .body(view.trials().values().stream()
                        .map(it -> TrialSummary.of(it, audience))
                        .toList());
    }

    @GetMapping(path = "/{trial}/metrics", produces = APPLICATION_JSON_VALUE)
    ResponseEntity<List<CohortMetric>> metrics(@PathVariable String trial, Filter filter) {
        MetricsView view = view();
        TrialView found = find(view, trial);
        return answer(view, found.revision(), "").body(filter.of(found));
    }

    @GetMapping(path = "/{trial}/metrics", produces = CSV)
    ResponseEntity<String> csv(@PathVariable String trial, Filter filter) {
        MetricsView view = view();
        TrialView found = find(view, trial);
        return answer(view, found.revision(), "-csv").body(MetricsCsv.write(filter.of(found)));
    }

    /** For programs that open an address but cannot ask for a media type: spreadsheets, R. */
    @GetMapping(path = "/{trial}/metrics.csv", produces = CSV)
    ResponseEntity<String> csvFile(@PathVariable String trial, Filter filter) {
        return csv(trial, filter);
    }

    private MetricsView view() {
        return current.get().orElseThrow(Problems::stillReading);
    }

    private static TrialView find(MetricsView view, String trial) {
        return view.trial(trial).orElseThrow(Problems::unknownTrial);
    }

    private static ResponseEntity.BodyBuilder answer(MetricsView view, UUID revision, String form) {
        return ResponseEntity.ok()
                .cacheControl(CacheControl.noCache())
                .eTag("W/\"" + revision + form + '"')
                .header(HttpHeaders.VARY, HttpHeaders.ACCEPT)
                .header(COMPLETE_AS_OF, view.completeAsOf().toString());
    }

    /** Query parameters; those that are absent let everything through. */
    record Filter(
            @Nullable String visit,
            @Nullable String instrument,
            @Nullable String by) {
        List<CohortMetric> of(TrialView trial) {
            return trial.metrics().stream()
                    .filter(it -> visit == null || visit.equals(it.visit()))
                    .filter(it -> instrument == null || instrument.equals(it.instrument()))
                    .filter(it -> by == null || by.equals(it.cohort().by()))
                    .toList();
        }
    }
}

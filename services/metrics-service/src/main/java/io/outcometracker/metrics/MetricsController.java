package io.outcometracker.metrics;

import static org.springframework.http.MediaType.APPLICATION_JSON_VALUE;

import io.outcometracker.contract.CohortMetric;
import io.outcometracker.contract.Completeness;
import io.outcometracker.metrics.MetricsView.TrialView;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * The trials and their numbers, as JSON and CSV. CSV has addresses of its own too, for programs that open an address
 * but cannot ask for a media type: spreadsheets, R.
 */
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
    ResponseEntity<List<TrialEntry>> trials(Reader reader) {
        MetricsView view = view();
        return answer(view, view.revision(), reader.mark())
                .body(view.trials().values().stream()
                        .filter(it -> reader.isOfTrial(it.trial()))
                        .map(it -> TrialEntry.of(reader.shown(it, audience), audience))
                        .toList());
    }

    @GetMapping(path = "/{trial}/metrics", produces = APPLICATION_JSON_VALUE)
    ResponseEntity<List<CohortMetric>> metrics(@PathVariable String trial, Filter filter, Reader reader) {
        return json(trial, reader, filter::metrics);
    }

    @GetMapping(
            path = {"/{trial}/metrics", "/{trial}/metrics.csv"},
            produces = CSV)
    ResponseEntity<String> metricsTable(@PathVariable String trial, Filter filter, Reader reader) {
        return csv(trial, reader, it -> Csv.ofMetrics(filter.metrics(it)));
    }

    @GetMapping(path = "/{trial}/comparisons", produces = APPLICATION_JSON_VALUE)
    ResponseEntity<List<Comparison>> comparisons(
            @PathVariable String trial, @Nullable String visit, @Nullable String instrument, Reader reader) {
        return json(trial, reader, new Filter(visit, instrument, null)::comparisons);
    }

    @GetMapping(
            path = {"/{trial}/comparisons", "/{trial}/comparisons.csv"},
            produces = CSV)
    ResponseEntity<String> comparisonsTable(
            @PathVariable String trial, @Nullable String visit, @Nullable String instrument, Reader reader) {
        return csv(trial, reader, it -> Csv.ofComparisons(new Filter(visit, instrument, null).comparisons(it)));
    }

    @GetMapping(path = "/{trial}/completeness", produces = APPLICATION_JSON_VALUE)
    ResponseEntity<List<Completeness>> completeness(@PathVariable String trial, Filter filter, Reader reader) {
        return json(trial, reader, filter::completeness);
    }

    @GetMapping(
            path = {"/{trial}/completeness", "/{trial}/completeness.csv"},
            produces = CSV)
    ResponseEntity<String> completenessTable(@PathVariable String trial, Filter filter, Reader reader) {
        return csv(trial, reader, it -> Csv.ofCompleteness(filter.completeness(it)));
    }

    @GetMapping(path = "/{trial}/participant-flow", produces = APPLICATION_JSON_VALUE)
    ResponseEntity<List<CohortFlow>> flow(@PathVariable String trial, @Nullable String by, Reader reader) {
        return json(trial, reader, Filter.of(by)::flow);
    }

    @GetMapping(
            path = {"/{trial}/participant-flow", "/{trial}/participant-flow.csv"},
            produces = CSV)
    ResponseEntity<String> flowTable(@PathVariable String trial, @Nullable String by, Reader reader) {
        return csv(trial, reader, it -> Csv.ofFlow(Filter.of(by).flow(it)));
    }

    @GetMapping(path = "/{trial}/adverse-events", produces = APPLICATION_JSON_VALUE)
    ResponseEntity<List<CohortAdverseEvents>> adverseEvents(
            @PathVariable String trial, @Nullable String by, Reader reader) {
        return json(trial, reader, Filter.of(by)::adverseEvents);
    }

    @GetMapping(
            path = {"/{trial}/adverse-events", "/{trial}/adverse-events.csv"},
            produces = CSV)
    ResponseEntity<String> adverseEventsTable(@PathVariable String trial, @Nullable String by, Reader reader) {
        return csv(trial, reader, it -> Csv.ofAdverseEvents(Filter.of(by).adverseEvents(it)));
    }

    private <T> ResponseEntity<T> json(String trial, Reader reader, Function<TrialView, T> body) {
        return answer(trial, reader, "", body);
    }

    private ResponseEntity<String> csv(String trial, Reader reader, Function<TrialView, String> body) {
        return answer(trial, reader, "-csv", body);
    }

    private <T> ResponseEntity<T> answer(String trial, Reader reader, String form, Function<TrialView, T> body) {
        MetricsView view = view();
        TrialView found = view.trial(trial).orElseThrow(RequestRefused::unknownTrial);
        return answer(view, found.revision(), form + reader.mark()).body(body.apply(reader.shown(found, audience)));
    }

    private MetricsView view() {
        return current.get().orElseThrow(RequestRefused::stillReading);
    }

    private static ResponseEntity.BodyBuilder answer(MetricsView view, UUID revision, String form) {
        return ResponseEntity.ok()
                .cacheControl(CacheControl.noCache().cachePrivate())
                .eTag("W/\"" + revision + form + '"')
                .header(HttpHeaders.VARY, HttpHeaders.ACCEPT)
                .header(COMPLETE_AS_OF, view.completeAsOf().toString());
    }
}

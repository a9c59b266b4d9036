package io.outcometracker.metrics;

import static org.springframework.http.MediaType.APPLICATION_JSON_VALUE;

import io.outcometracker.contract.CohortMetric;
import io.outcometracker.contract.Completeness;
import io.outcometracker.contract.TrialSummary;
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
                        .map(it -> TrialEntry.of(seenBy(reader, it), audience))
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

    /** The filter's visit and instrument do not matter here. */
    @GetMapping(path = "/{trial}/summaries", produces = APPLICATION_JSON_VALUE)
    ResponseEntity<List<TrialSummary>> summaries(@PathVariable String trial, Filter filter, Reader reader) {
        return json(trial, reader, filter::summaries);
    }

    @GetMapping(
            path = {"/{trial}/summaries", "/{trial}/summaries.csv"},
            produces = CSV)
    ResponseEntity<String> summariesTable(@PathVariable String trial, Filter filter, Reader reader) {
        return csv(trial, reader, it -> Csv.ofSummaries(filter.summaries(it)));
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
        return answer(view, found.revision(), form + reader.mark()).body(body.apply(seenBy(reader, found)));
    }

    private TrialView seenBy(Reader reader, TrialView trial) {
        return reader.isOneOf(audience.readers()) ? trial : reader.completenessOf(trial);
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

    /** Query parameters; those that are absent let everything through. */
    record Filter(
            @Nullable String visit,
            @Nullable String instrument,
            @Nullable String by) {
        List<CohortMetric> metrics(TrialView trial) {
            return trial.metrics().stream().filter(it -> lets(Place.of(it))).toList();
        }

        List<Completeness> completeness(TrialView trial) {
            return trial.completeness().stream()
                    .filter(it -> lets(Place.of(it)))
                    .toList();
        }

        List<TrialSummary> summaries(TrialView trial) {
            return trial.summaries().stream()
                    .filter(it -> by == null || by.equals(it.cohort().by()))
                    .toList();
        }

        private boolean lets(Place place) {
            return (visit == null || visit.equals(place.visit()))
                    && (instrument == null || instrument.equals(place.instrument()))
                    && (by == null || by.equals(place.cohort().by()));
        }
    }
}

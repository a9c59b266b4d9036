package io.outcometracker.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.outcometracker.contract.Disposition;
import io.outcometracker.contract.Json;
import io.outcometracker.contract.Protocol;
import io.outcometracker.ingest.audit.Requester;
import io.outcometracker.ingest.domain.Caller;
import io.outcometracker.ingest.domain.OutOfWindow;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Records over HTTP. */
@RestController
@RequestMapping("/api/v1/trials/{trial}")
class RecordsController {
    static final String POSTED = "/{records:enrolments|follow-ups|adverse-events|erasures}";
    static final String CSV = "text/csv";
    private static final MediaType TABLE = new MediaType("text", "csv", UTF_8);

    private final Intake intake;
    private final RecordFates fates;
    private final BodyBudget budget;
    private final IngestProperties properties;

    RecordsController(Intake intake, RecordFates fates, BodyBudget budget, IngestProperties properties) {
        this.intake = intake;
        this.fates = fates;
        this.budget = budget;
        this.properties = properties;
    }

    /**
     * What became of a record.
     *
     * @param records what was decided last, for each participant of whom the site used the recordId
     */
    record Answer(String trial, String recordId, List<Decided> records) {}

    /** @param window that what stands was assessed too early or too late; absent if not, or if that is not known */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Decided(
            @JsonUnwrapped Disposition disposition,
            @Nullable OutOfWindow window) {}

    @PostMapping(path = POSTED, consumes = MediaType.APPLICATION_JSON_VALUE)
    Object post(
            @PathVariable String trial,
            @PathVariable String records,
            Caller caller,
            @RequestParam(name = "dry-run", defaultValue = "false") boolean dryRun,
            @RequestHeader(name = "Prefer", required = false) @Nullable List<String> prefer,
            @RequestHeader(name = HttpHeaders.ACCEPT, required = false) @Nullable List<String> accept,
            HttpServletRequest request)
            throws IOException {
        return answered(
                take(trial, RecordKind.at(records), caller, new JsonDecoder(), dryRun, prefer, accept, request));
    }

    @PostMapping(path = POSTED, consumes = CSV)
    Object postTable(
            @PathVariable String trial,
            @PathVariable String records,
            Caller caller,
            @RequestParam(name = "dry-run", defaultValue = "false") boolean dryRun,
            @RequestHeader(name = "Prefer", required = false) @Nullable List<String> prefer,
            @RequestHeader(name = HttpHeaders.ACCEPT, required = false) @Nullable List<String> accept,
            HttpServletRequest request)
            throws IOException {
        RecordKind<?> kind = RecordKind.at(records);
        return answered(take(trial, kind, caller, new CsvDecoder(kind.rules()), dryRun, prefer, accept, request));
    }

    /** The answer itself, where there is nothing to wait for: a future would pass all filters a second time. */
    private static Object answered(CompletableFuture<ResponseEntity<Object>> answer) {
        return answer.isDone() && !answer.isCompletedExceptionally() ? answer.join() : answer;
    }

    @GetMapping("/{records:follow-ups|adverse-events}/{recordId}")
    ResponseEntity<String> get(
            @PathVariable String trial, @PathVariable String records, @PathVariable String recordId, Caller caller) {
        List<Disposition> decided = fates.find(trial, RecordKind.at(records).subject(), recordId).stream()
                .filter(it -> fates.isShownTo(caller, it.site(), it))
                .toList();
        if (decided.isEmpty()) {
            throw new RequestRefused(
                    ProblemType.UNKNOWN_RECORD, "it was not accepted, or nothing is decided about it yet");
        }
        Protocol protocol = intake.protocol(trial);
        List<Decided> told = decided.stream()
                .map(it -> new Decided(it, OutOfWindow.of(it, protocol).orElse(null)))
                .toList();
        return ResponseEntity.ok()
                .contentType(MediaType.APPLICATION_JSON)
                .body(Json.MAPPER.writeValueAsString(new Answer(trial, recordId, told)));
    }

    private <R> CompletableFuture<ResponseEntity<Object>> take(
            String trial,
            RecordKind<R> kind,
            Caller caller,
            BodyDecoder decoder,
            boolean dryRun,
            @Nullable List<String> prefer,
            @Nullable List<String> accept,
            HttpServletRequest request)
            throws IOException {
        Duration wait = prefer == null ? null : Preference.waitFrom(prefer);
        boolean strict = prefer != null && Preference.isStrict(prefer);
        boolean table = Preference.isTable(accept);
        LimitedBody body = LimitedBody.of(request, properties.maxBody(), budget);
        if (dryRun) {
            return body.whileHeld(() -> CompletableFuture.completedFuture(
                    triedOut(intake.tryOut(trial, kind, Requester.of(caller, request), decoder, body, strict), table)));
        }
        return body.whileHeld(() -> intake.take(trial, kind, Requester.of(caller, request), decoder, body, wait, strict)
                .thenApply(receipt -> answer(receipt, wait, strict, table)));
    }

    private static ResponseEntity<Object> triedOut(Receipt receipt, boolean table) {
        return table
                ? ResponseEntity.ok()
                        .contentType(TABLE)
                        .body(ReceiptTable.of(receipt).getBytes(UTF_8))
                : ResponseEntity.ok().contentType(MediaType.APPLICATION_JSON).body(receipt);
    }

    private static ResponseEntity<Object> answer(
            Receipt receipt, @Nullable Duration wait, boolean strict, boolean table) {
        HttpStatus status = receipt.status();
        ResponseEntity.BodyBuilder answer = ResponseEntity.status(status);
        if (wait != null) {
            answer.header("Preference-Applied", "wait=" + wait.toSeconds());
        }
        if (strict) {
            answer.header("Preference-Applied", "handling=strict");
        }
        if (table) {
            return answer.contentType(TABLE).body(ReceiptTable.of(receipt).getBytes(UTF_8));
        }
        return status.isError()
                ? answer.contentType(MediaType.APPLICATION_PROBLEM_JSON).body(refusal(receipt))
                : answer.contentType(MediaType.APPLICATION_JSON).body(receipt);
    }

    private static ProblemDetail refusal(Receipt receipt) {
        ProblemDetail problem = receipt.accepted() == 0
                ? ProblemAnswers.problem(ProblemType.RECORDS_REFUSED, Receipt.WHY_REFUSED, List.of())
                : ProblemAnswers.problem(
                        ProblemType.RECORDS_CONTRADICTED,
                        "results tell what was decided; a conflict is settled by the site, a version is used once",
                        List.of());
        problem.setProperty("trial", receipt.trial());
        problem.setProperty("accepted", receipt.accepted());
        problem.setProperty("refused", receipt.refused());
        problem.setProperty("results", receipt.results());
        return problem;
    }
}

package io.outcometracker.ingest;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Records over HTTP. */
@RestController
@RequestMapping("/api/v1/trials/{trial}")
class RecordsController {
    private static final String CSV = "text/csv";

    private final Intake intake;
    private final IngestProperties properties;

    RecordsController(Intake intake, IngestProperties properties) {
        this.intake = intake;
        this.properties = properties;
    }

    @PostMapping(path = "/follow-ups", consumes = MediaType.APPLICATION_JSON_VALUE)
    CompletableFuture<ResponseEntity<Object>> followUps(
            @PathVariable String trial,
            @RequestHeader(name = "Prefer", required = false) @Nullable List<String> prefer,
            HttpServletRequest request)
            throws IOException {
        return take(trial, RecordKind.FOLLOW_UP, new JsonDecoder(), prefer, request);
    }

    @PostMapping(path = "/follow-ups", consumes = CSV)
    CompletableFuture<ResponseEntity<Object>> followUpsTable(
            @PathVariable String trial,
            @RequestHeader(name = "Prefer", required = false) @Nullable List<String> prefer,
            HttpServletRequest request)
            throws IOException {
        return take(trial, RecordKind.FOLLOW_UP, new CsvDecoder(RecordKind.FOLLOW_UP.rules()), prefer, request);
    }

    @PostMapping(path = "/enrolments", consumes = MediaType.APPLICATION_JSON_VALUE)
    CompletableFuture<ResponseEntity<Object>> enrolments(
            @PathVariable String trial,
            @RequestHeader(name = "Prefer", required = false) @Nullable List<String> prefer,
            HttpServletRequest request)
            throws IOException {
        return take(trial, RecordKind.ENROLMENT, new JsonDecoder(), prefer, request);
    }

    @PostMapping(path = "/enrolments", consumes = CSV)
    CompletableFuture<ResponseEntity<Object>> enrolmentsTable(
            @PathVariable String trial,
            @RequestHeader(name = "Prefer", required = false) @Nullable List<String> prefer,
            HttpServletRequest request)
            throws IOException {
        return take(trial, RecordKind.ENROLMENT, new CsvDecoder(RecordKind.ENROLMENT.rules()), prefer, request);
    }

    private <R> CompletableFuture<ResponseEntity<Object>> take(
            String trial,
            RecordKind<R> kind,
            BodyDecoder decoder,
            @Nullable List<String> prefer,
            HttpServletRequest request)
            throws IOException {
        Duration wait = prefer == null ? null : Preference.waitFrom(prefer);
        return intake.take(trial, kind, decoder, LimitedBody.of(request, properties.maxBody()), wait)
                .thenApply(receipt -> answer(receipt, wait));
    }

    private static ResponseEntity<Object> answer(Receipt receipt, @Nullable Duration wait) {
        ResponseEntity.BodyBuilder answer = ResponseEntity.status(
                receipt.accepted() == 0
                        ? HttpStatus.UNPROCESSABLE_CONTENT
                        : receipt.refused() == 0 ? HttpStatus.ACCEPTED : HttpStatus.MULTI_STATUS);
        if (wait != null) {
            answer.header("Preference-Applied", "wait=" + wait.toSeconds());
        }
        return receipt.accepted() == 0
                ? answer.contentType(MediaType.APPLICATION_PROBLEM_JSON).body(refusal(receipt))
                : answer.contentType(MediaType.APPLICATION_JSON).body(receipt);
    }

    private static ProblemDetail refusal(Receipt receipt) {
        ProblemDetail problem = ProblemAnswers.problem(
                ProblemType.RECORDS_REFUSED, "results tell why each record was refused", List.of());
        problem.setProperty("trial", receipt.trial());
        problem.setProperty("accepted", receipt.accepted());
        problem.setProperty("refused", receipt.refused());
        problem.setProperty("results", receipt.results());
        return problem;
    }
}

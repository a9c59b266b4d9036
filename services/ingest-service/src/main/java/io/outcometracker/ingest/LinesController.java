package io.outcometracker.ingest;

import io.outcometracker.ingest.audit.Requester;
import io.outcometracker.ingest.domain.Caller;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Records over HTTP as a stream of lines, however many. */
@RestController
class LinesController {
    private final Intake intake;
    private final BodyBudget budget;
    private final RateLimit limit;
    private final IngestProperties properties;

    LinesController(Intake intake, BodyBudget budget, RateLimit limit, IngestProperties properties) {
        this.intake = intake;
        this.budget = budget;
        this.limit = limit;
        this.properties = properties;
    }

    @PostMapping(
            path = "/api/v1/trials/{trial}" + RecordsController.POSTED,
            consumes = MediaType.APPLICATION_NDJSON_VALUE)
    void postLines(
            @PathVariable String trial,
            @PathVariable String records,
            Caller caller,
            @RequestParam(name = "dry-run", defaultValue = "false") boolean dryRun,
            @RequestHeader(name = "Prefer", required = false) @Nullable List<String> prefer,
            @RequestHeader(name = HttpHeaders.ACCEPT, required = false) @Nullable List<String> accept,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        if (prefer != null && Preference.isStrict(prefer)) {
            throw new RequestRefused(
                    ProblemType.BAD_REQUEST,
                    "handling=strict is for lists and tables: lines are written as they come, before the last is known");
        }
        if (dryRun) {
            throw new RequestRefused(ProblemType.BAD_REQUEST, "dry-run is for lists and tables");
        }
        boolean table = Preference.isTable(accept);
        // Of the lines that wait for their batch.
        int[] held = {0};
        IntConsumer hold = length -> {
            budget.take(length);
            held[0] += length;
        };
        Runnable letGo = () -> {
            budget.giveBack(held[0]);
            held[0] = 0;
        };
        try (SpooledReceipt receipt = new SpooledReceipt(trial, table)) {
            intake.takeEach(
                    trial,
                    RecordKind.at(records),
                    Requester.of(caller, request),
                    new NdjsonDecoder(properties.maxLine(), hold),
                    LimitedBody.unlimited(request),
                    refused -> limit.mayRefuse(request, refused),
                    result -> {
                        letGo.run();
                        receipt.add(result);
                    });
            response.setStatus(receipt.status().value());
            response.setContentType(
                    table
                            ? RecordsController.CSV
                            : receipt.status().isError()
                                    ? MediaType.APPLICATION_PROBLEM_JSON_VALUE
                                    : MediaType.APPLICATION_JSON_VALUE);
            receipt.writeTo(response.getOutputStream());
        } finally {
            letGo.run();
        }
    }
}

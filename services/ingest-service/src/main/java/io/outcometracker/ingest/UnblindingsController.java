package io.outcometracker.ingest;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.outcometracker.contract.Unblinding;
import io.outcometracker.ingest.UnblindingIntake.Held;
import io.outcometracker.ingest.audit.Requester;
import io.outcometracker.ingest.domain.Caller;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.util.unit.DataSize;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

/** Unblindings over HTTP. */
@RestController
class UnblindingsController {
    private static final DataSize MAX_REPORT = DataSize.ofKilobytes(16);

    private final UnblindingIntake intake;

    UnblindingsController(UnblindingIntake intake) {
        this.intake = intake;
    }

    /** Answer to a report: {@code created} or {@code unchanged}. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Answer(String trial, @Nullable String participant, Instant at, String result) {}

    @PostMapping(path = "/api/v1/trials/{trial}/unblindings", consumes = MediaType.APPLICATION_JSON_VALUE)
    ResponseEntity<Answer> post(@PathVariable String trial, Caller caller, HttpServletRequest request)
            throws IOException {
        JsonNode report = Notation.JSON.read(LimitedBody.of(request, MAX_REPORT));
        Held held = intake.post(trial, report, Requester.of(caller, request));
        Unblinding unblinding = held.unblinding();
        return ResponseEntity.status(held.created() ? HttpStatus.CREATED : HttpStatus.OK)
                .contentType(MediaType.APPLICATION_JSON)
                .body(new Answer(
                        trial, unblinding.participant(), unblinding.at(), held.created() ? "created" : "unchanged"));
    }
}

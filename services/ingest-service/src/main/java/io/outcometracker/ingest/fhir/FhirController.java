package io.outcometracker.ingest.fhir;

import io.outcometracker.ingest.BodyBudget;
import io.outcometracker.ingest.IngestProperties;
import io.outcometracker.ingest.LimitedBody;
import io.outcometracker.ingest.Preference;
import io.outcometracker.ingest.ProblemType;
import io.outcometracker.ingest.RequestRefused;
import io.outcometracker.ingest.audit.Requester;
import io.outcometracker.ingest.domain.Caller;
import io.outcometracker.ingest.fhir.FhirIntake.Answer;
import io.outcometracker.ingest.fhir.FhirIntake.Target;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Date;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.hl7.fhir.r4.model.Resource;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Resources over HTTP. The base of a trial is a FHIR server of its own, that takes and does not give. */
@RestController
@RequestMapping("/api/v1/trials/{trial}/fhir")
class FhirController {
    static final MediaType FHIR = MediaType.valueOf("application/fhir+json;charset=UTF-8");

    private final FhirIntake intake;
    private final FhirJson json;
    private final BodyBudget budget;
    private final IngestProperties properties;
    private final Clock clock;

    FhirController(FhirIntake intake, FhirJson json, BodyBudget budget, IngestProperties properties, Clock clock) {
        this.intake = intake;
        this.json = json;
        this.budget = budget;
        this.properties = properties;
        this.clock = clock;
    }

    @GetMapping("/metadata")
    ResponseEntity<byte[]> capabilities() {
        return send(200, new HttpHeaders(), Capabilities.at(Date.from(clock.instant())));
    }

    @PostMapping({"", "/"})
    CompletableFuture<ResponseEntity<byte[]>> postBundle(
            @PathVariable String trial,
            Caller caller,
            @RequestHeader(name = "Prefer", required = false) @Nullable List<String> prefer,
            HttpServletRequest request)
            throws IOException {
        Duration wait = wait(prefer);
        LimitedBody body = body(request);
        return body.whileHeld(() -> intake.takeBundle(trial, Requester.of(caller, request), body, wait)
                .thenApply(it -> answer(it, wait, "")));
    }

    @PostMapping("/{type}")
    CompletableFuture<ResponseEntity<byte[]>> post(
            @PathVariable String trial,
            @PathVariable String type,
            Caller caller,
            @RequestHeader(name = "Prefer", required = false) @Nullable List<String> prefer,
            @RequestHeader(name = "If-None-Exist", required = false) @Nullable String condition,
            HttpServletRequest request)
            throws IOException {
        return take(trial, new Target(false, type, null, condition), caller, prefer, request);
    }

    @PutMapping({"/{type}", "/{type}/{id}"})
    CompletableFuture<ResponseEntity<byte[]>> put(
            @PathVariable String trial,
            @PathVariable String type,
            @PathVariable(required = false) @Nullable String id,
            Caller caller,
            @RequestHeader(name = "Prefer", required = false) @Nullable List<String> prefer,
            HttpServletRequest request)
            throws IOException {
        String condition = request.getQueryString();
        boolean conditional = condition != null && condition.startsWith("identifier");
        if (id == null && !conditional) {
            throw new RequestRefused(ProblemType.BAD_REQUEST, "the address must have the id of the resource");
        }
        return take(trial, new Target(true, type, id, conditional ? condition : null), caller, prefer, request);
    }

    @RequestMapping("/**")
    ResponseEntity<byte[]> other(HttpServletRequest request) {
        throw new RequestRefused(
                List.of("GET", "HEAD").contains(request.getMethod())
                        ? ProblemType.NOT_FOUND
                        : ProblemType.METHOD_NOT_ALLOWED,
                "POST a Bundle to the base, POST or PUT a resource to its type, or GET metadata");
    }

    private CompletableFuture<ResponseEntity<byte[]>> take(
            String trial, Target target, Caller caller, @Nullable List<String> prefer, HttpServletRequest request)
            throws IOException {
        if (!ResourceReader.TYPES.contains(target.type())) {
            throw new RequestRefused(
                    ProblemType.NOT_FOUND, "only these are taken: " + String.join(", ", ResourceReader.TYPES));
        }
        if (request.getHeader(HttpHeaders.IF_MATCH) != null) {
            throw new RequestRefused(
                    ProblemType.BAD_REQUEST, "If-Match is not read: the record-version says which version is meant");
        }
        Duration wait = wait(prefer);
        String address = request.getRequestURL().toString();
        String base = address.substring(0, address.lastIndexOf("/fhir/") + "/fhir/".length());
        LimitedBody body = body(request);
        return body.whileHeld(() -> intake.take(trial, target, Requester.of(caller, request), body, wait)
                .thenApply(it -> answer(it, wait, base)));
    }

    private static @Nullable Duration wait(@Nullable List<String> prefer) {
        return prefer == null ? null : Preference.waitFrom(prefer);
    }

    private LimitedBody body(HttpServletRequest request) throws IOException {
        String sent = request.getContentType();
        try {
            MediaType type = sent == null ? MediaType.ALL : MediaType.valueOf(sent);
            if (type.equalsTypeAndSubtype(FHIR) || type.equalsTypeAndSubtype(MediaType.APPLICATION_JSON)) {
                return LimitedBody.of(request, properties.maxBody(), budget);
            }
        } catch (InvalidMediaTypeException e) {
            // refused as any other
        }
        throw new RequestRefused(ProblemType.UNSUPPORTED_MEDIA_TYPE, "set Content-Type to application/fhir+json");
    }

    private ResponseEntity<byte[]> answer(Answer answer, @Nullable Duration wait, String base) {
        HttpHeaders headers = new HttpHeaders();
        if (wait != null) {
            headers.set("Preference-Applied", "wait=" + wait.toSeconds());
        }
        if (answer.location() != null) {
            headers.set(HttpHeaders.LOCATION, base + answer.location());
            headers.set(HttpHeaders.ETAG, "W/\"" + answer.version() + '"');
        }
        return send(answer.status(), headers, answer.body());
    }

    private ResponseEntity<byte[]> send(int status, HttpHeaders headers, Resource resource) {
        return ResponseEntity.status(status).headers(headers).contentType(FHIR).body(json.write(resource));
    }
}

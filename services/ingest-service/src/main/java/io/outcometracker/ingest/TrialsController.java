package io.outcometracker.ingest;

import io.outcometracker.contract.Json;
import io.outcometracker.contract.Protocol;
import io.outcometracker.ingest.ProtocolIntake.Held;
import io.outcometracker.ingest.audit.Requester;
import io.outcometracker.ingest.domain.Caller;
import io.outcometracker.ingest.domain.Role;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.Locale;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.util.unit.DataSize;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

/** Protocols over HTTP. */
@RestController
@RequestMapping("/api/v1/trials/{trial}")
class TrialsController {
    /** Well below what Kafka takes as one message. */
    private static final DataSize MAX_PROTOCOL = DataSize.ofKilobytes(512);

    private final ProtocolIntake intake;
    private final Register<Protocol> register;

    TrialsController(ProtocolIntake intake, Register<Protocol> register) {
        this.intake = intake;
        this.register = register;
    }

    /** Answer to a protocol. */
    record Answer(String trial, int version, String result) {}

    @PutMapping(consumes = MediaType.APPLICATION_JSON_VALUE)
    ResponseEntity<Answer> putJson(@PathVariable String trial, Caller caller, HttpServletRequest request)
            throws IOException {
        return put(trial, caller, request, Notation.JSON);
    }

    @PutMapping(consumes = {MediaType.APPLICATION_YAML_VALUE, "application/x-yaml", "text/yaml"})
    ResponseEntity<Answer> putYaml(@PathVariable String trial, Caller caller, HttpServletRequest request)
            throws IOException {
        return put(trial, caller, request, Notation.YAML);
    }

    @GetMapping
    ResponseEntity<String> get(@PathVariable String trial, Caller caller) {
        return register.find(trial)
                .map(it -> caller.isOneOf(Role.SITE) ? it.withoutArms() : it)
                .map(it -> ResponseEntity.ok()
                        .contentType(MediaType.APPLICATION_JSON)
                        .body(Json.MAPPER.writeValueAsString(it)))
                .orElseThrow(RequestRefused::unknownTrial);
    }

    private ResponseEntity<Answer> put(String trial, Caller caller, HttpServletRequest request, Notation notation)
            throws IOException {
        JsonNode body = notation.read(LimitedBody.of(request, MAX_PROTOCOL));
        Held held = intake.put(trial, body, Requester.of(caller, request));
        return ResponseEntity.status(
                        held.result() == ProtocolIntake.Result.CREATED ? HttpStatus.CREATED : HttpStatus.OK)
                .contentType(MediaType.APPLICATION_JSON)
                .body(new Answer(
                        trial, held.protocol().version(), held.result().name().toLowerCase(Locale.ROOT)));
    }
}

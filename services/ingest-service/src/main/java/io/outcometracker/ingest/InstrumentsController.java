package io.outcometracker.ingest;

import io.outcometracker.ingest.domain.Catalogue;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** The catalogue of instruments over HTTP. */
@RestController
class InstrumentsController {
    @GetMapping("/api/v1/instruments")
    ResponseEntity<String> get() {
        return ResponseEntity.ok().contentType(MediaType.APPLICATION_JSON).body(Catalogue.LATEST.json());
    }
}

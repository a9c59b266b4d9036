package io.outcometracker.ingest.security;

import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** The public key of the local issuer, by which other services check its tokens (RFC 7517). */
@RestController
@WithoutOtherIssuer
class JwksController {
    static final String ADDRESS = "/.well-known/jwks.json";

    private final LocalIssuer issuer;

    JwksController(LocalIssuer issuer) {
        this.issuer = issuer;
    }

    @GetMapping(ADDRESS)
    ResponseEntity<String> get() {
        return ResponseEntity.ok()
                .contentType(MediaType.APPLICATION_JSON)
                .body(issuer.publicKeys().toString());
    }
}

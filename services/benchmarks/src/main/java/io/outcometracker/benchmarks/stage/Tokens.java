package io.outcometracker.benchmarks.stage;

import io.outcometracker.ingest.domain.Caller;
import io.outcometracker.ingest.domain.Role;
import io.outcometracker.ingest.security.LocalIssuer;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** Tokens of the issuer that ingest-service has itself. */
public final class Tokens {
    private Tokens() {}

    static Path keyFile(Path directory) {
        return directory.resolve("token-key.json").toAbsolutePath();
    }

    /** For all trials and sites. */
    public static String of(String role, Path directory) {
        return Service.run(
                        Service.INGEST,
                        List.of(
                                "token",
                                "--role",
                                role,
                                "--trial",
                                "*",
                                "--site",
                                "*",
                                "--outcomes.ingest.tokens.key-file=" + keyFile(directory)))
                .get(0);
    }

    /** Of role site, for all trials: what a site has that sends its own records. */
    public static String ofSite(String site, Path directory) {
        Caller caller = new Caller("site@" + site, Set.of(Role.SITE), Set.of("*"), Set.of(site));
        return LocalIssuer.of(keyFile(directory), Clock.systemUTC()).token(caller, Duration.ofHours(1));
    }
}

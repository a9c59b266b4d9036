package io.outcometracker.ingest.domain;

import io.outcometracker.contract.Protocol;
import io.outcometracker.ingest.domain.Checked.Refused;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The rules for a record, and that it is of a site of the caller's, about a participant who is not of another.
 *
 * @param caller who posts it
 */
public record OwnSites<R>(RecordRules<R> rules, Caller caller, Register participants) implements RecordRules<R> {
    /** Knows at which site a participant is. */
    public interface Register {
        /** Empty for one who is not enrolled yet. */
        Optional<String> siteOf(String trial, String participant);
    }

    @Override
    public List<String> fields() {
        return rules.fields();
    }

    @Override
    public Set<String> numbers() {
        return rules.numbers();
    }

    @Override
    public Set<String> flags() {
        return rules.flags();
    }

    @Override
    public Set<String> objects() {
        return rules.objects();
    }

    @Override
    public Checked<R> check(JsonNode posted, Protocol protocol, Instant now) {
        Checked<R> checked = rules.check(posted, protocol, now);
        String site = posted.path("site").asString("");
        String participant = posted.path("participant").asString("");
        // A site that the trial does not have is refused as such.
        if (protocol.sites().contains(site) && !caller.isOfSite(site)) {
            return refused(checked.identity(), site, "/site", "site is not yours");
        }
        return participants.siteOf(protocol.trial(), participant).stream().allMatch(caller::isOfSite)
                ? checked
                : refused(checked.identity(), null, "/participant", "participant is not one of your site's");
    }

    private static <R> Checked<R> refused(Identity identity, @Nullable String site, String pointer, String message) {
        return new Refused<>(identity, site, List.of(new Problem(ProblemCode.SITE_NOT_YOURS, pointer, message)));
    }
}

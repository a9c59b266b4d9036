package io.outcometracker.ingest.audit;

import io.outcometracker.contract.AuditEntry;
import io.outcometracker.contract.AuditEntry.AuditObject;
import io.outcometracker.contract.AuditEntry.ObjectType;
import io.outcometracker.ingest.audit.TrialAudit.Told;
import io.outcometracker.ingest.domain.Caller;
import io.outcometracker.ingest.domain.Role;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * What somebody may see of the audit of a trial of theirs: auditors and statisticians all, trial managers what tells
 * nothing of arms, sites of that what is about their own records. No entry names an arm; but which enrolments were
 * corrected together, or refused until the protocol had another arm, may tell who is in one.
 */
public record AuditSight(Caller caller) {
    /** Of the chain: nobody can verify a part of it, and hashes of what is withheld could be tried out. */
    private static final List<String> OF_THE_CHAIN = List.of("anchors", "prevHash", "hash");

    /** Empty if it is withheld. */
    public Optional<ObjectNode> of(Told told) {
        AuditEntry entry = told.entry();
        if (caller.isOneOf(Role.STATISTICIAN, Role.AUDITOR) && !caller.isOneOf(Role.SITE)) {
            return Optional.of(told.written());
        }
        boolean own = caller.seesAllSites() || (entry.site() != null && caller.isOfSite(entry.site()));
        return own && !tellsOfArms(entry)
                ? Optional.of(told.written().deepCopy().without(OF_THE_CHAIN))
                : Optional.empty();
    }

    private static boolean tellsOfArms(AuditEntry entry) {
        return switch (entry.action()) {
            // An anchor says which chains there are, of those that are withheld too.
            case UNBLIND, UNBLINDED_READ, ANCHOR -> true;
            case AMEND, RETRACT, REJECT -> isOfEnrolment(entry.object());
            case CREATE, ERASE, CONFIG_CHANGE, LOGIN -> false;
        };
    }

    private static boolean isOfEnrolment(@Nullable AuditObject object) {
        return object != null && object.type() == ObjectType.ENROLMENT;
    }
}

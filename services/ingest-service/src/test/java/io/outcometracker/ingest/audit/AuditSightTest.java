package io.outcometracker.ingest.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.outcometracker.contract.AuditAct;
import io.outcometracker.contract.AuditChain;
import io.outcometracker.contract.AuditEntry;
import io.outcometracker.contract.AuditEntry.Action;
import io.outcometracker.contract.AuditEntry.AuditObject;
import io.outcometracker.contract.AuditEntry.ObjectType;
import io.outcometracker.contract.AuditEntry.Outcome;
import io.outcometracker.contract.AuditHash;
import io.outcometracker.contract.Json;
import io.outcometracker.ingest.audit.TrialAudit.Told;
import io.outcometracker.ingest.domain.Caller;
import io.outcometracker.ingest.domain.Role;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

/** Who sees which entries of the audit, as a table. */
class AuditSightTest {
    private static Told told(Action action, @Nullable ObjectType type, @Nullable String site) {
        AuditObject object = type == null ? null : new AuditObject(type, "X1", 1);
        AuditAct act = new AuditAct(
                Instant.EPOCH,
                Instant.EPOCH,
                TestChain.NURSE,
                site,
                action,
                object,
                null,
                null,
                null,
                action == Action.REJECT ? Outcome.REFUSED : Outcome.ACCEPTED);
        AuditEntry entry = new AuditChain("W", "T1").next(act);
        return new Told(entry, Json.MAPPER.valueToTree(entry));
    }

    private static Caller caller(String roles) {
        return new Caller(
                "somebody",
                Stream.of(roles.split("\\+"))
                        .map(it -> Role.of(it).orElseThrow())
                        .collect(Collectors.toSet()),
                Set.of("T1"),
                Set.of("S01"));
    }

    private static boolean sees(String roles, Told told) {
        return new AuditSight(caller(roles)).of(told).isPresent();
    }

    @ParameterizedTest
    @CsvSource({
        // action, object, site; auditor, statistician, trial manager, site S01, site that is an auditor too
        "CREATE, FOLLOW_UP, S01,          true, true, true, true, true",
        "CREATE, FOLLOW_UP, S02,          true, true, true, false, true",
        "AMEND, FOLLOW_UP, S01,           true, true, true, true, true",
        "RETRACT, ADVERSE_EVENT, S01,     true, true, true, true, true",
        "REJECT, FOLLOW_UP, S01,          true, true, true, true, true",
        "REJECT, FOLLOW_UP, ,             true, true, true, false, true",
        "CREATE, ENROLMENT, S01,          true, true, true, true, true",
        "CREATE, ENROLMENT, S02,          true, true, true, false, true",
        "AMEND, ENROLMENT, S01,           true, true, false, false, false",
        "REJECT, ENROLMENT, S01,          true, true, false, false, false",
        "ERASE, ERASURE, ,                true, true, true, false, true",
        "CONFIG_CHANGE, PROTOCOL, ,       true, true, true, false, true",
        "UNBLIND, UNBLINDING, ,           true, true, false, false, false",
        "UNBLIND, UNBLINDING, S01,        true, true, false, false, false",
        "UNBLINDED_READ, METRICS, ,       true, true, false, false, false",
        "ANCHOR, , ,                      true, true, false, false, false",
        "LOGIN, , ,                       true, true, true, false, true",
    })
    void isTold(
            Action action,
            @Nullable ObjectType type,
            @Nullable String site,
            boolean auditor,
            boolean statistician,
            boolean manager,
            boolean ofSite,
            boolean both) {
        Told told = told(action, type, site);

        assertThat(sees("auditor", told)).as("auditor").isEqualTo(auditor);
        assertThat(sees("statistician", told)).as("statistician").isEqualTo(statistician);
        assertThat(sees("trial-manager", told)).as("trial manager").isEqualTo(manager);
        assertThat(sees("site", told)).as("site").isEqualTo(ofSite);
        assertThat(sees("site+auditor", told)).as("of a site, too").isEqualTo(both);
        assertThat(sees("trial-manager+auditor", told)).as("two roles").isEqualTo(auditor);
    }

    @Test
    void auditorsCanComputeEveryHash() {
        ObjectNode seen = new AuditSight(caller("auditor"))
                .of(told(Action.CREATE, ObjectType.FOLLOW_UP, "S01"))
                .orElseThrow();
        assertThat(AuditHash.of(seen)).isEqualTo(seen.path("hash").stringValue());
    }

    @Test
    void whoIsBlindGetsNothingByWhichToTryOutWhatIsWithheld() {
        Told told = told(Action.CREATE, ObjectType.FOLLOW_UP, "S01");
        for (String role : List.of("site", "trial-manager")) {
            Optional<ObjectNode> seen = new AuditSight(caller(role)).of(told);
            assertThat(seen.orElseThrow().propertyNames())
                    .contains("writer", "seq", "actorId", "action", "object")
                    .doesNotContain("prevHash", "hash", "anchors");
        }
        assertThat(told.written().has("hash")).isTrue();
    }
}

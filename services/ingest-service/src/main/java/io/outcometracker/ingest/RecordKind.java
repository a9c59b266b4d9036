package io.outcometracker.ingest;

import io.outcometracker.contract.AdverseEvent;
import io.outcometracker.contract.Disposition.Subject;
import io.outcometracker.contract.Enrolment;
import io.outcometracker.contract.Erasure;
import io.outcometracker.contract.FollowUp;
import io.outcometracker.contract.ParticipantKey;
import io.outcometracker.contract.Topic;
import io.outcometracker.contract.Topics;
import io.outcometracker.ingest.domain.AdverseEventRules;
import io.outcometracker.ingest.domain.Caller;
import io.outcometracker.ingest.domain.EnrolmentRules;
import io.outcometracker.ingest.domain.ErasureRules;
import io.outcometracker.ingest.domain.FollowUpRules;
import io.outcometracker.ingest.domain.OwnSites;
import io.outcometracker.ingest.domain.RecordRules;
import io.outcometracker.ingest.domain.Role;
import java.util.List;
import java.util.function.Function;

/**
 * What can be posted.
 *
 * @param path last part of the address
 * @param sender whose business it is
 * @param subject of its dispositions
 * @param id of this version of the record, among those of the participant and subject
 */
public record RecordKind<R>(
        String path,
        Role sender,
        Subject subject,
        Topic<R> topic,
        RecordRules<R> rules,
        Function<R, ParticipantKey> participant,
        Function<R, String> id) {
    public static final RecordKind<Enrolment> ENROLMENT = new RecordKind<>(
            "enrolments",
            Role.RANDOMISATION,
            Subject.ENROLMENT,
            Topics.ENROLMENTS,
            new EnrolmentRules(),
            Enrolment::key,
            it -> Integer.toString(it.version()));
    public static final RecordKind<FollowUp> FOLLOW_UP = new RecordKind<>(
            "follow-ups",
            Role.SITE,
            Subject.FOLLOW_UP,
            Topics.FOLLOW_UPS,
            new FollowUpRules(),
            FollowUp::key,
            it -> it.recordId() + '|' + it.version());
    public static final RecordKind<AdverseEvent> ADVERSE_EVENT = new RecordKind<>(
            "adverse-events",
            Role.SITE,
            Subject.ADVERSE_EVENT,
            Topics.ADVERSE_EVENTS,
            new AdverseEventRules(),
            AdverseEvent::key,
            it -> it.recordId() + '|' + it.version());
    /** A participant is erased once: its order has no versions. */
    public static final RecordKind<Erasure> ERASURE = new RecordKind<>(
            "erasures",
            Role.TRIAL_MANAGER,
            Subject.ERASURE,
            Topics.ERASURES,
            new ErasureRules(),
            Erasure::key,
            it -> "1");

    private static final List<RecordKind<?>> ALL = List.of(ENROLMENT, FOLLOW_UP, ADVERSE_EVENT, ERASURE);

    public static List<RecordKind<?>> all() {
        return ALL;
    }

    static RecordKind<?> at(String path) {
        return ALL.stream().filter(it -> it.path.equals(path)).findFirst().orElseThrow();
    }

    /** The rules for what this caller posts: a site reports on its own participants only. */
    RecordRules<R> rules(Caller caller, OwnSites.Register participants) {
        return switch (subject) {
            case FOLLOW_UP, ADVERSE_EVENT -> new OwnSites<>(rules, caller, participants);
            case ENROLMENT, ERASURE -> rules;
        };
    }

    /** Names the record: the key of its disposition, and the version. */
    String id(R written) {
        return id(participant.apply(written).toString(), written);
    }

    /** @param key of its participant */
    String id(String key, R written) {
        return key + '|' + subject + '|' + id.apply(written);
    }
}

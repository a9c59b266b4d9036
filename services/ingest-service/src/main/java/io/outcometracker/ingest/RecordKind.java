package io.outcometracker.ingest;

import io.outcometracker.contract.Enrolment;
import io.outcometracker.contract.FollowUp;
import io.outcometracker.contract.ParticipantKey;
import io.outcometracker.contract.Topic;
import io.outcometracker.contract.Topics;
import io.outcometracker.ingest.domain.EnrolmentRules;
import io.outcometracker.ingest.domain.FollowUpRules;
import io.outcometracker.ingest.domain.RecordRules;
import java.util.function.Function;

/**
 * What can be posted.
 *
 * @param label in metrics
 * @param id names this version of the record: the key of its disposition, and the version
 */
record RecordKind<R>(
        String label,
        Topic<R> topic,
        RecordRules<R> rules,
        Function<R, ParticipantKey> participant,
        Function<R, String> id) {
    static final RecordKind<FollowUp> FOLLOW_UP = new RecordKind<>(
            "follow-up",
            Topics.FOLLOW_UPS,
            new FollowUpRules(),
            FollowUp::key,
            it -> it.key() + "|follow-up|" + it.recordId() + '|' + it.version());
    static final RecordKind<Enrolment> ENROLMENT = new RecordKind<>(
            "enrolment",
            Topics.ENROLMENTS,
            new EnrolmentRules(),
            Enrolment::key,
            it -> it.key() + "|enrolment|" + it.version());
}

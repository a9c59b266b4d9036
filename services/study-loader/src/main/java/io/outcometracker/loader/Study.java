package io.outcometracker.loader;

import io.outcometracker.contract.Protocol;
import java.util.List;

/**
 * What a study folder holds, in the form in which it is posted.
 *
 * @param protocolDerived whether the protocol was made from the data, because the folder has none
 * @param enrolments in the order in which they are posted
 * @param followUps in the order in which they are posted
 * @param adverseEvents in the order in which they are posted
 * @param published what was printed about the study; empty where the folder has nothing
 * @param notes what the reader did that the folder's owner should know
 */
record Study(
        Protocol protocol,
        boolean protocolDerived,
        List<EnrolmentRecord> enrolments,
        List<FollowUpRecord> followUps,
        List<AdverseEventRecord> adverseEvents,
        List<PublishedFigure> published,
        List<String> notes) {

    Study {
        enrolments = List.copyOf(enrolments);
        followUps = List.copyOf(followUps);
        adverseEvents = List.copyOf(adverseEvents);
        published = List.copyOf(published);
        notes = List.copyOf(notes);
    }

    String trial() {
        return protocol.trial();
    }
}

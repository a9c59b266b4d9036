package io.outcometracker.cohort.verify;

import io.outcometracker.contract.AdverseEvent;
import io.outcometracker.contract.Enrolment;
import io.outcometracker.contract.Erasure;
import io.outcometracker.contract.FollowUp;
import io.outcometracker.contract.Topic;
import io.outcometracker.contract.Topics;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What was reported of the participants of one trial, in the order of each partition. */
record TrialLog(
        List<Entry<Enrolment>> enrolments,
        List<Entry<FollowUp>> followUps,
        List<Entry<AdverseEvent>> adverseEvents,
        List<Entry<Erasure>> erasures) {
    TrialLog() {
        this(new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    }

    /** As it was when only what lies before these offsets was there; of a topic that is not named, all of it. */
    TrialLog upTo(Map<String, List<Long>> offsets) {
        return new TrialLog(
                before(offsets, Topics.ENROLMENTS, enrolments),
                before(offsets, Topics.FOLLOW_UPS, followUps),
                before(offsets, Topics.ADVERSE_EVENTS, adverseEvents),
                before(offsets, Topics.ERASURES, erasures));
    }

    private static <V> List<Entry<V>> before(Map<String, List<Long>> offsets, Topic<V> topic, List<Entry<V>> entries) {
        List<Long> ends = offsets.get(topic.name());
        return ends == null
                ? entries
                : entries.stream()
                        .filter(it -> it.partition() < ends.size() && it.offset() < ends.get(it.partition()))
                        .toList();
    }
}

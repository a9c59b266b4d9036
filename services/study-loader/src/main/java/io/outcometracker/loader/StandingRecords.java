package io.outcometracker.loader;

import io.outcometracker.contract.FollowUp;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The records that count in the end: of each the highest version, unless that takes it back. */
final class StandingRecords {
    private StandingRecords() {}

    static List<FollowUpRecord> of(Collection<FollowUpRecord> followUps) {
        Map<String, FollowUpRecord> latest = new LinkedHashMap<>();
        for (FollowUpRecord followUp : followUps) {
            latest.merge(followUp.recordId(), followUp, (a, b) -> a.version() >= b.version() ? a : b);
        }
        return latest.values().stream()
                .filter(it -> it.status() != FollowUp.Status.ENTERED_IN_ERROR)
                .toList();
    }
}

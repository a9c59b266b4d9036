package io.outcometracker.cohort.stream;

import io.outcometracker.contract.DeadLetter;
import io.outcometracker.contract.Disposition;
import java.util.List;
import java.util.Map;

/**
 * What follows from one event of a participant.
 *
 * @param changes by tally (see {@link io.outcometracker.cohort.tally.TallyKey})
 */
record ChartStep(List<Disposition> dispositions, Map<String, TallyChange> changes, List<DeadLetter> deadLetters) {
    ChartStep(List<Disposition> dispositions, Map<String, TallyChange> changes) {
        this(dispositions, changes, List.of());
    }

    /** The event could not be applied. */
    ChartStep(DeadLetter deadLetter) {
        this(List.of(), Map.of(), List.of(deadLetter));
    }
}

package io.outcometracker.cohort.stream;

import io.outcometracker.cohort.tally.TallyRow;
import io.outcometracker.contract.Disposition;
import java.util.List;
import java.util.Map;

/**
 * What follows from one event of a participant.
 *
 * @param changes by tally (an endpoint's key, or the trial for the roster)
 */
record ChartStep(List<Disposition> dispositions, Map<String, Map<TallyRow, Long>> changes) {}

package io.outcometracker.contract;

import io.outcometracker.contract.Topic.Kept;
import java.util.List;

/** The catalogue: every public topic there is. */
public final class Topics {
    private static final int PARTITIONS = 6;

    public static final Topic<Protocol> TRIALS =
            new Topic<>("outcomes.trials.v1", "ingest-service", Kept.LATEST, 1, Protocol.class);
    /** Names arms: unblinded material. */
    public static final Topic<Enrolment> ENROLMENTS =
            new Topic<>("outcomes.enrolments.v1", "ingest-service", Kept.FOR_EVER, PARTITIONS, Enrolment.class);

    public static final Topic<FollowUp> FOLLOW_UPS =
            new Topic<>("outcomes.follow-ups.v1", "ingest-service", Kept.FOR_EVER, PARTITIONS, FollowUp.class);
    public static final Topic<Rejection> REJECTIONS =
            new Topic<>("outcomes.rejections.v1", "ingest-service", Kept.NINETY_DAYS, 1, Rejection.class);
    public static final Topic<Disposition> DISPOSITIONS =
            new Topic<>("outcomes.dispositions.v1", "cohort-service", Kept.LATEST, PARTITIONS, Disposition.class);
    public static final Topic<CohortMetric> COHORT_METRICS =
            new Topic<>("outcomes.cohort-metrics.v1", "cohort-service", Kept.LATEST, PARTITIONS, CohortMetric.class);
    /** Has the arms of masked trials: unblinded material. */
    public static final Topic<CohortMetric> COHORT_METRICS_UNBLINDED = new Topic<>(
            "outcomes.cohort-metrics-unblinded.v1", "cohort-service", Kept.LATEST, PARTITIONS, CohortMetric.class);

    public static final Topic<DeadLetter> DEAD_LETTERS =
            new Topic<>("outcomes.dead-letters.v1", "cohort-service", Kept.NINETY_DAYS, 1, DeadLetter.class);

    private Topics() {}

    public static List<Topic<?>> all() {
        return List.of(
                TRIALS,
                ENROLMENTS,
                FOLLOW_UPS,
                REJECTIONS,
                DISPOSITIONS,
                COHORT_METRICS,
                COHORT_METRICS_UNBLINDED,
                DEAD_LETTERS);
    }
}

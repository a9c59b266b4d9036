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
    public static final Topic<AdverseEvent> ADVERSE_EVENTS =
            new Topic<>("outcomes.adverse-events.v1", "ingest-service", Kept.FOR_EVER, PARTITIONS, AdverseEvent.class);

    public static final Topic<Erasure> ERASURES =
            new Topic<>("outcomes.erasures.v1", "ingest-service", Kept.FOR_EVER, PARTITIONS, Erasure.class);
    public static final Topic<Unblinding> UNBLINDINGS =
            new Topic<>("outcomes.unblindings.v1", "ingest-service", Kept.FOR_EVER, 1, Unblinding.class);
    public static final Topic<Rejection> REJECTIONS =
            new Topic<>("outcomes.rejections.v1", "ingest-service", Kept.NINETY_DAYS, 1, Rejection.class);
    public static final Topic<Disposition> DISPOSITIONS =
            new Topic<>("outcomes.dispositions.v1", "cohort-service", Kept.LATEST, PARTITIONS, Disposition.class);
    public static final Topic<CohortMetric> COHORT_METRICS =
            new Topic<>("outcomes.cohort-metrics.v1", "cohort-service", Kept.LATEST, PARTITIONS, CohortMetric.class);
    /** Has the arms of masked trials: unblinded material. */
    public static final Topic<CohortMetric> COHORT_METRICS_UNBLINDED = new Topic<>(
            "outcomes.cohort-metrics-unblinded.v1", "cohort-service", Kept.LATEST, PARTITIONS, CohortMetric.class);

    /** For everyone: only of trials that publish to everyone. */
    public static final Topic<CohortMetric> COHORT_METRICS_PUBLIC = new Topic<>(
            "outcomes.cohort-metrics-public.v1", "cohort-service", Kept.LATEST, PARTITIONS, CohortMetric.class);

    public static final Topic<Completeness> COMPLETENESS =
            new Topic<>("outcomes.completeness.v1", "cohort-service", Kept.LATEST, PARTITIONS, Completeness.class);
    public static final Topic<TrialSummary> TRIAL_SUMMARIES =
            new Topic<>("outcomes.trial-summaries.v1", "cohort-service", Kept.LATEST, PARTITIONS, TrialSummary.class);
    /** Has the arms of masked trials: unblinded material. */
    public static final Topic<TrialSummary> TRIAL_SUMMARIES_UNBLINDED = new Topic<>(
            "outcomes.trial-summaries-unblinded.v1", "cohort-service", Kept.LATEST, PARTITIONS, TrialSummary.class);

    /** Each service writes its own acts. */
    public static final Topic<AuditEntry> AUDIT =
            new Topic<>("outcomes.audit.v1", "*", Kept.FOR_EVER, PARTITIONS, AuditEntry.class);

    public static final Topic<DeadLetter> DEAD_LETTERS =
            new Topic<>("outcomes.dead-letters.v1", "cohort-service", Kept.NINETY_DAYS, 1, DeadLetter.class);

    /** What is reported of participants: joined by participant, so all have the same number of partitions. */
    public static final List<Topic<?>> OF_PARTICIPANTS = List.of(ENROLMENTS, FOLLOW_UPS, ADVERSE_EVENTS, ERASURES);

    private Topics() {}

    public static List<Topic<?>> all() {
        return List.of(
                TRIALS,
                ENROLMENTS,
                FOLLOW_UPS,
                ADVERSE_EVENTS,
                ERASURES,
                UNBLINDINGS,
                REJECTIONS,
                DISPOSITIONS,
                COHORT_METRICS,
                COHORT_METRICS_UNBLINDED,
                COHORT_METRICS_PUBLIC,
                COMPLETENESS,
                TRIAL_SUMMARIES,
                TRIAL_SUMMARIES_UNBLINDED,
                AUDIT,
                DEAD_LETTERS);
    }
}

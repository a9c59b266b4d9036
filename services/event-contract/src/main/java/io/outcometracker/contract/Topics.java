package io.outcometracker.contract;

import static io.outcometracker.contract.Services.COHORT;
import static io.outcometracker.contract.Services.INGEST;
import static io.outcometracker.contract.Services.METRICS;
import static io.outcometracker.contract.Services.METRICS_PUBLIC;
import static io.outcometracker.contract.Services.METRICS_UNBLINDED;
import static io.outcometracker.contract.Topic.Audience.AUDITORS;
import static io.outcometracker.contract.Topic.Audience.PUBLIC;
import static io.outcometracker.contract.Topic.Audience.SPONSOR;
import static io.outcometracker.contract.Topic.Audience.UNBLINDED;

import io.outcometracker.contract.Topic.Audience;
import io.outcometracker.contract.Topic.Kept;
import java.util.List;
import java.util.Set;

/** The catalogue: every public topic there is. */
public final class Topics {
    private static final int PARTITIONS = 6;
    /** Of participants, or of use to the services alone. */
    private static final Set<Audience> NOBODY = Set.of();

    private static final Set<Audience> SPONSOR_TOO = Set.of(SPONSOR, UNBLINDED);

    /** What is reported of participants: cohort-service counts it, and ingest-service holds the audit to it. */
    private static final Set<String> COUNTED_AND_AUDITED = Set.of(COHORT, INGEST);

    public static final Topic<Protocol> TRIALS = new Topic<>(
            "outcomes.trials.v1",
            INGEST,
            Set.of(INGEST, COHORT, METRICS, METRICS_UNBLINDED, METRICS_PUBLIC),
            Kept.LATEST,
            1,
            Protocol.class,
            SPONSOR_TOO);
    /** Names arms: unblinded material. */
    public static final Topic<Enrolment> ENROLMENTS = new Topic<>(
            "outcomes.enrolments.v1", INGEST, COUNTED_AND_AUDITED, Kept.FOR_EVER, PARTITIONS, Enrolment.class, NOBODY);

    public static final Topic<FollowUp> FOLLOW_UPS = new Topic<>(
            "outcomes.follow-ups.v1", INGEST, COUNTED_AND_AUDITED, Kept.FOR_EVER, PARTITIONS, FollowUp.class, NOBODY);
    public static final Topic<AdverseEvent> ADVERSE_EVENTS = new Topic<>(
            "outcomes.adverse-events.v1",
            INGEST,
            COUNTED_AND_AUDITED,
            Kept.FOR_EVER,
            PARTITIONS,
            AdverseEvent.class,
            NOBODY);

    public static final Topic<Erasure> ERASURES = new Topic<>(
            "outcomes.erasures.v1", INGEST, COUNTED_AND_AUDITED, Kept.FOR_EVER, PARTITIONS, Erasure.class, NOBODY);
    public static final Topic<Unblinding> UNBLINDINGS = new Topic<>(
            "outcomes.unblindings.v1", INGEST, COUNTED_AND_AUDITED, Kept.FOR_EVER, 1, Unblinding.class, NOBODY);
    public static final Topic<Rejection> REJECTIONS =
            new Topic<>("outcomes.rejections.v1", INGEST, Set.of(), Kept.NINETY_DAYS, 1, Rejection.class, SPONSOR_TOO);
    // What cohort-service publishes it reads to verify it.
    public static final Topic<Disposition> DISPOSITIONS = new Topic<>(
            "outcomes.dispositions.v1",
            COHORT,
            Set.of(INGEST, COHORT),
            Kept.LATEST,
            PARTITIONS,
            Disposition.class,
            NOBODY);
    public static final Topic<CohortMetric> COHORT_METRICS = new Topic<>(
            "outcomes.cohort-metrics.v1",
            COHORT,
            Set.of(COHORT, METRICS),
            Kept.LATEST,
            PARTITIONS,
            CohortMetric.class,
            SPONSOR_TOO);
    /** Has the arms of masked trials: unblinded material. */
    public static final Topic<CohortMetric> COHORT_METRICS_UNBLINDED = new Topic<>(
            "outcomes.cohort-metrics-unblinded.v1",
            COHORT,
            Set.of(COHORT, METRICS_UNBLINDED),
            Kept.LATEST,
            PARTITIONS,
            CohortMetric.class,
            Set.of(UNBLINDED));

    /** For everyone: only of trials that publish to everyone. */
    public static final Topic<CohortMetric> COHORT_METRICS_PUBLIC = new Topic<>(
            "outcomes.cohort-metrics-public.v1",
            COHORT,
            Set.of(COHORT, METRICS_PUBLIC),
            Kept.LATEST,
            PARTITIONS,
            CohortMetric.class,
            Set.of(SPONSOR, UNBLINDED, PUBLIC));

    public static final Topic<Completeness> COMPLETENESS = new Topic<>(
            "outcomes.completeness.v1",
            COHORT,
            Set.of(COHORT, METRICS),
            Kept.LATEST,
            PARTITIONS,
            Completeness.class,
            SPONSOR_TOO);
    public static final Topic<TrialSummary> TRIAL_SUMMARIES = new Topic<>(
            "outcomes.trial-summaries.v1",
            COHORT,
            Set.of(COHORT, METRICS),
            Kept.LATEST,
            PARTITIONS,
            TrialSummary.class,
            SPONSOR_TOO);
    /** Has the arms of masked trials: unblinded material. */
    public static final Topic<TrialSummary> TRIAL_SUMMARIES_UNBLINDED = new Topic<>(
            "outcomes.trial-summaries-unblinded.v1",
            COHORT,
            Set.of(COHORT, METRICS_UNBLINDED),
            Kept.LATEST,
            PARTITIONS,
            TrialSummary.class,
            Set.of(UNBLINDED));

    /** Each service writes its own acts. */
    public static final Topic<AuditEntry> AUDIT = new Topic<>(
            "outcomes.audit.v1",
            Topic.EVERY_SERVICE,
            Set.of(INGEST),
            Kept.FOR_EVER,
            PARTITIONS,
            AuditEntry.class,
            Set.of(AUDITORS));

    public static final Topic<DeadLetter> DEAD_LETTERS =
            new Topic<>("outcomes.dead-letters.v1", COHORT, Set.of(), Kept.NINETY_DAYS, 1, DeadLetter.class, NOBODY);

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

    /** Those that the service writes or reads. */
    public static List<Topic<?>> of(String service) {
        return all().stream()
                .filter(it -> it.isWrittenBy(service) || it.isReadBy(service))
                .toList();
    }
}

package io.outcometracker.contract;

import java.util.List;

/** The services by the names by which Kafka knows them: each has rights of its own, metrics-service one for each audience. */
public final class Services {
    public static final String INGEST = "ingest-service";
    public static final String COHORT = "cohort-service";
    /** For the sponsor. */
    public static final String METRICS = "metrics-service";

    public static final String METRICS_UNBLINDED = "metrics-service-unblinded";
    public static final String METRICS_PUBLIC = "metrics-service-public";

    private Services() {}

    public static List<String> all() {
        return List.of(INGEST, COHORT, METRICS, METRICS_UNBLINDED, METRICS_PUBLIC);
    }
}

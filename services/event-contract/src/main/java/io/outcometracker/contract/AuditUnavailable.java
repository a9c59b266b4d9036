package io.outcometracker.contract;

/** What was done could not be audited in time. */
public final class AuditUnavailable extends RuntimeException {
    AuditUnavailable(Throwable cause) {
        super("the audit trail does not take entries: " + cause.getClass().getSimpleName(), cause);
    }
}

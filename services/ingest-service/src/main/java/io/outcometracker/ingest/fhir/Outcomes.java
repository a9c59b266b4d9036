package io.outcometracker.ingest.fhir;

import io.outcometracker.ingest.ProblemType;
import io.outcometracker.ingest.Receipt.Result;
import io.outcometracker.ingest.domain.Problem;
import io.outcometracker.ingest.domain.ProblemCode;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.OperationOutcome;
import org.hl7.fhir.r4.model.OperationOutcome.IssueSeverity;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.hl7.fhir.r4.model.OperationOutcome.OperationOutcomeIssueComponent;
import org.jspecify.annotations.Nullable;

/** What became of resources, as FHIR says it. The codes of problems are those of every other answer. */
final class Outcomes {
    private static final String CODES = "urn:outcometracker:problem-code";
    private static final String TYPES = "urn:outcometracker:problem";

    private Outcomes() {}

    /** @param results of which those that are refused have issues */
    static OperationOutcome of(List<Result> results) {
        OperationOutcome outcome = new OperationOutcome();
        // Those of a resource of many records are the same for each.
        LinkedHashSet<Problem> problems = new LinkedHashSet<>();
        results.forEach(it -> problems.addAll(it.problems()));
        boolean others = problems.stream().anyMatch(it -> it.code() != ProblemCode.WITHHELD);
        problems.stream()
                .filter(it -> !others || it.code() != ProblemCode.WITHHELD)
                .forEach(it -> addTo(outcome, it));
        results.stream()
                .filter(Result::isContradicted)
                .forEach(
                        it -> outcome.addIssue()
                                .setSeverity(IssueSeverity.WARNING)
                                .setCode(IssueType.CONFLICT)
                                .setDetails(
                                        new CodeableConcept()
                                                .addCoding(new Coding()
                                                        .setSystem(CODES)
                                                        .setCode(it.disposition()))
                                                .setText(
                                                        "the record is stored and does not count: another that is held contradicts it")));
        results.stream()
                .map(Result::window)
                .filter(Objects::nonNull)
                .forEach(it -> outcome.addIssue()
                        .setSeverity(IssueSeverity.INFORMATION)
                        .setCode(IssueType.INFORMATIONAL)
                        .setDetails(new CodeableConcept()
                                .addCoding(new Coding()
                                        .setSystem(CODES)
                                        .setCode(it.code().name()))
                                .setText(it.message())));
        if (outcome.getIssue().isEmpty()) {
            outcome.addIssue()
                    .setSeverity(IssueSeverity.INFORMATION)
                    .setCode(IssueType.INFORMATIONAL)
                    .setDetails(new CodeableConcept().setText("accepted"));
        }
        return outcome;
    }

    static OperationOutcome ofProblems(List<Problem> problems) {
        OperationOutcome outcome = new OperationOutcome();
        problems.forEach(it -> addTo(outcome, it));
        return outcome;
    }

    static OperationOutcome of(ProblemType type, @Nullable String detail, List<Problem> errors) {
        OperationOutcome outcome = ofProblems(errors);
        String code = type.uri().toString().substring(TYPES.length() + 1);
        outcome.addIssue()
                .setSeverity(IssueSeverity.ERROR)
                .setCode(issueType(type))
                .setDetails(new CodeableConcept()
                        .addCoding(new Coding().setSystem(TYPES).setCode(code))
                        .setText(type.title()))
                .setDiagnostics(detail);
        return outcome;
    }

    private static void addTo(OperationOutcome outcome, Problem problem) {
        OperationOutcomeIssueComponent issue = outcome.addIssue()
                .setSeverity(IssueSeverity.ERROR)
                .setCode(issueType(problem.code()))
                .setDetails(new CodeableConcept()
                        .addCoding(new Coding()
                                .setSystem(CODES)
                                .setCode(problem.code().name()))
                        .setText(problem.message()))
                .setDiagnostics(problem.message());
        if (!problem.pointer().isEmpty()) {
            issue.addExpression(problem.pointer());
        }
    }

    private static IssueType issueType(ProblemCode code) {
        return switch (code) {
            case MISSING, REASON_REQUIRED -> IssueType.REQUIRED;
            case UNKNOWN_FIELD, NOT_FHIR -> IssueType.STRUCTURE;
            case UNSUPPORTED_ELEMENT -> IssueType.NOTSUPPORTED;
            case UNKNOWN_SITE, UNKNOWN_VISIT, UNKNOWN_INSTRUMENT, UNKNOWN_ARM, UNKNOWN_STRATUM -> IssueType.CODEINVALID;
            case SITE_NOT_YOURS, ROLE_NOT_YOURS -> IssueType.FORBIDDEN;
            case IDENTIFYING_FIELD, IDENTIFYING_VALUE, INCONSISTENT, TRIAL_MISMATCH, WITHHELD -> IssueType.BUSINESSRULE;
            default -> IssueType.VALUE;
        };
    }

    private static IssueType issueType(ProblemType type) {
        return switch (type) {
            case UNKNOWN_TRIAL, NOT_FOUND -> IssueType.NOTFOUND;
            case UNAUTHENTICATED -> IssueType.LOGIN;
            case FORBIDDEN -> IssueType.FORBIDDEN;
            case METHOD_NOT_ALLOWED, NOT_ACCEPTABLE, UNSUPPORTED_MEDIA_TYPE -> IssueType.NOTSUPPORTED;
            case BODY_TOO_LARGE, TOO_MANY_RECORDS -> IssueType.TOOLONG;
            case TOO_MANY_REQUESTS, OVERLOADED -> IssueType.THROTTLED;
            case ISSUER_UNAVAILABLE, KAFKA_UNAVAILABLE -> IssueType.TRANSIENT;
            case INTERNAL_ERROR -> IssueType.EXCEPTION;
            default -> IssueType.INVALID;
        };
    }
}

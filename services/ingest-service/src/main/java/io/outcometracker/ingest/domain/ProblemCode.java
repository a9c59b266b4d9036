package io.outcometracker.ingest.domain;

/** Stable codes of the rules; clients, rejections and metrics name them. */
public enum ProblemCode {
    /** A required field is absent. */
    MISSING,
    /** A field that records of this kind do not have. */
    UNKNOWN_FIELD,
    /** A field that may tell who the participant is, or free text. */
    IDENTIFYING_FIELD,
    /** What looks like a date, phone number, e-mail address, identity number or name, in a code or sentence. */
    IDENTIFYING_VALUE,
    /** Text where a number is needed, and the like. */
    WRONG_TYPE,
    /** A row of a table has more or fewer cells than the header. */
    WRONG_CELL_COUNT,
    /** A line that is no JSON object. */
    UNREADABLE_LINE,
    LINE_TOO_LONG,
    /** Not read, since too many lines before it were refused. */
    TOO_MANY_REFUSED,
    /** Not as FHIR R4 has it. */
    NOT_FHIR,
    /** FHIR that says what no record can say. */
    UNSUPPORTED_ELEMENT,
    /** Nothing is wrong with the record, but with one that it stands or falls with. */
    WITHHELD,
    /** Against the rule for codes. */
    INVALID_CODE,
    /** Not a day or time of the calendar, or before 1900. */
    INVALID_DATE,
    /** Not an ISO 8601 duration, or shorter than a second. */
    INVALID_DURATION,
    /** After today, or after now. */
    FUTURE_DATE,
    /** Not one of the words that the field may hold. */
    INVALID_CHOICE,
    /** Empty, too long, or with control characters. */
    INVALID_TEXT,
    /** Less than 1. */
    INVALID_VERSION,
    /** The caller has not the role whose business this kind of record is. */
    ROLE_NOT_YOURS,
    UNKNOWN_SITE,
    /** The record or its participant is of a site that is not the caller's. */
    SITE_NOT_YOURS,
    UNKNOWN_VISIT,
    UNKNOWN_INSTRUMENT,
    UNKNOWN_ARM,
    UNKNOWN_STRATUM,
    /** A result of an instrument that the protocol does not plan at the visit. */
    NOT_PLANNED,
    /** A number outside its range, or too large to be counted exactly. */
    OUT_OF_RANGE,
    /** A score between two of the instrument's steps. */
    OFF_STEP,
    /** A score with more decimals than the instrument, which does not allow rounding. */
    TOO_MANY_DECIMALS,
    WRONG_UNIT,
    /** A later version without the reason for the change. */
    REASON_REQUIRED,
    /** Fields that contradict the status. */
    INCONSISTENT,

    /** The trial of the body is not that of the address. */
    TRIAL_MISMATCH,
    /** The same code twice. */
    REPEATED_CODE,
    /** Two baselines or two controls. */
    MORE_THAN_ONE,
    /** A grouping with the name of one that is always there. */
    RESERVED_NAME,
    INVALID_WINDOW,
    /** Not a pattern of the kind that forms of codes have. */
    INVALID_PATTERN,
    /** Range, decimals and step of an instrument do not fit. */
    INVALID_SCALE,
    /** There is no such version of the catalogue of instruments. */
    UNKNOWN_CATALOGUE,
    /** A change of the plan that would give stored records another meaning. */
    CHANGES_STORED_DATA,
    /** A change of the plan that would make arms known, and not say by whom, when and why. */
    UNBLINDS,

    /** The trial has nothing to unblind. */
    NOT_MASKED
}

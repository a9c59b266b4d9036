package io.outcometracker.statistics;

/** Why a statistic has numbers that are null. */
public enum UndefinedReason {
    /** Fewer participants than the numbers need. */
    TOO_FEW,
    /** Nothing varies, so there is no scale to measure a difference on. */
    ZERO_VARIANCE,
    /** Within each arm all baselines are equal, so there is no slope to adjust by. */
    EQUAL_BASELINES,
    /** A score is zero or below and has no logarithm. */
    NOT_POSITIVE
}

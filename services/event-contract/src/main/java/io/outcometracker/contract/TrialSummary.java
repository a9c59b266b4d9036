package io.outcometracker.contract;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What is published of a cohort of a trial as a whole: how participants went through it (CONSORT 2025), and the adverse
 * events. Value of {@code outcomes.trial-summaries.v1} and {@code outcomes.trial-summaries-unblinded.v1}.
 *
 * @param asOf when it was computed, UTC
 */
public record TrialSummary(
        String trial, Cohort cohort, Flow flow, AdverseEvents adverseEvents, Instant asOf, int protocolVersion) {

    /**
     * Participants by how far they came.
     *
     * @param assessed for eligibility: everyone who was reported; who never enrolled is in no arm
     * @param excluded before enrolment
     * @param excludedBy by reason, how many of the excluded
     * @param randomised enrolled, that is assigned to an arm where the trial has arms
     * @param treated have a Day 1
     * @param onStudy enrolled and still there
     * @param offStudy enrolled and left, whether or not they withdrew from follow-up
     * @param withdrawn left by withdrawing from follow-up
     * @param leftBy by reason, how many of those off study
     */
    public record Flow(
            long assessed,
            long excluded,
            Map<String, Long> excludedBy,
            long randomised,
            long treated,
            long onStudy,
            long offStudy,
            long withdrawn,
            Map<String, Long> leftBy) {
        public Flow {
            Numbers.requireCounts("counts", assessed, excluded, randomised, treated, onStudy, offStudy, withdrawn);
            excludedBy = sorted(requireNonNull(excludedBy, "excludedBy"), "excludedBy");
            leftBy = sorted(requireNonNull(leftBy, "leftBy"), "leftBy");
        }

        /** In the same order always, so that the same summary is the same bytes. */
        private static Map<String, Long> sorted(Map<String, Long> counts, String field) {
            counts.values().forEach(it -> Numbers.requireCounts(field, requireNonNull(it, field)));
            return Collections.unmodifiableMap(new TreeMap<>(counts));
        }
    }

    /**
     * Adverse events that began on or after Day 1, of participants who have one.
     *
     * @param treated have a Day 1
     * @param participants with at least one event
     * @param share of treated participants, 0 to 1; absent if nobody is treated
     * @param events all of them, also several of one participant
     * @param seriousEvents the serious ones of them
     * @param participantsWithSerious with at least one serious event
     * @param worstMild participants whose worst event was mild
     * @param worstModerate participants whose worst event was moderate
     * @param worstSevere participants whose worst event was severe
     * @param participantMonths time from Day 1 to leaving the study or to {@code asOf}, both days included, in months of
     *     365.25 / 12 days
     * @param eventsPer100Months events in 100 participant-months; absent if there was no time
     */
    public record AdverseEvents(
            long treated,
            long participants,
            @Nullable Double share,
            long events,
            long seriousEvents,
            long participantsWithSerious,
            long worstMild,
            long worstModerate,
            long worstSevere,
            double participantMonths,
            @Nullable Double eventsPer100Months) {
        public AdverseEvents {
            Numbers.requireCounts(
                    "counts",
                    treated,
                    participants,
                    events,
                    seriousEvents,
                    participantsWithSerious,
                    worstMild,
                    worstModerate,
                    worstSevere);
            Numbers.requireRatio("share", share);
            Numbers.requireNotNegative(
                    "participantMonths and eventsPer100Months", participantMonths, eventsPer100Months);
        }
    }

    public TrialSummary {
        Code.require(trial, "trial");
        requireNonNull(cohort, "cohort");
        requireNonNull(flow, "flow");
        requireNonNull(adverseEvents, "adverseEvents");
        requireNonNull(asOf, "asOf");
        if (protocolVersion < 1) {
            throw new IllegalArgumentException("protocolVersion must be 1 or more");
        }
    }

    /** The topic's key: {@code trial|cohort}. */
    public String key() {
        return key(trial, cohort);
    }

    public static String key(String trial, Cohort cohort) {
        return trial + '|' + cohort;
    }

    /** Without the value of the grouping, which may name an arm, and without numbers. */
    @Override
    public String toString() {
        return "TrialSummary[" + trial + ", by " + cohort.by() + "]";
    }
}

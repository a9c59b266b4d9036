package io.outcometracker.cohort;

import io.outcometracker.cohort.chart.ParticipantEvent;
import io.outcometracker.contract.AdverseEvent;
import io.outcometracker.contract.AdverseEvent.Severity;
import io.outcometracker.contract.Enrolment;
import io.outcometracker.contract.Erasure;
import io.outcometracker.contract.FollowUp;
import io.outcometracker.contract.FollowUp.Comparator;
import io.outcometracker.testkit.WorkedExample;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What tests report of participants: each report is plausible as it is, and a test says only what matters to it. Unless
 * said otherwise, a participant of the worked example's trial was enrolled at site S1 into arm ACT, had the first
 * treatment on {@link #DAY1}, and everything happened on that day.
 */
public final class Reports {
    public static final LocalDate DAY1 = LocalDate.of(2025, 1, 13);

    private static final String SITE = "S1";

    private Reports() {}

    public static EnrolmentReport enrolment(String participant) {
        return new EnrolmentReport(participant);
    }

    /** At the baseline visit if the visit is called BL. */
    public static FollowUpReport score(String participant, String visit, String instrument, String value) {
        return new FollowUpReport(participant, visit, instrument, value);
    }

    public static FollowUpReport score(String participant, String visit, String instrument, int value) {
        return score(participant, visit, instrument, String.valueOf(value));
    }

    public static AdverseEventReport adverseEvent(String participant, String recordId) {
        return new AdverseEventReport(participant, recordId);
    }

    public static ParticipantEvent erasure(String participant) {
        return new ParticipantEvent.Erased(
                new Erasure(WorkedExample.TRIAL, participant, "DPO-1", "requested by the participant", Instant.EPOCH));
    }

    private static @Nullable String reasonForChange(int version) {
        return version == 1 ? null : "transcription error";
    }

    /** On study unless said otherwise. */
    public static final class EnrolmentReport {
        private final String participant;
        private String trial = WorkedExample.TRIAL;
        private int version = 1;
        private String site = SITE;
        private @Nullable String arm = "ACT";
        private @Nullable LocalDate day1 = DAY1;
        private @Nullable Map<String, String> strata;
        private Enrolment.Status status = Enrolment.Status.ON_STUDY;
        private @Nullable LocalDate offStudyOn;
        private @Nullable String offStudyReason;

        private EnrolmentReport(String participant) {
            this.participant = participant;
        }

        public EnrolmentReport trial(String code) {
            trial = code;
            return this;
        }

        public EnrolmentReport version(int number) {
            version = number;
            return this;
        }

        public EnrolmentReport site(String code) {
            site = code;
            return this;
        }

        public EnrolmentReport arm(@Nullable String code) {
            arm = code;
            return this;
        }

        public EnrolmentReport day1(@Nullable LocalDate date) {
            day1 = date;
            return this;
        }

        public EnrolmentReport strata(Map<String, String> values) {
            strata = values;
            return this;
        }

        public EnrolmentReport left(Enrolment.Status how, LocalDate on, @Nullable String reason) {
            status = how;
            offStudyOn = on;
            offStudyReason = reason;
            return this;
        }

        public EnrolmentReport screened() {
            return notEnrolled(Enrolment.Status.SCREENED, null);
        }

        public EnrolmentReport excluded(String reason) {
            return notEnrolled(Enrolment.Status.EXCLUDED, reason);
        }

        private EnrolmentReport notEnrolled(Enrolment.Status how, @Nullable String reason) {
            arm = null;
            day1 = null;
            status = how;
            offStudyReason = reason;
            return this;
        }

        public ParticipantEvent event() {
            return new ParticipantEvent.Enrolled(build());
        }

        public Enrolment build() {
            return new Enrolment(
                    trial,
                    participant,
                    version,
                    site,
                    arm,
                    day1,
                    strata,
                    status,
                    offStudyOn,
                    offStudyReason,
                    Instant.EPOCH,
                    1);
        }
    }

    /** A final score, and an amended one from version 2 on, unless said otherwise. */
    public static final class FollowUpReport {
        private final String participant;
        private final String instrument;
        private String trial = WorkedExample.TRIAL;
        private String recordId;
        private int version = 1;
        private String site = SITE;
        private String visit;
        private @Nullable String value;
        private @Nullable Comparator comparator;
        private @Nullable LocalDate assessedOn = DAY1;
        private FollowUp.@Nullable Status status;

        private FollowUpReport(String participant, String visit, String instrument, String value) {
            this.participant = participant;
            this.visit = visit;
            this.instrument = instrument;
            this.value = value;
            recordId = participant + '-' + visit + '-' + instrument;
        }

        public FollowUpReport trial(String code) {
            trial = code;
            return this;
        }

        public FollowUpReport record(String id) {
            recordId = id;
            return this;
        }

        public FollowUpReport version(int number) {
            version = number;
            return this;
        }

        public FollowUpReport site(String code) {
            site = code;
            return this;
        }

        public FollowUpReport visit(String code) {
            visit = code;
            return this;
        }

        public FollowUpReport assessedOn(@Nullable LocalDate date) {
            assessedOn = date;
            return this;
        }

        /** The value is a limit of detection. */
        public FollowUpReport outsideLimits(Comparator relation) {
            comparator = relation;
            return this;
        }

        public FollowUpReport notDone() {
            return withoutScore(FollowUp.Status.NOT_DONE);
        }

        public FollowUpReport retracted() {
            return withoutScore(FollowUp.Status.ENTERED_IN_ERROR);
        }

        private FollowUpReport withoutScore(FollowUp.Status why) {
            status = why;
            value = null;
            return this;
        }

        public ParticipantEvent event() {
            return new ParticipantEvent.FollowedUp(build());
        }

        public FollowUp build() {
            FollowUp.Status scored = version == 1 ? FollowUp.Status.FINAL : FollowUp.Status.AMENDED;
            return new FollowUp(
                    trial,
                    recordId,
                    version,
                    site,
                    participant,
                    visit,
                    visit.equals("BL"),
                    instrument,
                    value == null ? null : new BigDecimal(value),
                    value,
                    null,
                    comparator,
                    assessedOn,
                    status == null ? scored : status,
                    reasonForChange(version),
                    status == FollowUp.Status.NOT_DONE ? "missed" : null,
                    Instant.EPOCH,
                    1);
        }
    }

    /** Mild and not serious unless said otherwise. */
    public static final class AdverseEventReport {
        private final String participant;
        private final String recordId;
        private int version = 1;
        private String site = SITE;
        private LocalDate onsetOn = DAY1;
        private Severity severity = Severity.MILD;
        private boolean serious;
        private boolean retracted;

        private AdverseEventReport(String participant, String recordId) {
            this.participant = participant;
            this.recordId = recordId;
        }

        public AdverseEventReport version(int number) {
            version = number;
            return this;
        }

        public AdverseEventReport site(String code) {
            site = code;
            return this;
        }

        public AdverseEventReport onset(LocalDate date) {
            onsetOn = date;
            return this;
        }

        public AdverseEventReport severity(Severity grade) {
            severity = grade;
            return this;
        }

        public AdverseEventReport serious() {
            serious = true;
            return this;
        }

        public AdverseEventReport retracted() {
            retracted = true;
            return this;
        }

        public ParticipantEvent event() {
            return new ParticipantEvent.HadAdverseEvent(build());
        }

        public AdverseEvent build() {
            AdverseEvent.Status stated = version == 1 ? AdverseEvent.Status.FINAL : AdverseEvent.Status.AMENDED;
            return new AdverseEvent(
                    WorkedExample.TRIAL,
                    recordId,
                    version,
                    site,
                    participant,
                    "10013968",
                    onsetOn,
                    severity,
                    serious,
                    retracted ? AdverseEvent.Status.ENTERED_IN_ERROR : stated,
                    reasonForChange(version),
                    Instant.EPOCH,
                    1);
        }
    }
}

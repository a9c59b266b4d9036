package io.outcometracker.loader.simulation;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The files of a study folder in the making. Within a file, rows stand in the order in which they were reported. */
final class StudyFiles {
    private final String trial;
    private final boolean armsAreKnownToSites;
    private final Sheet scores = new Sheet("trial,site,participant,arm,visit,visit_day,instrument,score");
    private final Sheet enrolments = new Sheet("participant,version,site,arm,day1,status,offStudyOn,offStudyReason");
    private final Sheet followUps = new Sheet("recordId,version,site,participant,visit,instrument,value,comparator,"
            + "assessedOn,status,reasonForChange,notDoneReason");
    private final Sheet adverseEvents =
            new Sheet("recordId,version,site,participant,term,onsetOn,severity,serious,status,reasonForChange");

    /** @param armsAreKnownToSites false for a masked trial, of which only enrolments name the arms */
    StudyFiles(String trial, boolean armsAreKnownToSites) {
        this.trial = trial;
        this.armsAreKnownToSites = armsAreKnownToSites;
    }

    private record Row(LocalDate reportedOn, String cells) {}

    private record Sheet(String header, List<Row> rows) {
        Sheet(String header) {
            this(header, new ArrayList<>());
        }

        void add(LocalDate reportedOn, @Nullable Object... cells) {
            rows.add(new Row(
                    reportedOn,
                    Stream.of(cells).map(it -> it == null ? "" : it.toString()).collect(Collectors.joining(","))));
        }

        void writeTo(Path file) throws IOException {
            if (!rows.isEmpty()) {
                Stream<String> lines = rows.stream()
                        .sorted(Comparator.comparing(Row::reportedOn))
                        .map(Row::cells);
                Files.writeString(
                        file, Stream.concat(Stream.of(header), lines).collect(Collectors.joining("\n", "", "\n")));
            }
        }
    }

    /** Of a participant who was looked at and is not enrolled, or not yet. */
    void screening(LocalDate reportedOn, String participant, int version, String site, String status, String reason) {
        enrolments.add(reportedOn, participant, version, site, "", "", status, "", reason);
    }

    /** @param arm as recorded, which may be wrong */
    void onStudy(LocalDate reportedOn, Participant participant, int version, @Nullable String arm) {
        enrolments.add(
                reportedOn,
                participant.code(),
                version,
                participant.site(),
                arm,
                participant.day1(),
                "on-study",
                "",
                "");
    }

    void leaving(LocalDate reportedOn, Participant participant, int version, String status, String reason) {
        enrolments.add(
                reportedOn,
                participant.code(),
                version,
                participant.site(),
                participant.arm(),
                participant.day1(),
                status,
                participant.offStudyOn(),
                reason);
    }

    /** A score as it was first reported. */
    void score(Assessment assessment, BigDecimal score) {
        Participant participant = assessment.participant();
        scores.add(
                assessment.reportedOn(),
                trial,
                participant.site(),
                participant.code(),
                armsAreKnownToSites ? participant.arm() : "",
                assessment.visit().code(),
                assessment.studyDay(),
                assessment.measure().code(),
                score.toPlainString());
    }

    /** A record that is more than a score, or comes after one. */
    final class FollowUp {
        private final Assessment assessment;
        private final String recordId;

        private FollowUp(Assessment assessment, String idSuffix) {
            this.assessment = assessment;
            this.recordId = assessment.participant().code()
                    + '-'
                    + assessment.visit().code()
                    + '-'
                    + assessment.measure().code()
                    + idSuffix;
        }

        void sent(LocalDate on, BigDecimal value) {
            add(on, 1, value, null, "final", null, null);
        }

        void belowLimit(BigDecimal limit) {
            add(assessment.reportedOn(), 1, limit, "<", "final", null, null);
        }

        void notDone(String reason) {
            add(assessment.reportedOn(), 1, null, null, "not-done", null, reason);
        }

        void amended(LocalDate on, int version, BigDecimal value, String reason) {
            add(on, version, value, null, "amended", reason, null);
        }

        void enteredInError(LocalDate on, int version, String reason) {
            add(on, version, null, null, "entered-in-error", reason, null);
        }

        private void add(
                LocalDate on,
                int version,
                @Nullable BigDecimal value,
                @Nullable String comparator,
                String status,
                @Nullable String reasonForChange,
                @Nullable String notDoneReason) {
            followUps.add(
                    on,
                    recordId,
                    version,
                    assessment.participant().site(),
                    assessment.participant().code(),
                    assessment.visit().code(),
                    assessment.measure().code(),
                    value == null ? null : value.toPlainString(),
                    comparator,
                    value == null ? null : assessment.assessedOn(),
                    status,
                    reasonForChange,
                    notDoneReason);
        }
    }

    /** Of the record that a score of {@code long.csv} has, too. */
    FollowUp followUp(Assessment assessment) {
        return new FollowUp(assessment, "");
    }

    FollowUp anotherRecord(Assessment assessment) {
        return new FollowUp(assessment, "-B");
    }

    void adverseEvent(
            LocalDate reportedOn,
            Participant participant,
            int number,
            int version,
            @Nullable AdverseEvent event,
            @Nullable String reasonForChange) {
        adverseEvents.add(
                reportedOn,
                participant.code() + "-AE-" + number,
                version,
                participant.site(),
                participant.code(),
                event == null ? null : event.term(),
                event == null ? null : event.onsetOn(),
                event == null ? null : event.severity(),
                event == null ? null : event.serious(),
                event == null ? "entered-in-error" : version == 1 ? "final" : "amended",
                reasonForChange);
    }

    /** What a site says about an adverse event. */
    record AdverseEvent(String term, LocalDate onsetOn, String severity, boolean serious) {}

    void writeTo(Path folder) throws IOException {
        Files.createDirectories(folder);
        scores.writeTo(folder.resolve("long.csv"));
        enrolments.writeTo(folder.resolve("enrolments.csv"));
        followUps.writeTo(folder.resolve("follow-ups.csv"));
        adverseEvents.writeTo(folder.resolve("adverse-events.csv"));
    }
}

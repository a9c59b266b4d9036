package io.outcometracker.testkit;

import io.outcometracker.contract.Disposition.Fate;
import io.outcometracker.contract.Enrolment;
import io.outcometracker.contract.FollowUp;
import io.outcometracker.contract.Json;
import io.outcometracker.contract.Protocol;
import io.outcometracker.contract.Protocol.Arm;
import io.outcometracker.contract.Protocol.Instrument;
import io.outcometracker.contract.Protocol.Mcid;
import io.outcometracker.contract.Protocol.Visit;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A small synthetic trial whose every figure was checked in R: 10 participants, 2 arms, 3 visits, 2 instruments, and 80
 * events with all the trouble of trial work. Results are as of {@link #AS_OF}.
 */
public final class WorkedExample {
    public static final String TRIAL = "CLBP-CELL-01";
    public static final Instant AS_OF = Instant.parse("2025-09-25T12:00:00Z");

    private WorkedExample() {}

    /**
     * An event that passed the door.
     *
     * @param expected what must become of it
     */
    public record Step(
            int seq,
            @Nullable Enrolment enrolment,
            @Nullable FollowUp followUp,
            Fate expected) {}

    /** One figure: {@code cohort,ACT,BL,NRS,mean,6.6}. */
    public record Expected(String scope, String arm, String visit, String instrument, String metric, String value) {}

    /** State of a cohort after an event: sums, and the counts as {@code value:count} and {@code baseline>value:count}. */
    public record Snapshot(
            int afterSeq, String arm, String visit, String instrument, String histogram, String pairHistogram) {}

    public static Protocol protocol() {
        return new Protocol(
                TRIAL,
                "Worked example (synthetic)",
                1,
                false,
                List.of(new Arm("ACT", "Active", false), new Arm("PBO", "Placebo", true)),
                List.of("S1", "S2"),
                List.of(
                        new Visit("BL", "Baseline", 1, -14, 1, true),
                        new Visit("W4", "Week 4", 29, 22, 36, false),
                        new Visit("M4", "Month 4", 121, 107, 135, false)),
                List.of(instrument("NRS", 10, 2), instrument("ODI", 100, 10)),
                List.of());
    }

    private static Instrument instrument(String code, int max, int mcid) {
        return new Instrument(
                code,
                code,
                null,
                null,
                BigDecimal.ZERO,
                BigDecimal.valueOf(max),
                0,
                BigDecimal.ONE,
                null,
                true,
                null,
                null,
                false,
                new Mcid(BigDecimal.valueOf(mcid), Mcid.Kind.ABS, "worked example"));
    }

    /** The events, without those that are refused at the door. */
    public static List<Step> steps() {
        List<Step> steps = new ArrayList<>();
        Map<String, Enrolment> enrolled = new HashMap<>();
        for (String line : lines("events.jsonl")) {
            JsonNode event = Json.MAPPER.readTree(line);
            int seq = event.get("seq").intValue();
            Fate expected = fate(event);
            if (expected == null) {
                continue;
            }
            switch (event.get("type").stringValue()) {
                case "record" -> steps.add(new Step(seq, null, followUp(event), expected));
                case "enrolment" -> {
                    Enrolment enrolment = enrolment(event);
                    enrolled.put(enrolment.participant(), enrolment);
                    steps.add(new Step(seq, enrolment, null, expected));
                }
                case "offstudy" -> {
                    Enrolment left = left(
                            Objects.requireNonNull(
                                    enrolled.get(event.get("participant").stringValue())),
                            event);
                    steps.add(new Step(seq, left, null, expected));
                }
                default -> throw new IllegalStateException("unknown type of event " + seq);
            }
        }
        return steps;
    }

    private static @Nullable Fate fate(JsonNode event) {
        boolean retraction = "entered-in-error".equals(text(event, "status"));
        return switch (event.get("expect").stringValue()) {
            case "ACCEPTED" -> retraction ? Fate.RETRACTED : Fate.APPLIED;
            case "PARKED_NO_ENROLMENT" -> Fate.PARKED;
            case "STALE_VERSION" -> Fate.STALE;
            case "DUPLICATE" -> Fate.DUPLICATE;
            case "REJECTED_VERSION_REUSED" -> Fate.VERSION_REUSED;
            case "CONFLICT_SLOT_OCCUPIED" -> Fate.CONFLICT;
            case "REJECTED_AFTER_WITHDRAWAL" -> Fate.WITHDRAWN;
            default -> null;
        };
    }

    private static FollowUp followUp(JsonNode event) {
        String visit = event.get("visit").stringValue();
        JsonNode value = event.get("value");
        return new FollowUp(
                TRIAL,
                event.get("recordId").stringValue(),
                event.get("version").intValue(),
                event.get("site").stringValue(),
                event.get("participant").stringValue(),
                visit,
                visit.equals("BL"),
                event.get("instrument").stringValue(),
                value.isNull() ? null : value.decimalValue(),
                value.isNull() ? null : value.toString(),
                null,
                null,
                LocalDate.parse(event.get("assessmentDate").stringValue()),
                status(event),
                text(event, "reasonForChange"),
                text(event, "notDoneReason"),
                AS_OF,
                1);
    }

    /** The example calls a record without a value final where it gives a reason for not doing it. */
    private static FollowUp.Status status(JsonNode event) {
        return event.has("notDoneReason")
                ? FollowUp.Status.NOT_DONE
                : Json.MAPPER.treeToValue(event.get("status"), FollowUp.Status.class);
    }

    private static Enrolment enrolment(JsonNode event) {
        return new Enrolment(
                TRIAL,
                event.get("participant").stringValue(),
                event.get("version").intValue(),
                event.get("site").stringValue(),
                event.get("arm").stringValue(),
                LocalDate.parse(event.get("day1").stringValue()),
                null,
                Enrolment.Status.ON_STUDY,
                null,
                null,
                AS_OF,
                1);
    }

    private static Enrolment left(Enrolment before, JsonNode event) {
        String reason = event.get("reason").stringValue();
        return new Enrolment(
                TRIAL,
                before.participant(),
                before.version() + 1,
                before.site(),
                before.arm(),
                before.day1(),
                before.strata(),
                reason.startsWith("WITHDRAWAL") ? Enrolment.Status.FOLLOW_UP_WITHDRAWN : Enrolment.Status.OFF_STUDY,
                LocalDate.parse(event.get("date").stringValue()),
                reason,
                AS_OF,
                1);
    }

    /** Who was looked at and not enrolled; the example gives their number and reasons only. */
    public static List<Enrolment> screened() {
        return List.of(
                excluded("P11", "INELIGIBLE"),
                excluded("P12", "INELIGIBLE"),
                excluded("P13", "INELIGIBLE"),
                excluded("P14", "DECLINED"));
    }

    private static Enrolment excluded(String participant, String reason) {
        return new Enrolment(
                TRIAL, participant, 1, "S1", null, null, null, Enrolment.Status.EXCLUDED, null, reason, AS_OF, 1);
    }

    private static @Nullable String text(JsonNode event, String field) {
        JsonNode value = event.get(field);
        return value == null || value.isNull() ? null : value.stringValue();
    }

    public static List<Expected> expected() {
        return cells("expected.csv").stream()
                .map(it -> new Expected(it[0], it[1], it[2], it[3], it[4], it[5]))
                .toList();
    }

    public static List<Snapshot> snapshots() {
        return cells("snapshots.csv").stream()
                .map(it -> new Snapshot(Integer.parseInt(it[0]), it[1], it[2], it[3], it[7], it[14]))
                .toList();
    }

    private static List<String[]> cells(String file) {
        return lines(file).stream().skip(1).map(it -> it.split(",", -1)).toList();
    }

    private static List<String> lines(String file) {
        try (InputStream in = WorkedExample.class.getResourceAsStream("/worked-example/" + file)) {
            return new String(Objects.requireNonNull(in, file).readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

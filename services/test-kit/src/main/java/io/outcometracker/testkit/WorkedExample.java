package io.outcometracker.testkit;

import io.outcometracker.contract.Cohort;
import io.outcometracker.contract.CohortMetric;
import io.outcometracker.contract.Disposition.Fate;
import io.outcometracker.contract.Endpoint;
import io.outcometracker.contract.Enrolment;
import io.outcometracker.contract.FollowUp;
import io.outcometracker.contract.Json;
import io.outcometracker.contract.Protocol;
import io.outcometracker.contract.Protocol.Arm;
import io.outcometracker.contract.Protocol.Instrument;
import io.outcometracker.contract.Protocol.Mcid;
import io.outcometracker.contract.Protocol.Visit;
import io.outcometracker.contract.TrialSummary;
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
import java.util.Set;
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
    public record Expected(String scope, String arm, String visit, String instrument, String metric, String value) {
        /** Intermediate results, which nobody is shown. */
        private static final Set<String> NOT_PUBLISHED = Set.of(
                "sum",
                "sumsq",
                "q1_type6",
                "q1_type7",
                "q3_type6",
                "q3_type7",
                "hedges_j_approx",
                "mse",
                "rss",
                "sx_act",
                "sx_ctl",
                "sxx_act",
                "sxx_ctl",
                "sxy_act",
                "sxy_ctl",
                "sy_act",
                "sy_ctl",
                "syy_act",
                "syy_ctl",
                "within_xx",
                "within_xy",
                "within_yy");

        /** Names in the JSON, where they are others than in the table. */
        private static final Map<String, String> NAMES = Map.ofEntries(
                Map.entry("ci_lo", "ci/0"),
                Map.entry("ci_hi", "ci/1"),
                Map.entry("lo_pct", "ci/0"),
                Map.entry("hi_pct", "ci/1"),
                Map.entry("pct", "rate"),
                Map.entry("n_act", "nActive"),
                Map.entry("n_ctl", "nControl"),
                Map.entry("diff", "difference"),
                Map.entry("adj_diff", "difference"),
                Map.entry("lsmean_act", "adjustedMeanActive"),
                Map.entry("lsmean_ctl", "adjustedMeanControl"),
                Map.entry("sd_pooled", "hedgesG/pooledSd"),
                Map.entry("cohen_d", "hedgesG/d"),
                Map.entry("hedges_j", "hedgesG/correction"),
                Map.entry("hedges_g", "hedgesG/g"),
                Map.entry("hedges_g_se", "hedgesG/se"),
                Map.entry("hedges_g_ci_lo", "hedgesG/ci/0"),
                Map.entry("hedges_g_ci_hi", "hedgesG/ci/1"),
                Map.entry("RECEIVED_IN_WINDOW", "receivedInWindow"),
                Map.entry("RECEIVED_EARLY", "receivedEarly"),
                Map.entry("RECEIVED_LATE", "receivedLate"),
                Map.entry("NOT_DONE", "notDone"),
                Map.entry("NOT_EXPECTED", "notExpected"),
                Map.entry("NOT_DUE", "notDue"),
                Map.entry("DUE", "due"),
                Map.entry("MISSED", "missed"),
                Map.entry("OVERDUE", "overdue"),
                Map.entry("completeness_pct", "completeness"),
                Map.entry("retention_pct", "retention"),
                Map.entry("out_of_window_pct", "outOfWindow"),
                Map.entry("lost_to_follow_up", "leftBy/LOST TO FOLLOW-UP"),
                Map.entry("on_study", "onStudy"),
                Map.entry("excluded_ineligible", "excludedBy/INELIGIBLE"),
                Map.entry("excluded_declined", "excludedBy/DECLINED"));

        /** Those in the flow of participants who count at an endpoint. */
        private static final String ANALYSED = "analysed_M4_NRS";

        /** With which it is published: a comparison stands with the active arm. */
        public Cohort cohort() {
            return switch (arm) {
                case "ALL" -> Cohort.ALL;
                case "ACT-PBO" -> Cohort.arm("ACT");
                default -> Cohort.arm(arm);
            };
        }

        /** Of which it is published; absent for a figure of the trial's summary. */
        public @Nullable Endpoint endpoint(String trial) {
            if (metric.equals(ANALYSED)) {
                return new Endpoint(trial, "M4", "NRS");
            }
            return scope.equals("consort") ? null : new Endpoint(trial, visit, instrument);
        }

        /** Key of the message that has it: a metric or completeness, or a summary of the trial. */
        public String key(String trial) {
            Endpoint endpoint = endpoint(trial);
            return endpoint == null ? TrialSummary.key(trial, cohort()) : CohortMetric.key(endpoint, cohort());
        }

        /**
         * Where it stands in the JSON of a metric or of a summary, or, for completeness, of the counts; absent where it
         * is not published.
         */
        public @Nullable String pointer() {
            if (NOT_PUBLISHED.contains(metric.replaceFirst("^chg_", ""))) {
                return null;
            }
            return switch (scope) {
                case "cohort" -> ofCohort();
                case "responder" -> ofResponders();
                case "between_value" -> "/versusControl/value/" + name(metric);
                case "between_change" -> "/versusControl/change/" + name(metric);
                case "ancova" -> "/versusControl/ancova/" + name(metric);
                case "completeness" -> "/" + name(metric);
                case "consort" -> metric.equals(ANALYSED) ? "/n" : "/flow/" + name(metric);
                default -> throw new IllegalStateException(scope);
            };
        }

        private String ofCohort() {
            if (metric.startsWith("pchg_")) {
                return "/percentChange/" + name(metric.substring("pchg_".length()));
            }
            return metric.startsWith("chg_")
                    ? "/change/" + name(metric.substring("chg_".length()))
                    : "/" + name(metric);
        }

        private String ofResponders() {
            String[] parts = metric.split("_", 3);
            return "/responders/" + parts[0].replace("resp", "").replace("MCID", "mcid")
                    + (parts[1].equals("oc") ? "/observed/" : "/imputed/") + name(parts[2]);
        }

        private static String name(String metric) {
            return NAMES.getOrDefault(metric, metric);
        }

        public double number() {
            return Double.parseDouble(value);
        }

        /**
         * The figure that was published, in the unit of the table.
         *
         * @param json of what {@link #pointer} points into
         * @throws AssertionError if it is not there
         */
        public double in(JsonNode json) {
            String pointer = Objects.requireNonNull(pointer(), metric);
            JsonNode figure = json.at(pointer);
            if (figure.isMissingNode() && pointer.startsWith("/flow/leftBy/")) {
                return 0; // nobody left for this reason
            }
            if (!figure.isNumber()) {
                throw new AssertionError(this + ": no number at " + pointer);
            }
            return metric.endsWith("pct") ? 100 * figure.doubleValue() : figure.doubleValue();
        }
    }

    /** State of a cohort after an event: sums, and the counts as {@code value:count} and {@code baseline>value:count}. */
    public record Snapshot(
            int afterSeq, String arm, String visit, String instrument, String histogram, String pairHistogram) {}

    public static Protocol protocol() {
        return protocol(false);
    }

    /** The same with p-values, which the table has. */
    public static Protocol protocolWithPValues() {
        return protocol(true);
    }

    private static Protocol protocol(boolean pValues) {
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
                List.of(),
                pValues,
                null,
                null);
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

package io.outcometracker.loader;

import io.outcometracker.contract.AdverseEvent;
import io.outcometracker.contract.Cohort;
import io.outcometracker.contract.Enrolment;
import io.outcometracker.contract.FollowUp;
import io.outcometracker.contract.Json;
import io.outcometracker.contract.Protocol;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** Reads a study folder; the module's README says what may be in it. Wrong content is a {@link LoadFailure}. */
final class StudyFolder {
    private static final YAMLMapper YAML = YAMLMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .build();
    private static final String STRATA_PREFIX = "strata.";
    private static final Set<String> ENROLMENT_COLUMNS =
            Set.of("participant", "version", "site", "arm", "day1", "status", "offStudyOn", "offStudyReason");
    private static final Set<String> FOLLOW_UP_COLUMNS = Set.of(
            "recordId",
            "version",
            "site",
            "participant",
            "visit",
            "instrument",
            "value",
            "unit",
            "comparator",
            "assessedOn",
            "status",
            "reasonForChange",
            "notDoneReason");
    private static final Set<String> ADVERSE_EVENT_COLUMNS = Set.of(
            "recordId",
            "version",
            "site",
            "participant",
            "term",
            "onsetOn",
            "severity",
            "serious",
            "status",
            "reasonForChange");

    private final Path folder;
    private final Codes trials = new Codes();
    private final Codes sites = new Codes();
    private final Codes participants = new Codes();
    private final Codes arms = new Codes();
    private final Codes visits = new Codes();
    private final Codes instruments = new Codes();
    private final List<String> notes = new ArrayList<>();

    private StudyFolder(Path folder) {
        this.folder = folder;
    }

    static Study read(Path folder) {
        return new StudyFolder(folder).read();
    }

    private Study read() {
        List<Score> scores = scores();
        String trial = trials.originals().keySet().iterator().next();
        List<FollowUpRecord> further = furtherFollowUps();
        Optional<Protocol> given = protocol(trial);
        Protocol protocol = given.orElseGet(() ->
                DerivedProtocol.of(trial, sites, arms, visits, described(scores).values(), scores, further));
        scores.forEach(score -> requirePlanned(score, protocol));

        List<EnrolmentRecord> enrolments = enrolments().orElseGet(() -> enrolmentsOf(scores));
        Map<String, EnrolmentRecord> enrolled = new HashMap<>();
        for (EnrolmentRecord enrolment : enrolments) {
            enrolled.merge(enrolment.participant(), enrolment, (a, b) -> a.version() >= b.version() ? a : b);
        }
        List<FollowUpRecord> followUps = new ArrayList<>();
        Map<String, Score> byRecord = new HashMap<>();
        for (Score score : scores) {
            FollowUpRecord followUp = followUp(score, protocol, enrolled);
            Score earlier = byRecord.put(followUp.recordId(), score);
            if (earlier != null) {
                throw score.row()
                        .failure(
                                "score",
                                "the same participant, visit and instrument as in line "
                                        + earlier.row().line());
            }
            followUps.add(followUp);
        }
        followUps.addAll(further);
        requireOneRecordPerSlot(followUps);
        List<AdverseEventRecord> adverseEvents = adverseEvents();
        noteCodes();
        return new Study(protocol, given.isEmpty(), enrolments, followUps, adverseEvents, published(protocol), notes);
    }

    private Optional<Path> file(String name) {
        return Optional.of(folder.resolve(name)).filter(Files::isRegularFile);
    }

    private List<Score> scores() {
        CsvTable table = CsvTable.read(
                file("long.csv").orElseThrow(() -> new LoadFailure("there is no long.csv in " + folder)),
                "trial",
                "site",
                "participant",
                "arm",
                "visit",
                "visit_day",
                "instrument",
                "score");
        boolean countsElapsedDays = table.rows().stream().anyMatch(row -> Objects.equals(row.day("visit_day"), 0));
        List<Score> scores = new ArrayList<>();
        Map<String, Score> firstOf = new HashMap<>();
        int empty = 0;
        for (CsvTable.Row row : table.rows()) {
            trials.fit(row, "trial");
            if (trials.originals().size() > 1) {
                throw row.failure("trial", "another trial than above; a study folder holds one");
            }
            Integer day = row.day("visit_day");
            BigDecimal value = row.number("score");
            String arm = row.text("arm") == null ? null : arms.fit(row, "arm");
            Score score = new Score(
                    row,
                    sites.fit(row, "site"),
                    participants.fit(row, "participant"),
                    arm,
                    visits.fit(row, "visit"),
                    day != null && countsElapsedDays && day >= 0 ? Integer.valueOf(day + 1) : day,
                    instruments.fit(row, "instrument"),
                    value == null ? BigDecimal.ZERO : value);
            Score first = firstOf.computeIfAbsent(score.participant(), key -> score);
            if (!first.site().equals(score.site())) {
                throw row.failure(
                        "site",
                        "another site than that of the same participant in line "
                                + first.row().line());
            }
            if (!Objects.equals(first.arm(), score.arm())) {
                throw row.failure(
                        "arm",
                        "another arm than that of the same participant in line "
                                + first.row().line());
            }
            if (value == null) {
                empty++;
            } else {
                scores.add(score);
            }
        }
        if (scores.isEmpty()) {
            throw table.failure("there is no score");
        }
        if (empty > 0) {
            notes.add(empty + " rows of long.csv have no score and are not sent");
        }
        return scores;
    }

    private Optional<Protocol> protocol(String trial) {
        return file("protocol.yml").map(path -> {
            try {
                JsonNode tree = YAML.readTree(Files.readAllBytes(path));
                if (!(tree instanceof ObjectNode plan)) {
                    throw new LoadFailure("protocol.yml must be a mapping");
                }
                if (!plan.hasNonNull("trial")) {
                    plan.put("trial", trial);
                }
                Protocol protocol = YAML.treeToValue(plan, Protocol.class);
                if (!protocol.trial().equals(trial)) {
                    throw new LoadFailure("protocol.yml is of trial " + protocol.trial() + ", long.csv of " + trial);
                }
                return protocol;
            } catch (JacksonException e) {
                throw new LoadFailure("protocol.yml: " + e.getOriginalMessage());
            } catch (IOException e) {
                throw new LoadFailure("protocol.yml is not readable: " + e.getMessage());
            }
        });
    }

    private Map<String, DerivedProtocol.InstrumentRow> described(List<Score> scores) {
        CsvTable table = CsvTable.read(
                file("instruments.csv")
                        .orElseThrow(() ->
                                new LoadFailure("there is neither instruments.csv nor protocol.yml in " + folder)),
                "instrument",
                "direction");
        Map<String, DerivedProtocol.InstrumentRow> rows = new LinkedHashMap<>();
        for (CsvTable.Row row : table.rows()) {
            String direction = row.required("direction");
            if (!Set.of("lower", "higher").contains(direction)) {
                throw row.failure("direction", "says which way is improvement: lower or higher");
            }
            var described = new DerivedProtocol.InstrumentRow(
                    instruments.fit(row, "instrument"),
                    row.text("label"),
                    row.number("min"),
                    row.number("max"),
                    direction.equals("lower"));
            if (described.min() != null
                    && described.max() != null
                    && described.min().compareTo(described.max()) > 0) {
                throw row.failure("max", "is below min");
            }
            if (rows.put(described.code(), described) != null) {
                throw row.failure("instrument", "is there twice");
            }
        }
        for (Score score : scores) {
            if (!rows.containsKey(score.instrument())) {
                throw score.row().failure("instrument", "is not in instruments.csv");
            }
        }
        return rows;
    }

    private static void requirePlanned(Score score, Protocol protocol) {
        CsvTable.Row row = score.row();
        String arm = score.arm();
        if (protocol.visit(score.visit()).isEmpty()) {
            throw row.failure("visit", "is not in the protocol");
        }
        if (protocol.instrument(score.instrument()).isEmpty()) {
            throw row.failure("instrument", "is not in the protocol");
        }
        if (!protocol.isPlanned(score.visit(), score.instrument())) {
            throw row.failure("instrument", "is not planned at this visit in the protocol");
        }
        if (!protocol.sites().contains(score.site())) {
            throw row.failure("site", "is not in the protocol");
        }
        if (arm != null && protocol.arm(arm).isEmpty()) {
            throw row.failure("arm", "is not in the protocol");
        }
    }

    private Optional<List<EnrolmentRecord>> enrolments() {
        return file("enrolments.csv").map(path -> {
            CsvTable table = CsvTable.read(path, "participant", "site");
            requireKnown(table, ENROLMENT_COLUMNS);
            return table.rows().stream()
                    .map(row -> new EnrolmentRecord(
                            participants.fit(row, "participant"),
                            version(row),
                            sites.fit(row, "site"),
                            row.text("arm") == null ? null : arms.fit(row, "arm"),
                            row.date("day1"),
                            strata(row, table.columns()),
                            constant(row, "status", Enrolment.Status.class, Enrolment.Status.ON_STUDY),
                            row.date("offStudyOn"),
                            row.text("offStudyReason")))
                    .toList();
        });
    }

    private static @Nullable Map<String, String> strata(CsvTable.Row row, Set<String> columns) {
        Map<String, String> strata = new TreeMap<>();
        for (String column : columns) {
            String value = row.text(column);
            if (column.startsWith(STRATA_PREFIX) && value != null) {
                strata.put(column.substring(STRATA_PREFIX.length()), value);
            }
        }
        return strata.isEmpty() ? null : strata;
    }

    private static List<EnrolmentRecord> enrolmentsOf(List<Score> scores) {
        Map<String, EnrolmentRecord> enrolments = new LinkedHashMap<>();
        for (Score score : scores) {
            enrolments.computeIfAbsent(
                    score.participant(),
                    participant -> new EnrolmentRecord(
                            participant,
                            1,
                            score.site(),
                            score.arm(),
                            DerivedProtocol.DAY_1,
                            null,
                            Enrolment.Status.ON_STUDY,
                            null,
                            null));
        }
        return List.copyOf(enrolments.values());
    }

    private static FollowUpRecord followUp(Score score, Protocol protocol, Map<String, EnrolmentRecord> enrolled) {
        EnrolmentRecord enrolment = enrolled.get(score.participant());
        if (enrolment == null) {
            throw score.row().failure("participant", "is not in enrolments.csv");
        }
        if (score.arm() != null && !score.arm().equals(enrolment.arm())) {
            throw score.row().failure("arm", "is another one in enrolments.csv");
        }
        LocalDate day1 = enrolment.day1();
        if (day1 == null) {
            throw score.row().failure("participant", "has no day1 in enrolments.csv");
        }
        Integer day = score.day();
        if (day == null) {
            day = protocol.visit(score.visit()).orElseThrow().day();
        }
        return new FollowUpRecord(
                Codes.recordId(score.participant(), score.visit(), score.instrument()),
                1,
                score.site(),
                score.participant(),
                score.visit(),
                score.instrument(),
                score.value(),
                null,
                null,
                day1.plusDays(day > 0 ? day - 1 : day),
                FollowUp.Status.FINAL,
                null,
                null);
    }

    private List<FollowUpRecord> furtherFollowUps() {
        return file("follow-ups.csv")
                .map(path -> {
                    CsvTable table = CsvTable.read(
                            path, "recordId", "version", "site", "participant", "visit", "instrument", "status");
                    requireKnown(table, FOLLOW_UP_COLUMNS);
                    return table.rows().stream().map(this::furtherFollowUp).toList();
                })
                .orElse(List.of());
    }

    private FollowUpRecord furtherFollowUp(CsvTable.Row row) {
        int version = version(row);
        return new FollowUpRecord(
                row.required("recordId"),
                version,
                sites.fit(row, "site"),
                participants.fit(row, "participant"),
                visits.fit(row, "visit"),
                instruments.fit(row, "instrument"),
                row.number("value"),
                row.text("unit"),
                row.text("comparator") == null
                        ? null
                        : constant(row, "comparator", FollowUp.Comparator.class, FollowUp.Comparator.LESS),
                row.date("assessedOn"),
                constant(
                        row,
                        "status",
                        FollowUp.Status.class,
                        version == 1 ? FollowUp.Status.FINAL : FollowUp.Status.AMENDED),
                row.text("reasonForChange"),
                row.text("notDoneReason"));
    }

    private List<AdverseEventRecord> adverseEvents() {
        return file("adverse-events.csv")
                .map(path -> {
                    CsvTable table = CsvTable.read(
                            path, "recordId", "version", "site", "participant", "onsetOn", "severity", "status");
                    requireKnown(table, ADVERSE_EVENT_COLUMNS);
                    return table.rows().stream().map(this::adverseEvent).toList();
                })
                .orElse(List.of());
    }

    private AdverseEventRecord adverseEvent(CsvTable.Row row) {
        int version = version(row);
        return new AdverseEventRecord(
                row.required("recordId"),
                version,
                sites.fit(row, "site"),
                participants.fit(row, "participant"),
                row.text("term"),
                row.date("onsetOn"),
                row.text("severity") == null
                        ? null
                        : constant(row, "severity", AdverseEvent.Severity.class, AdverseEvent.Severity.MILD),
                row.flag("serious"),
                constant(
                        row,
                        "status",
                        AdverseEvent.Status.class,
                        version == 1 ? AdverseEvent.Status.FINAL : AdverseEvent.Status.AMENDED),
                row.text("reasonForChange"));
    }

    private static int version(CsvTable.Row row) {
        BigDecimal version = row.number("version");
        try {
            return version == null ? 1 : version.intValueExact();
        } catch (ArithmeticException e) {
            throw row.failure("version", "is not a whole number");
        }
    }

    private static <E extends Enum<E>> E constant(CsvTable.Row row, String column, Class<E> type, E absent) {
        String text = row.text(column);
        try {
            return text == null ? absent : Json.MAPPER.convertValue(text, type);
        } catch (JacksonException | IllegalArgumentException e) {
            throw row.failure(column, "is not one of those defined");
        }
    }

    private static void requireKnown(CsvTable table, Set<String> known) {
        for (String column : table.columns()) {
            if (!known.contains(column) && !column.startsWith(STRATA_PREFIX)) {
                throw table.failure("there is no such column as " + column);
            }
        }
    }

    private static void requireOneRecordPerSlot(List<FollowUpRecord> followUps) {
        Map<List<String>, String> holders = new HashMap<>();
        for (FollowUpRecord record : StandingRecords.of(followUps)) {
            String holder =
                    holders.put(List.of(record.participant(), record.visit(), record.instrument()), record.recordId());
            if (holder != null) {
                throw new LoadFailure("follow-ups.csv: records " + holder + " and " + record.recordId()
                        + " both stand for the same participant, visit and instrument");
            }
        }
    }

    private List<PublishedFigure> published(Protocol protocol) {
        return file("published.csv")
                .map(path -> CsvTable.read(path, "visit", "arm", "instrument", "metric", "value", "decimals"))
                .map(table -> table.rows().stream()
                        .map(row -> publishedFigure(row, protocol))
                        .toList())
                .orElse(List.of());
    }

    private PublishedFigure publishedFigure(CsvTable.Row row, Protocol protocol) {
        String visit = visits.fit(row, "visit");
        String instrument = instruments.fit(row, "instrument");
        String arm = row.text("arm") == null ? null : arms.fit(row, "arm");
        if (protocol.visit(visit).isEmpty()) {
            throw row.failure("visit", "is not in the protocol");
        }
        if (protocol.instrument(instrument).isEmpty()) {
            throw row.failure("instrument", "is not in the protocol");
        }
        if (arm != null && protocol.arm(arm).isEmpty()) {
            throw row.failure("arm", "is not in the protocol");
        }
        BigDecimal value = row.number("value");
        BigDecimal decimals = row.number("decimals");
        if (value == null) {
            throw row.failure("value", "must not be empty");
        }
        if (decimals == null
                || decimals.signum() < 0
                || decimals.stripTrailingZeros().scale() > 0) {
            throw row.failure("decimals", "is a whole number, 0 or more");
        }
        return new PublishedFigure(
                visit,
                instrument,
                arm == null ? Cohort.ALL : Cohort.arm(arm),
                PublishedMetric.named(row.required("metric"))
                        .orElseThrow(() -> row.failure("metric", "is not one of " + PublishedMetric.names())),
                value,
                decimals.intValueExact());
    }

    private void noteCodes() {
        trials.originals().forEach((code, original) -> noteCode("trial", code, original));
        visits.originals().forEach((code, original) -> noteCode("visit", code, original));
        arms.originals().forEach((code, original) -> noteCode("arm", code, original));
        instruments.originals().forEach((code, original) -> noteCode("instrument", code, original));
        sites.originals().forEach((code, original) -> noteCode("site", code, original));
        if (participants.changed() > 0) {
            notes.add(participants.changed() + " participant codes are sent with hyphens for characters not allowed");
        }
    }

    private void noteCode(String kind, String code, String original) {
        if (!code.equals(original)) {
            notes.add(kind + " \"" + original + "\" is sent as " + code);
        }
    }
}

package io.outcometracker.testkit;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The same follow-ups in every format in which they can be posted.
 *
 * @param records the fields of each, as cells of a table; an empty one is absent
 */
public record FollowUpFormats(List<Map<String, String>> records) {
    private static final Set<String> NUMBERS = Set.of("version", "value");

    /** Those of a study folder: the scores of {@code long.csv}, and what {@code follow-ups.csv} says otherwise. */
    public static FollowUpFormats ofStudy(Path folder) {
        Map<String, LocalDate> day1 = table(folder.resolve("enrolments.csv")).stream()
                .filter(it -> !it.getOrDefault("day1", "").isEmpty())
                .collect(Collectors.toMap(
                        it -> it.get("participant"), it -> LocalDate.parse(it.get("day1")), (a, b) -> b));
        Map<String, Map<String, String>> records = new LinkedHashMap<>();
        for (Map<String, String> row : table(folder.resolve("long.csv"))) {
            int day = Integer.parseInt(row.get("visit_day"));
            Map<String, String> record = new LinkedHashMap<>();
            record.put("recordId", row.get("participant") + '-' + row.get("visit") + '-' + row.get("instrument"));
            record.put("version", "1");
            for (String field : List.of("site", "participant", "visit", "instrument")) {
                record.put(field, row.get(field));
            }
            record.put("value", row.get("score"));
            record.put(
                    "assessedOn",
                    requireNonNull(day1.get(row.get("participant")), "day1")
                            .plusDays(day > 0 ? day - 1L : day)
                            .toString());
            record.put("status", "final");
            records.put(record.get("recordId"), record);
        }
        table(folder.resolve("follow-ups.csv")).forEach(it -> records.put(it.get("recordId"), it));
        return new FollowUpFormats(List.copyOf(records.values()));
    }

    private static List<Map<String, String>> table(Path file) {
        try {
            List<String> lines = Files.readAllLines(file);
            List<String> header = List.of(lines.get(0).split(","));
            List<Map<String, String>> rows = new ArrayList<>();
            for (String line : lines.subList(1, lines.size())) {
                List<String> cells = List.of(line.split(",", -1));
                Map<String, String> row = new LinkedHashMap<>();
                IntStream.range(0, header.size()).forEach(it -> row.put(header.get(it), cells.get(it)));
                rows.add(row);
            }
            return rows;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public String json() {
        return records.stream().map(FollowUpFormats::object).collect(Collectors.joining(",\n", "[", "]"));
    }

    public String lines() {
        return records.stream().map(FollowUpFormats::object).collect(Collectors.joining("\n"));
    }

    private static String object(Map<String, String> record) {
        return record.entrySet().stream()
                .filter(it -> !it.getValue().isEmpty())
                .map(it -> '"' + it.getKey() + "\":"
                        + (NUMBERS.contains(it.getKey()) ? it.getValue() : '"' + it.getValue() + '"'))
                .collect(Collectors.joining(",", "{", "}"));
    }

    public String csv() {
        List<String> header =
                records.stream().flatMap(it -> it.keySet().stream()).distinct().toList();
        return records.stream()
                .map(record ->
                        header.stream().map(it -> record.getOrDefault(it, "")).collect(Collectors.joining(",")))
                .collect(Collectors.joining("\r\n", String.join(",", header) + "\r\n", "\r\n"));
    }

    /** Bundles of FHIR R4, of {@code type} batch or transaction. */
    public List<String> bundles(String type, int maxEntries) {
        List<String> bundles = new ArrayList<>();
        for (int from = 0; from < records.size(); from += maxEntries) {
            bundles.add(records.subList(from, Math.min(records.size(), from + maxEntries)).stream()
                    .map(it -> "{\"resource\":" + observation(it)
                            + ",\"request\":{\"method\":\"POST\",\"url\":\"Observation\"}}")
                    .collect(Collectors.joining(
                            ",\n", "{\"resourceType\":\"Bundle\",\"type\":\"" + type + "\",\"entry\":[", "]}")));
        }
        return bundles;
    }

    /** One record as an Observation, with what this product adds to FHIR as extensions. */
    public static String observation(Map<String, String> record) {
        String extensions = extension("study-visit", "valueCode", '"' + record.get("visit") + '"')
                + ','
                + extension("record-version", "valueInteger", record.getOrDefault("version", "1"));
        String reason = record.getOrDefault("reasonForChange", "");
        if (!reason.isEmpty()) {
            extensions += ',' + extension("reason-for-change", "valueString", '"' + reason + '"');
        }
        String status = record.getOrDefault("status", "final");
        String assessedOn = record.getOrDefault("assessedOn", "");
        return """
                {"resourceType":"Observation","status":"%s","extension":[%s],
                 "identifier":[{"system":"urn:outcometracker:record","value":"%s"}],
                 "code":{"coding":[{"system":"urn:outcometracker:instrument","code":"%s"}]},
                 "subject":{"reference":"Patient/%s"},
                 "performer":[{"identifier":{"system":"urn:outcometracker:site","value":"%s"}}]%s%s}""".formatted(
                        status.equals("not-done") ? "final" : status,
                        extensions,
                        record.get("recordId"),
                        record.get("instrument"),
                        record.get("participant"),
                        record.get("site"),
                        assessedOn.isEmpty() ? "" : ",\"effectiveDateTime\":\"" + assessedOn + '"',
                        score(record));
    }

    private static String score(Map<String, String> record) {
        String value = record.getOrDefault("value", "");
        if (value.isEmpty()) {
            String reason = record.getOrDefault("notDoneReason", "");
            return reason.isEmpty() ? "" : """
                    ,"dataAbsentReason":{"coding":[{"code":"%s",
                       "system":"http://terminology.hl7.org/CodeSystem/data-absent-reason"}]}""".formatted(reason);
        }
        String unit = record.getOrDefault("unit", "");
        String comparator = record.getOrDefault("comparator", "");
        return ",\"valueQuantity\":{\"value\":" + value
                + (unit.isEmpty() ? "" : ",\"system\":\"http://unitsofmeasure.org\",\"code\":\"" + unit + '"')
                + (comparator.isEmpty() ? "" : ",\"comparator\":\"" + comparator + '"')
                + '}';
    }

    private static String extension(String name, String type, String value) {
        return "{\"url\":\"urn:outcometracker:extension:%s\",\"%s\":%s}".formatted(name, type, value);
    }

    /** Participant data, though simulated. */
    @Override
    public String toString() {
        return "FollowUpFormats[" + records.size() + " records]";
    }
}

package io.outcometracker.loader;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.filtering;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;

import io.outcometracker.contract.Protocol;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The plan that a study must have had, read from its scores, for a folder without a protocol. */
final class DerivedProtocol {
    /**
     * Everybody's Day 1 where the folder has no enrolments. It has no dates then, so any will do that lies far enough
     * back for all visits to be over.
     */
    static final LocalDate DAY_1 = LocalDate.of(2000, 1, 1);

    private static final int LAST_DAY = 9000;
    private static final int WINDOW_MARGIN = 30;
    private static final int MAX_LABEL = 200;
    private static final List<String> BASELINE_NAMES = List.of("baseline", "bl", "base", "screening");
    private static final List<String> CONTROL_NAMES = List.of("placebo", "sham", "control", "usualcare");

    private DerivedProtocol() {}

    /** An instrument as instruments.csv describes it. */
    record InstrumentRow(
            String code,
            @Nullable String label,
            @Nullable BigDecimal min,
            @Nullable BigDecimal max,
            boolean higherIsWorse) {}

    static Protocol of(
            String trial,
            Codes sites,
            Codes arms,
            Codes visits,
            Collection<InstrumentRow> instruments,
            List<Score> scores,
            List<FollowUpRecord> further) {
        Map<String, Set<String>> reported = new HashMap<>();
        scores.forEach(it ->
                reported.computeIfAbsent(it.visit(), visit -> new HashSet<>()).add(it.instrument()));
        further.forEach(it ->
                reported.computeIfAbsent(it.visit(), visit -> new HashSet<>()).add(it.instrument()));
        List<Protocol.Visit> planned = visits(visits, scores, instruments, reported);
        String baseline = planned.stream()
                .filter(Protocol.Visit::baseline)
                .map(Protocol.Visit::code)
                .findFirst()
                .orElse(null);
        return new Protocol(
                trial,
                null,
                1,
                false,
                arms(arms),
                List.copyOf(sites.originals().keySet()),
                planned,
                instruments.stream()
                        .map(it -> instrument(
                                it,
                                scores.stream()
                                        .filter(score -> score.instrument().equals(it.code()))
                                        .toList(),
                                baseline))
                        .toList(),
                List.of());
    }

    private static List<Protocol.Arm> arms(Codes arms) {
        Map<String, String> codesByName = new LinkedHashMap<>();
        arms.originals().forEach((code, original) -> codesByName.putIfAbsent(plainName(original), code));
        String control = firstNamed(CONTROL_NAMES, codesByName).orElse(null);
        return arms.originals().entrySet().stream()
                .map(it -> new Protocol.Arm(it.getKey(), label(it), it.getKey().equals(control)))
                .toList();
    }

    private static List<Protocol.Visit> visits(
            Codes visits,
            List<Score> scores,
            Collection<InstrumentRow> instruments,
            Map<String, Set<String>> reported) {
        Map<String, List<Integer>> days = scores.stream()
                .collect(groupingBy(
                        Score::visit, LinkedHashMap::new, mapping(Score::day, filtering(Objects::nonNull, toList()))));
        List<Integer> known =
                days.values().stream().flatMap(List::stream).sorted().toList();
        int first = known.isEmpty() ? 1 : known.get(0);
        int last = known.isEmpty() ? 1 : known.get(known.size() - 1);
        if (last > LAST_DAY || first < -LAST_DAY) {
            throw new LoadFailure("long.csv: visit_day goes beyond " + LAST_DAY
                    + "; a study with such days needs protocol.yml and enrolments.csv");
        }
        int open = earlier(first);
        int close = later(last);

        Map<String, Integer> nominal = new LinkedHashMap<>();
        int previous = 1;
        for (String visit : visits.originals().keySet()) {
            List<Integer> seen = days.getOrDefault(visit, List.of());
            previous = seen.isEmpty() ? previous : mostFrequent(seen);
            nominal.put(visit, previous);
        }
        String baseline = baseline(visits, nominal, days);
        return visits.originals().entrySet().stream()
                .map(it -> new Protocol.Visit(
                        it.getKey(),
                        label(it),
                        nominal.getOrDefault(it.getKey(), 1),
                        Math.min(open, 1),
                        Math.max(close, 1),
                        it.getKey().equals(baseline),
                        instruments.stream()
                                .map(InstrumentRow::code)
                                .filter(reported.getOrDefault(it.getKey(), Set.of())::contains)
                                .toList()))
                .sorted(Comparator.comparing(Protocol.Visit::day))
                .toList();
    }

    private static int earlier(int day) {
        int opens = day - WINDOW_MARGIN;
        return day > 0 && opens <= 0 ? opens - 1 : opens;
    }

    private static int later(int day) {
        int closes = day + WINDOW_MARGIN;
        return day < 0 && closes >= 0 ? closes + 1 : closes;
    }

    private static int mostFrequent(List<Integer> days) {
        Map<Integer, Long> counts = days.stream().collect(groupingBy(Function.identity(), counting()));
        return counts.entrySet().stream()
                .min(Map.Entry.<Integer, Long>comparingByValue().reversed().thenComparing(Map.Entry.comparingByKey()))
                .map(Map.Entry::getKey)
                .orElseThrow();
    }

    /** The visit that is called so, else the first one on or before the day of treatment, else none. */
    private static @Nullable String baseline(
            Codes visits, Map<String, Integer> nominal, Map<String, List<Integer>> days) {
        Map<String, String> codesByName = new LinkedHashMap<>();
        visits.originals().forEach((code, original) -> codesByName.putIfAbsent(plainName(original), code));
        return firstNamed(BASELINE_NAMES, codesByName)
                .or(() -> nominal.entrySet().stream()
                        .filter(it -> !days.getOrDefault(it.getKey(), List.of()).isEmpty())
                        .min(Map.Entry.comparingByValue())
                        .filter(it -> it.getValue() <= 1)
                        .map(Map.Entry::getKey))
                .orElse(null);
    }

    private static Protocol.Instrument instrument(InstrumentRow row, List<Score> scores, @Nullable String baseline) {
        int decimals = scores.stream()
                .mapToInt(score -> Math.max(score.value().scale(), 0))
                .max()
                .orElse(0);
        boolean rounds = decimals > Protocol.Instrument.MAX_DECIMALS;
        return new Protocol.Instrument(
                row.code(),
                row.label() == null || row.label().length() <= MAX_LABEL
                        ? row.label()
                        : row.label().substring(0, MAX_LABEL),
                null,
                null,
                row.min(),
                row.max(),
                Math.min(decimals, Protocol.Instrument.MAX_DECIMALS),
                null,
                rounds ? Protocol.Rounding.HALF_EVEN : null,
                row.higherIsWorse(),
                scores.stream().anyMatch(score -> score.visit().equals(baseline)),
                null,
                false,
                null);
    }

    private static Optional<String> firstNamed(List<String> names, Map<String, String> codesByName) {
        return names.stream()
                .filter(codesByName::containsKey)
                .map(codesByName::get)
                .findFirst();
    }

    /** Without what people write differently: case, blanks and punctuation. */
    private static String plainName(String original) {
        return original.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
    }

    private static @Nullable String label(Map.Entry<String, String> code) {
        return code.getKey().equals(code.getValue()) ? null : code.getValue();
    }
}

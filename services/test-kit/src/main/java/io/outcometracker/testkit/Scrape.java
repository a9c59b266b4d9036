package io.outcometracker.testkit;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a service answers Prometheus, in the text format of Prometheus or OpenMetrics. Both give the same: families have the
 * names that the text format of Prometheus gives them.
 *
 * @param families by name
 */
public record Scrape(Map<String, Family> families) {
    public static final String OPEN_METRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8";

    private static final Pattern META = Pattern.compile("# (HELP|TYPE|UNIT) (\\S+) ?(.*)");
    private static final Pattern SAMPLE = Pattern.compile("([a-zA-Z_:][\\w:]*)(?:\\{(.*)})? (\\S+)(?: .*)?");
    private static final Pattern LABEL = Pattern.compile("([a-zA-Z_]\\w*)=\"((?:[^\"\\\\]|\\\\.)*)\",?");
    private static final Pattern ENDING = Pattern.compile("_(total|info|bucket|count|sum|created)$");

    /** @param type counter, gauge, histogram, summary or info */
    public record Family(String type, String help, List<Sample> samples) {
        /** Without {@code le} and {@code quantile}, which only parts of a histogram or summary have. */
        public Set<Set<String>> labels() {
            Set<Set<String>> all = new HashSet<>();
            samples.forEach(it -> {
                Set<String> names = new TreeSet<>(it.labels().keySet());
                names.removeAll(List.of("le", "quantile"));
                all.add(names);
            });
            return all;
        }
    }

    /** @param name of the family, or with an ending such as {@code _bucket} */
    public record Sample(String name, Map<String, String> labels, double value) {}

    /** @throws AssertionError if there is none of that name */
    public Family family(String name) {
        Family family = families.get(name);
        if (family == null) {
            throw new AssertionError("there is no " + name);
        }
        return family;
    }

    /** @throws AssertionError if the text is neither format */
    public static Scrape parse(String text) {
        boolean openMetrics = text.endsWith("# EOF\n");
        Map<String, String> types = new LinkedHashMap<>();
        Map<String, String> helps = new LinkedHashMap<>();
        Map<String, List<Sample>> samples = new LinkedHashMap<>();
        for (String line : text.split("\n")) {
            Matcher meta = META.matcher(line);
            if (meta.matches()) {
                (meta.group(1).equals("TYPE") ? types : helps).put(meta.group(2), meta.group(3));
            } else if (!line.startsWith("#")) {
                Sample sample = sample(line);
                samples.computeIfAbsent(family(sample.name(), types), it -> new ArrayList<>())
                        .add(sample);
            }
        }
        Map<String, Family> families = new TreeMap<>();
        samples.forEach((name, its) -> {
            String type = requireNonNull(types.get(name));
            String full = openMetrics && List.of("counter", "info").contains(type)
                    ? name + (type.equals("info") ? "_info" : "_total")
                    : name;
            families.put(full, new Family(type, helps.getOrDefault(name, ""), List.copyOf(its)));
        });
        return new Scrape(families);
    }

    private static String family(String sample, Map<String, String> types) {
        String shortened = ENDING.matcher(sample).replaceFirst("");
        if (types.containsKey(sample)) {
            return sample;
        }
        if (types.containsKey(shortened)) {
            return shortened;
        }
        throw new AssertionError("without a type: " + sample);
    }

    private static Sample sample(String line) {
        Matcher sample = SAMPLE.matcher(line);
        if (!sample.matches()) {
            throw new AssertionError("no sample: " + line);
        }
        Map<String, String> labels = new TreeMap<>();
        if (sample.group(2) != null) {
            Matcher label = LABEL.matcher(sample.group(2));
            while (label.find()) {
                labels.put(label.group(1), label.group(2));
            }
        }
        return new Sample(
                sample.group(1), labels, Double.parseDouble(sample.group(3).replace("Inf", "Infinity")));
    }
}

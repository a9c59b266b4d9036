package io.outcometracker.contract;

import org.jspecify.annotations.Nullable;

/**
 * The participants of a trial that a metric is about: all of them, or those who share a value of a grouping.
 *
 * @param by {@code all}, {@code arm}, {@code site}, or the name of a stratum
 * @param value the arm's or site's code or the stratum's value; absent for {@code all}
 */
public record Cohort(String by, @Nullable String value) implements Comparable<Cohort> {
    public static final Cohort ALL = new Cohort("all", null);
    public static final String ARM = "arm";
    public static final String SITE = "site";

    public Cohort {
        Code.require(by, "by");
        if (by.equals("all") ? value != null : value == null || value.isBlank()) {
            throw new IllegalArgumentException("a cohort has a value unless it is grouped by all");
        }
    }

    public static Cohort arm(String code) {
        return new Cohort(ARM, code);
    }

    public static Cohort site(String code) {
        return new Cohort(SITE, code);
    }

    /** {@code all}, or {@code by=value}. */
    @Override
    public String toString() {
        return value == null ? by : by + '=' + value;
    }

    public static Cohort parse(String label) {
        int equals = label.indexOf('=');
        return equals < 0
                ? new Cohort(label, null)
                : new Cohort(label.substring(0, equals), label.substring(equals + 1));
    }

    /** All first, then by grouping and value. */
    @Override
    public int compareTo(Cohort other) {
        if (value == null || other.value == null) {
            return Boolean.compare(value != null, other.value != null);
        }
        int grouping = by.compareTo(other.by);
        return grouping != 0 ? grouping : value.compareTo(other.value);
    }
}

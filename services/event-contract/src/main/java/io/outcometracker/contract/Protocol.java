package io.outcometracker.contract;

import static java.util.Objects.requireNonNull;
import static java.util.Objects.requireNonNullElse;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a trial planned: its arms, sites, visits and instruments. Value of {@code outcomes.trials.v1}, and the body of
 * {@code PUT /api/v1/trials/{trial}}.
 *
 * @param version rises with each change
 * @param masked whether arms are kept from everyone but the unblinded audience; default false
 * @param arms empty for a trial that only follows its participants
 * @param groupings strata by which cohorts are formed besides the whole trial, each arm and each site
 * @param pValues whether the unblinded audience is shown p values; they are descriptive, since every look at a running
 *     trial is one more; default false
 * @param disclosure what is kept from whom; absent for the defaults, see {@link #sponsorRule} and {@link #publicRule}
 * @param catalogue version of the catalogue of instruments that the plan was completed from; absent if from none
 * @param participantCode pattern that all participant codes match, such as {@code ^[A-Z]-\d{4}$}; absent for any code
 */
public record Protocol(
        String trial,
        @Nullable String title,
        int version,
        @JsonSetter(nulls = Nulls.AS_EMPTY) boolean masked,
        List<Arm> arms,
        List<String> sites,
        List<Visit> visits,
        List<Instrument> instruments,
        List<String> groupings,

        @JsonSetter(nulls = Nulls.AS_EMPTY) @JsonInclude(JsonInclude.Include.NON_DEFAULT)
        boolean pValues,

        @Nullable Disclosure disclosure,
        @Nullable String catalogue,
        @Nullable String participantCode) {

    /** Of a masked trial, unless it says otherwise. */
    private static final int SPONSOR_THRESHOLD = 5;

    /** Unless the trial says otherwise. */
    private static final int PUBLIC_THRESHOLD = 11;

    /**
     * How small groups and single participants are kept from being seen.
     *
     * @param threshold fewest participants, other than none, of whom the sponsor is told anything; 1 hides nothing;
     *     default 5 while the sponsor may not know the arms, then 1
     * @param release when the sponsor's view changes; default daily, if threshold many participants changed, while the
     *     sponsor may not know the arms, then live
     * @param publicView what is published to everyone; absent: nothing
     */
    public record Disclosure(
            @Nullable Integer threshold,
            @Nullable Release release,
            @JsonProperty("public") @Nullable PublicView publicView) {
        public Disclosure {
            requireThreshold(threshold);
        }
    }

    /**
     * What is published to everyone: the whole trial and, once it is open, its arms.
     *
     * @param threshold default 11
     * @param release default daily, if threshold many participants changed
     */
    public record PublicView(
            @Nullable Integer threshold, @Nullable Release release) {
        public PublicView {
            requireThreshold(threshold);
        }
    }

    /**
     * Views change in batches, since two that follow one another tell what one participant reported.
     *
     * @param every distance of two releases, counted from 1970-01-01T00:00Z; 1 second or more
     * @param minNewRecords fewest participants by whom two views of a cohort differ; 1 or more
     */
    public record Release(Duration every, int minNewRecords) {
        public Release {
            if (requireNonNull(every, "disclosure.release.every").toSeconds() < 1) {
                throw new IllegalArgumentException("disclosure: release.every must be 1 second or more");
            }
            if (minNewRecords < 1) {
                throw new IllegalArgumentException("disclosure: release.minNewRecords must be 1 or more");
            }
        }
    }

    private static void requireThreshold(@Nullable Integer threshold) {
        if (threshold != null && threshold < 1) {
            throw new IllegalArgumentException("disclosure: threshold must be 1 or more");
        }
    }

    /**
     * What an audience is shown.
     *
     * @param threshold fewest participants, other than none
     * @param release absent where the view is live
     */
    public record DisclosureRule(int threshold, @Nullable Release release) {}

    /**
     * What the sponsor is shown: of an open trial everything, unless the protocol says otherwise.
     *
     * @param arms whether the sponsor may know the arms: the trial is not masked, or was unblinded
     */
    public DisclosureRule sponsorRule(boolean arms) {
        Integer asked = disclosure == null ? null : disclosure.threshold;
        Release release = disclosure == null ? null : disclosure.release;
        if (arms) {
            return new DisclosureRule(requireNonNullElse(asked, 1), release);
        }
        int threshold = requireNonNullElse(asked, SPONSOR_THRESHOLD);
        return new DisclosureRule(threshold, requireNonNullElse(release, daily(threshold)));
    }

    /** What everyone is shown; empty: nothing. */
    public Optional<DisclosureRule> publicRule() {
        PublicView view = disclosure == null ? null : disclosure.publicView;
        if (view == null) {
            return Optional.empty();
        }
        int threshold = requireNonNullElse(view.threshold, PUBLIC_THRESHOLD);
        return Optional.of(new DisclosureRule(threshold, requireNonNullElse(view.release, daily(threshold))));
    }

    private static Release daily(int minNewRecords) {
        return new Release(Duration.ofDays(1), minNewRecords);
    }

    /** @param control whether the other arms are compared with this one; default false */
    public record Arm(
            String code,
            @Nullable String label,
            @JsonSetter(nulls = Nulls.AS_EMPTY) boolean control) {
        public Arm {
            Code.require(code, "arms.code");
        }
    }

    /**
     * A planned visit. Days count from the first treatment, which is day 1; the day before it is day -1, and there is no
     * day 0.
     *
     * @param windowOpen first study day on which an assessment counts as in time
     * @param windowClose last study day on which an assessment counts as in time
     * @param baseline whether changes are counted from this visit; default false
     * @param instruments codes of what is measured at this visit; absent for everything, see {@link #isPlanned}
     */
    public record Visit(
            String code,
            @Nullable String label,
            int day,
            int windowOpen,
            int windowClose,
            @JsonSetter(nulls = Nulls.AS_EMPTY) boolean baseline,
            @Nullable List<String> instruments) {
        /** At which everything is measured. */
        public Visit(String code, @Nullable String label, int day, int windowOpen, int windowClose, boolean baseline) {
            this(code, label, day, windowOpen, windowClose, baseline, null);
        }

        public Visit {
            Code.require(code, "visits.code");
            if (day == 0 || windowOpen == 0 || windowClose == 0) {
                throw new IllegalArgumentException("visits: there is no study day 0; the day before day 1 is day -1");
            }
            if (windowOpen > day || windowClose < day) {
                throw new IllegalArgumentException("visits: windowOpen <= day <= windowClose must hold");
            }
            if (instruments != null) {
                instruments = copy(instruments, "visits.instruments");
                requireDistinct(instruments, Function.identity(), "visits.instruments");
            }
        }
    }

    /**
     * A questionnaire, scale or laboratory test that gives one number.
     *
     * @param unit UCUM code; a record that states a unit must state this one
     * @param min smallest possible score; absent if unlimited
     * @param max largest possible score; absent if unlimited
     * @param decimals how many decimals a score has, 0 to 9
     * @param step distance of neighbouring scores, counted from {@code min} or 0; absent if any decimal will do
     * @param rounding how a score with more decimals is rounded; absent if it is refused
     * @param hasBaseline false where the score is itself a change, so that none can be formed; default true
     * @param percentChange false where percentages of the score mean nothing; default as {@code hasBaseline}
     * @param logScale whether the geometric mean is published, as for laboratory values; default false
     */
    public record Instrument(
            String code,
            @Nullable String label,
            @Nullable String domain,
            @Nullable String unit,
            @Nullable BigDecimal min,
            @Nullable BigDecimal max,
            int decimals,
            @Nullable BigDecimal step,
            @Nullable Rounding rounding,
            boolean higherIsWorse,
            @Nullable Boolean hasBaseline,
            @Nullable Boolean percentChange,

            @JsonSetter(nulls = Nulls.AS_EMPTY) @JsonInclude(JsonInclude.Include.NON_DEFAULT)
            boolean logScale,

            @Nullable Mcid mcid) {
        public static final int MAX_DECIMALS = 9;

        public Instrument {
            Code.require(code, "instruments.code");
            if (decimals < 0 || decimals > MAX_DECIMALS) {
                throw new IllegalArgumentException("instruments: decimals must be 0 to " + MAX_DECIMALS);
            }
            if (min != null && max != null && min.compareTo(max) > 0) {
                throw new IllegalArgumentException("instruments: min must not exceed max");
            }
            if (step != null && step.signum() <= 0) {
                throw new IllegalArgumentException("instruments: step must be more than 0");
            }
            min = plain(min);
            max = plain(max);
            step = plain(step);
            hasBaseline = requireNonNullElse(hasBaseline, true);
            percentChange = requireNonNullElse(percentChange, hasBaseline);
        }

        public boolean measuresChange() {
            return Boolean.TRUE.equals(hasBaseline);
        }

        public boolean measuresPercentChange() {
            return measuresChange() && Boolean.TRUE.equals(percentChange);
        }
    }

    /** How a score with more decimals than the instrument has is rounded. */
    public enum Rounding {
        @JsonProperty("half-up")
        HALF_UP(RoundingMode.HALF_UP),
        @JsonProperty("half-even")
        HALF_EVEN(RoundingMode.HALF_EVEN);

        private final RoundingMode mode;

        Rounding(RoundingMode mode) {
            this.mode = mode;
        }

        public RoundingMode mode() {
            return mode;
        }
    }

    /**
     * The smallest change that matters to a patient, as this trial defines it.
     *
     * @param source where the threshold comes from
     */
    public record Mcid(BigDecimal value, Kind kind, String source) {
        /** Improvement by {@code value}, by {@code value} percent, or a score of at most {@code value}. */
        public enum Kind {
            ABS,
            PCT,
            VALUE_AT_MOST
        }

        public Mcid {
            value = requireNonNull(plain(value), "mcid.value");
            requireNonNull(kind, "mcid.kind");
            if (requireNonNull(source, "mcid.source").isBlank()) {
                throw new IllegalArgumentException("mcid: source must say where the threshold comes from");
            }
        }
    }

    /** With the default disclosure. */
    public Protocol(
            String trial,
            @Nullable String title,
            int version,
            boolean masked,
            List<Arm> arms,
            List<String> sites,
            List<Visit> visits,
            List<Instrument> instruments,
            List<String> groupings) {
        this(trial, title, version, masked, arms, sites, visits, instruments, groupings, false, null, null, null);
    }

    /** Without a pattern of participant codes. */
    public Protocol(
            String trial,
            @Nullable String title,
            int version,
            boolean masked,
            List<Arm> arms,
            List<String> sites,
            List<Visit> visits,
            List<Instrument> instruments,
            List<String> groupings,
            boolean pValues,
            @Nullable Disclosure disclosure,
            @Nullable String catalogue) {
        this(
                trial,
                title,
                version,
                masked,
                arms,
                sites,
                visits,
                instruments,
                groupings,
                pValues,
                disclosure,
                catalogue,
                null);
    }

    public Protocol {
        Code.require(trial, "trial");
        if (version < 1) {
            throw new IllegalArgumentException("version must be 1 or more");
        }
        arms = arms == null ? List.of() : copy(arms, "arms");
        sites = copy(requireNonNull(sites, "sites"), "sites");
        visits = copy(requireNonNull(visits, "visits"), "visits");
        instruments = copy(requireNonNull(instruments, "instruments"), "instruments");
        groupings = groupings == null ? List.of() : copy(groupings, "groupings");
        sites.forEach(site -> Code.require(site, "sites"));
        groupings.forEach(grouping -> Code.require(grouping, "groupings"));
        requireDistinct(arms, Arm::code, "arms");
        requireDistinct(sites, Function.identity(), "sites");
        requireDistinct(visits, Visit::code, "visits");
        requireDistinct(instruments, Instrument::code, "instruments");
        requireDistinct(groupings, Function.identity(), "groupings");
        if (sites.isEmpty() || visits.isEmpty() || instruments.isEmpty()) {
            throw new IllegalArgumentException("a trial has at least one site, one visit and one instrument");
        }
        if (groupings.stream().anyMatch(Set.of("all", Cohort.ARM, Cohort.SITE)::contains)) {
            throw new IllegalArgumentException("groupings: all, arm and site are always there");
        }
        if (visits.stream().filter(Visit::baseline).count() > 1) {
            throw new IllegalArgumentException("visits: at most one is the baseline");
        }
        if (arms.stream().filter(Arm::control).count() > 1) {
            throw new IllegalArgumentException("arms: at most one is the control");
        }
        Set<String> measured = instruments.stream().map(Instrument::code).collect(Collectors.toSet());
        if (visits.stream().anyMatch(it -> it.instruments != null && !measured.containsAll(it.instruments))) {
            throw new IllegalArgumentException("visits: instruments must be among those of the trial");
        }
    }

    /** In one notation, so that the same plan is equal however its numbers are written. */
    private static @Nullable BigDecimal plain(@Nullable BigDecimal number) {
        if (number == null) {
            return null;
        }
        BigDecimal shortest = number.stripTrailingZeros();
        return shortest.scale() < 0 ? shortest.setScale(0) : shortest;
    }

    static <T> List<T> copy(List<T> list, String field) {
        if (list.stream().anyMatch(Objects::isNull)) {
            throw new IllegalArgumentException(field + " must not contain null");
        }
        return List.copyOf(list);
    }

    private static <T> void requireDistinct(List<T> list, Function<T, String> code, String field) {
        Set<String> seen = new HashSet<>();
        for (T item : list) {
            if (!seen.add(code.apply(item))) {
                throw new IllegalArgumentException(field + ": " + code.apply(item) + " is there twice");
            }
        }
    }

    public Optional<Arm> arm(String code) {
        return arms.stream().filter(arm -> arm.code.equals(code)).findFirst();
    }

    public Optional<Visit> visit(String code) {
        return visits.stream().filter(visit -> visit.code.equals(code)).findFirst();
    }

    public Optional<Instrument> instrument(String code) {
        return instruments.stream().filter(it -> it.code.equals(code)).findFirst();
    }

    public Optional<Visit> baseline() {
        return visits.stream().filter(Visit::baseline).findFirst();
    }

    /**
     * Whether the instrument is to be measured at the visit: the visit lists it, or lists nothing. A visit that lists
     * nothing plans everything but, at baseline, what is itself a change.
     *
     * @return false also if the trial has no such visit or instrument
     */
    public boolean isPlanned(String visit, String instrument) {
        return visit(visit)
                .flatMap(at -> instrument(instrument).map(what -> isPlanned(at, what)))
                .orElse(false);
    }

    private static boolean isPlanned(Visit visit, Instrument instrument) {
        return visit.instruments == null
                ? !visit.baseline || instrument.measuresChange()
                : visit.instruments.contains(instrument.code);
    }

    /** All that is to be measured, in the order of visits, then of instruments. */
    public List<Endpoint> planned() {
        return visits.stream()
                .flatMap(visit -> instruments.stream()
                        .filter(instrument -> isPlanned(visit, instrument))
                        .map(instrument -> new Endpoint(trial, visit.code, instrument.code)))
                .toList();
    }

    /** Whether both plan the same, apart from the version. */
    public boolean samePlan(Protocol other) {
        return Objects.equals(withVersion(other.version), other);
    }

    /** As a site may see it: without the arms, and without the groupings, which may tell an arm. */
    public Protocol withoutArms() {
        return new Protocol(
                trial,
                title,
                version,
                masked,
                List.of(),
                sites,
                visits,
                instruments,
                List.of(),
                pValues,
                disclosure,
                catalogue);
    }

    private Protocol withVersion(int newVersion) {
        return new Protocol(
                trial,
                title,
                newVersion,
                masked,
                arms,
                sites,
                visits,
                instruments,
                groupings,
                pValues,
                disclosure,
                catalogue,
                participantCode);
    }
}

package io.outcometracker.cohort.tally;

import static org.assertj.core.api.Assertions.assertThat;

import io.outcometracker.cohort.tally.TallyRow.Enrolled;
import io.outcometracker.cohort.tally.TallyRow.Presence;
import io.outcometracker.cohort.tally.TallyRow.Report;
import io.outcometracker.cohort.tally.TallyRow.Result;
import io.outcometracker.contract.Cohort;
import io.outcometracker.contract.CohortMetric;
import io.outcometracker.contract.CohortMetric.ResponderRate;
import io.outcometracker.contract.CohortMetric.Responders;
import io.outcometracker.contract.Endpoint;
import io.outcometracker.contract.Protocol;
import io.outcometracker.contract.Protocol.DisclosureRule;
import io.outcometracker.contract.Protocol.Instrument;
import io.outcometracker.contract.Protocol.Mcid;
import io.outcometracker.testkit.SeededTest;
import io.outcometracker.testkit.WorkedExample;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an audience is told of an endpoint where few are not to be seen. */
class ShownFiguresTest {
    private static final LocalDate DAY1 = LocalDate.of(2025, 1, 1);
    private static final Instant LATER = Instant.parse("2026-01-01T00:00:00Z");
    private static final Presence PRESENCE = new Presence(DAY1, null);
    private static final List<Mcid> MCIDS = List.of(
            mcid("1", Mcid.Kind.ABS),
            mcid("2", Mcid.Kind.ABS),
            mcid("5", Mcid.Kind.ABS),
            mcid("20", Mcid.Kind.PCT),
            mcid("40", Mcid.Kind.PCT),
            mcid("70", Mcid.Kind.PCT),
            mcid("3", Mcid.Kind.VALUE_AT_MOST));

    private record Participant(
            Cell cell, @Nullable Integer value, @Nullable Integer baseline, boolean outsideLimits) {
        boolean scored() {
            return value != null;
        }

        boolean paired() {
            return scored() && baseline != null;
        }

        boolean pairedAboveZero() {
            return paired() && baseline > 0;
        }

        boolean improvedByPercent(int percent) {
            return pairedAboveZero() && 100 * (baseline - value) >= percent * baseline;
        }

        boolean reached(Mcid mcid) {
            int threshold = mcid.value().intValueExact();
            return switch (mcid.kind()) {
                case ABS -> paired() && baseline - value >= threshold;
                case PCT -> improvedByPercent(threshold);
                case VALUE_AT_MOST -> scored() && value <= threshold;
            };
        }
    }

    private final List<Participant> participants = new ArrayList<>();
    private Mcid mcid = MCIDS.get(1);

    private static Mcid mcid(String value, Mcid.Kind kind) {
        return new Mcid(new BigDecimal(value), kind, "test");
    }

    private static Cell cell(String site, @Nullable String arm) {
        return new Cell(site, arm, new TreeMap<>());
    }

    private void add(int count, String site, String arm, @Nullable Integer value, @Nullable Integer baseline) {
        for (int i = 0; i < count; i++) {
            participants.add(new Participant(cell(site, arm), value, baseline, false));
        }
    }

    private Protocol protocol() {
        Protocol plan = WorkedExample.protocol();
        Instrument nrs = plan.instruments().get(0);
        return new Protocol(
                plan.trial(),
                plan.title(),
                1,
                false,
                plan.arms(),
                plan.sites(),
                plan.visits(),
                List.of(new Instrument(
                        nrs.code(),
                        null,
                        null,
                        null,
                        nrs.min(),
                        nrs.max(),
                        0,
                        null,
                        null,
                        true,
                        null,
                        null,
                        true,
                        mcid)),
                List.of());
    }

    private SortedMap<Cohort, CohortMetric> metrics(int threshold, Predicate<Cohort> shown) {
        Map<TallyRow, Long> rows = new HashMap<>();
        Map<TallyRow, Long> roster = new HashMap<>();
        for (Participant it : participants) {
            roster.merge(new Enrolled(it.cell, PRESENCE), 1L, Long::sum);
            if (it.scored() || it.outsideLimits) {
                Report report = it.scored() ? Report.SCORE : Report.OUTSIDE_LIMITS;
                BigDecimal baseline = it.scored() ? decimal(it.baseline) : null;
                rows.merge(new Result(it.cell, PRESENCE, 29, report, decimal(it.value), baseline), 1L, Long::sum);
            }
        }
        return new EndpointTally(new Endpoint(WorkedExample.TRIAL, "W4", "NRS"), () -> rows, () -> roster)
                .metrics(protocol(), new View(shown, new DisclosureRule(threshold, null), false), LATER);
    }

    /** But for the scores, which are never shown beside changes: see {@link SeveralVisitsTest}. */
    private static List<String> withheld(CohortMetric metric) {
        List<String> withheld = new ArrayList<>(Objects.requireNonNullElse(metric.withheld(), List.of()));
        withheld.removeAll(List.of("mean", "sd", "se", "ci", "median", "q1", "q3", "min", "max"));
        withheld.removeAll(List.of("versusControl.value", "versusControl.ancova"));
        return withheld;
    }

    private static @Nullable BigDecimal decimal(@Nullable Integer number) {
        return number == null ? null : BigDecimal.valueOf(number);
    }

    private CohortMetric metric(int threshold, Cohort cohort) {
        return Objects.requireNonNull(metrics(threshold, it -> true).get(cohort));
    }

    /** The published counts of a layer: a figure, for the cohorts that show it, and who is in it. */
    private record Figure(Function<CohortMetric, @Nullable Long> number, Predicate<Participant> counts) {}

    private static @Nullable Long change(CohortMetric metric) {
        return metric.change() == null ? null : metric.change().n();
    }

    private static @Nullable Long percentChange(CohortMetric metric) {
        return metric.percentChange() == null ? null : metric.percentChange().n();
    }

    private static Function<CohortMetric, @Nullable Long> responders(
            Function<Responders, @Nullable ResponderRate> rate) {
        return metric -> {
            ResponderRate it = metric.responders() == null ? null : rate.apply(metric.responders());
            return it == null ? null : it.observed().k();
        };
    }

    private static @Nullable Long scored(CohortMetric metric) {
        return metric.suppressed() ? null : metric.value().n();
    }

    private static @Nullable Long denominator(CohortMetric metric) {
        Responders responders = metric.responders();
        ResponderRate rate = responders == null
                ? null
                : Stream.of(responders.thirtyPercent(), responders.fiftyPercent(), responders.mcid())
                        .filter(it -> it != null && it.imputed() != null)
                        .findFirst()
                        .orElse(null);
        return rate == null ? null : rate.imputed().n();
    }

    /** All figures of one list are told together. */
    private List<List<Figure>> layers() {
        Figure scored = new Figure(ShownFiguresTest::scored, Participant::scored);
        Figure paired = new Figure(ShownFiguresTest::change, Participant::paired);
        Figure percent = new Figure(ShownFiguresTest::percentChange, Participant::pairedAboveZero);
        Figure thirty = new Figure(responders(Responders::thirtyPercent), it -> it.improvedByPercent(30));
        Figure fifty = new Figure(responders(Responders::fiftyPercent), it -> it.improvedByPercent(50));
        Figure reached = new Figure(responders(Responders::mcid), it -> it.reached(mcid));
        Figure outside = new Figure(CohortMetric::nOutsideLimits, Participant::outsideLimits);
        Figure all = new Figure(ShownFiguresTest::denominator, it -> true);
        return List.of(
                List.of(scored),
                List.of(scored, paired),
                List.of(paired, percent),
                List.of(percent, thirty),
                List.of(thirty, fifty),
                List.of(percent, fifty),
                List.of(mcid.kind() == Mcid.Kind.VALUE_AT_MOST ? scored : paired, reached),
                List.of(thirty, reached),
                List.of(fifty, reached),
                List.of(scored, outside),
                List.of(scored, all),
                List.of(all, outside));
    }

    /** Each is of a part of those of the one before. */
    private List<Figure> chain() {
        List<List<Figure>> layers = layers();
        return List.of(
                layers.get(0).get(0),
                layers.get(1).get(1),
                layers.get(2).get(1),
                layers.get(3).get(1),
                layers.get(4).get(1));
    }

    private long smallestGroup(SortedMap<Cohort, CohortMetric> metrics, List<Figure> layer) {
        Adversary adversary = new Adversary();
        for (Participant participant : participants) {
            List<Boolean> inCounts = new ArrayList<>();
            metrics.forEach((cohort, metric) -> {
                // Where one of them is not told, who adds and subtracts cannot compare them.
                if (layer.stream().allMatch(it -> it.number.apply(metric) != null)) {
                    boolean in = participant.cell.cohorts(List.of()).contains(cohort);
                    layer.forEach(it -> inCounts.add(in && it.counts.test(participant)));
                }
            });
            adversary.add(inCounts, 1);
        }
        return adversary.smallestGroup();
    }

    private static void addRandom(Random random, List<Participant> participants) {
        int sites = 1 + random.nextInt(2);
        for (int site = 0; site < sites; site++) {
            for (String arm : List.of("ACT", "PBO")) {
                int count = random.nextInt(25);
                int scored = 60 + random.nextInt(41);
                int paired = 60 + random.nextInt(41);
                for (int i = 0; i < count; i++) {
                    boolean has = random.nextInt(100) < scored;
                    Integer baseline = random.nextInt(100) < paired ? Integer.valueOf(random.nextInt(11)) : null;
                    participants.add(new Participant(
                            cell("S" + site, arm),
                            has ? random.nextInt(11) : null,
                            baseline,
                            !has && random.nextInt(3) == 0));
                }
            }
        }
    }

    @SeededTest
    void tellsOfNoFiguresThatTooFewAreIn(long seed) {
        Random random = new Random(seed);
        int told = 0;
        int withheld = 0;
        for (int run = 0; run < 30; run++) {
            participants.clear();
            addRandom(random, participants);
            mcid = MCIDS.get(random.nextInt(MCIDS.size()));
            int threshold = 2 + random.nextInt(6);
            SortedMap<Cohort, CohortMetric> metrics = metrics(threshold, it -> true);
            for (List<Figure> layer : layers()) {
                assertThat(smallestGroup(metrics, layer))
                        .as(
                                "threshold %d, layer %d, %s, %s",
                                threshold, layers().indexOf(layer), mcid, metrics.values())
                        .isGreaterThanOrEqualTo(threshold);
            }
            SortedMap<Cohort, CohortMetric> everything = metrics(1, it -> true);
            told += (int) layers().stream()
                    .filter(it -> smallestGroup(everything, it) < threshold)
                    .count();
            withheld += (int) metrics.values().stream()
                    .filter(it -> !withheld(it).isEmpty())
                    .count();
        }
        assertThat(told).isPositive();
        assertThat(withheld).isPositive();
    }

    /**
     * Also by figures that are told of more cohorts than others, for one who does not know from elsewhere that nobody of
     * a cohort is missing in a part: every kind of participant counts as there, whether or not one is.
     */
    @SeededTest
    void tellsOfNoFewByFiguresOfDifferentLayers(long seed) {
        Random random = new Random(seed);
        for (int run = 0; run < 10; run++) {
            participants.clear();
            addRandom(random, participants);
            mcid = MCIDS.get(random.nextInt(3));
            int threshold = 2 + random.nextInt(6);
            SortedMap<Cohort, CohortMetric> metrics =
                    metrics(threshold, it -> it.equals(Cohort.ALL) || it.by().equals(Cohort.ARM));
            List<Figure> chain = chain();
            for (int first = 0; first + 3 <= chain.size(); first++) {
                assertThat(smallestGroupOfAnyKind(metrics, chain.subList(first, first + 3)))
                        .as("threshold %d, from %d, %s", threshold, first, metrics.values())
                        .isGreaterThanOrEqualTo(threshold);
            }
        }
    }

    private long smallestGroupOfAnyKind(SortedMap<Cohort, CohortMetric> metrics, List<Figure> chain) {
        Adversary adversary = new Adversary();
        for (Cell cell : participants.stream().map(Participant::cell).distinct().toList()) {
            for (int depth = 0; depth <= chain.size(); depth++) {
                int figures = depth;
                List<Boolean> inCounts = new ArrayList<>();
                metrics.forEach((cohort, metric) -> {
                    for (int i = 0; i < chain.size(); i++) {
                        if (chain.get(i).number.apply(metric) != null) {
                            inCounts.add(i < figures && cell.cohorts(List.of()).contains(cohort));
                        }
                    }
                });
                long of = participants.stream()
                        .filter(it -> it.cell.equals(cell))
                        .filter(it -> chain.stream()
                                        .filter(figure -> figure.counts.test(it))
                                        .count()
                                == figures)
                        .count();
                adversary.add(inCounts, of);
            }
        }
        return adversary.smallestGroup();
    }

    /** For one grouping, also all responders together with all that they are parts of. */
    @SeededTest
    void tellsOfNoFewRespondersByAllThresholdsTogether(long seed) {
        Random random = new Random(seed);
        for (int run = 0; run < 4; run++) {
            participants.clear();
            addRandom(random, participants);
            mcid = MCIDS.get(random.nextInt(MCIDS.size()));
            int threshold = 2 + random.nextInt(4);
            SortedMap<Cohort, CohortMetric> metrics =
                    metrics(threshold, it -> it.equals(Cohort.ALL) || it.by().equals(Cohort.ARM));
            List<Figure> responders = Stream.concat(
                            chain().stream().skip(2), Stream.of(layers().get(6).get(1)))
                    .filter(figure -> metrics.values().stream().anyMatch(it -> figure.number.apply(it) != null))
                    .toList();
            assertThat(smallestGroup(metrics, responders))
                    .as("threshold %d, %s, %s", threshold, mcid, metrics.values())
                    .isGreaterThanOrEqualTo(threshold);
        }
    }

    @SeededTest
    void withholdsNothingAtAThresholdOfOne(long seed) {
        addRandom(new Random(seed), participants);

        assertThat(metrics(1, it -> true).values())
                .allSatisfy(it -> assertThat(it.suppressed()).isFalse())
                .allSatisfy(it -> assertThat(it.withheld()).isNull());
    }

    @Test
    void withholdsNothingWhereEverythingIsLarge() {
        for (String arm : List.of("ACT", "PBO")) {
            for (String site : List.of("S1", "S2")) {
                add(6, site, arm, 2, 8);
                add(6, site, arm, 5, 8);
                add(6, site, arm, 8, 8);
                add(6, site, arm, 7, null);
                add(6, site, arm, 7, 0);
                add(6, site, arm, null, null);
            }
        }

        assertThat(metrics(6, it -> true).values())
                .allSatisfy(it -> assertThat(it.suppressed()).isFalse())
                .allSatisfy(it -> assertThat(withheld(it)).isEmpty());
    }

    @Test
    void givesNoNumberOfASmallCohort() {
        add(9, "S1", "ACT", 3, 7);
        add(4, "S1", "PBO", 3, 7);

        CohortMetric metric = metric(5, Cohort.arm("PBO"));

        assertThat(metric.suppressed()).isTrue();
        assertThat(metric.reason()).isEqualTo("SMALL_CELL");
        assertThat(metric.value()).isNull();
        assertThat(metric.withheld()).isNull();
        assertThat(metric(5, Cohort.arm("ACT")).suppressed()).isTrue();
        assertThat(metric(5, Cohort.ALL).value().n()).isEqualTo(13);
    }

    @ParameterizedTest
    @CsvSource({"0, 20, true", "4, 16, false", "5, 15, true", "16, 4, false", "20, 0, true"})
    void withholdsRespondersWhereTheyOrTheOthersAreFew(int responders, int others, boolean shown) {
        mcid = MCIDS.get(4);
        add(responders, "S1", "ACT", 2, 8);
        add(others, "S1", "ACT", 8, 8);

        CohortMetric metric = metric(5, Cohort.ALL);

        assertThat(metric.responders() != null).isEqualTo(shown);
        if (!shown) {
            assertThat(withheld(metric)).containsExactlyInAnyOrder("responders.30", "responders.50", "responders.mcid");
        }
    }

    @Test
    void comparesWithTheLastThresholdThatIsShown() {
        mcid = MCIDS.get(5);
        add(5, "S1", "ACT", 1, 10);
        add(3, "S1", "ACT", 5, 10);
        add(2, "S1", "ACT", 6, 10);
        add(10, "S1", "ACT", 10, 10);

        CohortMetric metric = metric(5, Cohort.ALL);

        assertThat(withheld(metric)).containsExactly("responders.50");
        assertThat(metric.responders().thirtyPercent().observed().k()).isEqualTo(10);
        assertThat(metric.responders().mcid().observed().k()).isEqualTo(5);
    }

    /** Everyone who improved by 5 points of 10 improved by half, so the difference is of two. */
    @Test
    void withholdsAnMcidThatIsWithinAnotherThreshold() {
        mcid = MCIDS.get(2);
        add(8, "S1", "ACT", 3, 9);
        add(2, "S1", "ACT", 0, 3);
        add(10, "S1", "ACT", 9, 9);

        CohortMetric metric = metric(5, Cohort.ALL);

        assertThat(withheld(metric)).containsExactly("responders.mcid");
        assertThat(metric.responders().fiftyPercent().observed().k()).isEqualTo(10);
    }

    @Test
    void withholdsTheImputedShareWhereFewAreMissing() {
        add(10, "S1", "ACT", 2, 8);
        add(10, "S1", "ACT", 8, 8);
        add(3, "S1", "ACT", null, null);

        CohortMetric metric = metric(5, Cohort.ALL);

        assertThat(withheld(metric))
                .containsExactly("responders.30.imputed", "responders.50.imputed", "responders.mcid.imputed");
        assertThat(metric.responders().thirtyPercent().imputed()).isNull();
        assertThat(metric.responders().thirtyPercent().observed().k()).isEqualTo(10);
    }

    @Test
    void withholdsChangeWhereFewHaveNoBaseline() {
        mcid = MCIDS.get(6);
        add(10, "S1", "ACT", 2, 8);
        add(10, "S1", "ACT", 8, 8);
        add(3, "S1", "ACT", 8, null);

        CohortMetric metric = metric(5, Cohort.ALL);

        assertThat(withheld(metric))
                .containsExactly("change", "percentChange", "nBaselineZero", "responders.30", "responders.50");
        assertThat(metric.change()).isNull();
        assertThat(metric.nBaselineZero()).isNull();
        assertThat(metric.responders().mcid().observed().k()).isEqualTo(10);
    }

    @Test
    void withholdsPercentChangeWhereFewHaveABaselineOfZero() {
        add(10, "S1", "ACT", 2, 8);
        add(10, "S1", "ACT", 8, 8);
        add(3, "S1", "ACT", 8, 0);

        assertThat(withheld(metric(5, Cohort.ALL)))
                .containsExactly("percentChange", "nBaselineZero", "responders.30", "responders.50");
    }

    @Test
    void withholdsHowManyAreOutsideLimitsWhereTheyAreFew() {
        add(20, "S1", "ACT", 8, 8);
        participants.add(new Participant(cell("S1", "ACT"), null, null, true));

        CohortMetric metric = metric(5, Cohort.ALL);

        assertThat(metric.nOutsideLimits()).isNull();
        assertThat(withheld(metric)).contains("nOutsideLimits", "responders.30.imputed");
        assertThat(metric(1, Cohort.ALL).nOutsideLimits()).isEqualTo(1);
    }

    @Test
    void comparesArmsOnlyWhereBothShowWhatIsCompared() {
        add(10, "S1", "ACT", 2, 8);
        add(10, "S1", "PBO", 8, 8);
        assertThat(metric(5, Cohort.arm("ACT")).versusControl().change()).isNotNull();
        assertThat(metric(1, Cohort.arm("ACT")).versusControl().ancova()).isNotNull();

        add(2, "S1", "PBO", 8, null);

        CohortMetric metric = metric(5, Cohort.arm("ACT"));
        assertThat(metric.versusControl().value()).isNull();
        assertThat(metric.versusControl().change()).isNull();
        assertThat(metric.versusControl().ancova()).isNull();
        assertThat(metric.withheld())
                .contains("change", "versusControl.value", "versusControl.change", "versusControl.ancova");
    }

    @Test
    void showsAnArmWithNobodyInItAndComparesWithIt() {
        add(10, "S1", "ACT", 2, 8);
        add(5, "S1", "PBO", null, null);

        assertThat(metric(5, Cohort.arm("PBO")).value().n()).isZero();
        assertThat(metric(5, Cohort.arm("ACT")).versusControl().change().nControl())
                .isZero();
        assertThat(withheld(metric(5, Cohort.arm("ACT")))).isEmpty();
    }
}

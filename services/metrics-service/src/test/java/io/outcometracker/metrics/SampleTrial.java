package io.outcometracker.metrics;

import static java.util.Objects.requireNonNull;

import io.outcometracker.contract.Cohort;
import io.outcometracker.contract.CohortMetric;
import io.outcometracker.contract.CohortMetric.Distribution;
import io.outcometracker.contract.CohortMetric.Interval;
import io.outcometracker.contract.CohortMetric.Proportion;
import io.outcometracker.contract.CohortMetric.ResponderRate;
import io.outcometracker.contract.CohortMetric.Responders;
import io.outcometracker.contract.Completeness;
import io.outcometracker.contract.Completeness.Counts;
import io.outcometracker.contract.Json;
import io.outcometracker.contract.Protocol;
import io.outcometracker.contract.Protocol.Instrument;
import io.outcometracker.contract.Protocol.Visit;
import io.outcometracker.contract.TrialSummary;
import io.outcometracker.statistics.Ancova;
import io.outcometracker.statistics.ArmComparison;
import io.outcometracker.statistics.CohortStatistics;
import io.outcometracker.statistics.CohortTally;
import io.outcometracker.statistics.HedgesG;
import io.outcometracker.statistics.Mcid;
import io.outcometracker.statistics.MeanDifference;
import io.outcometracker.statistics.Observation;
import io.outcometracker.statistics.Scoring;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** A simulated trial as it would be published: two arms, four sites, five visits, four instruments; the last visit is under way. */
record SampleTrial(
        Protocol protocol, List<CohortMetric> metrics, List<Completeness> completeness, List<TrialSummary> summaries) {
    private static final int PARTICIPANTS = 96;
    private static final Instant AS_OF = Instant.parse("2026-11-20T09:30:00Z");

    private record Participant(int number, String arm, String site, String cellSource) {}

    static SampleTrial of(String trial, long seed) {
        Protocol protocol = protocol(trial);
        Random random = new Random(seed);
        List<Participant> participants = new ArrayList<>();
        for (int i = 0; i < PARTICIPANTS; i++) {
            participants.add(new Participant(
                    i,
                    i % 2 == 0 ? "BM-MSC" : "SHAM",
                    protocol.sites().get(random.nextInt(4)),
                    random.nextBoolean() ? "autologous" : "allogeneic"));
        }
        List<CohortMetric> metrics = new ArrayList<>();
        List<Completeness> completeness = new ArrayList<>();
        for (Instrument instrument : protocol.instruments()) {
            List<Map<Participant, Observation>> visits = scores(protocol, instrument, participants, random);
            for (int visit = 0; visit < visits.size(); visit++) {
                for (Cohort cohort : visits.get(visit).isEmpty() ? List.<Cohort>of() : cohorts(protocol)) {
                    metrics.add(metric(
                            protocol,
                            protocol.visits().get(visit),
                            instrument,
                            cohort,
                            participants,
                            visits.get(visit)));
                    completeness.add(completeness(metrics.get(metrics.size() - 1), participants));
                }
            }
        }
        List<TrialSummary> summaries = cohorts(protocol).stream()
                .map(it -> summary(trial, it, members(it, participants).size()))
                .toList();
        return new SampleTrial(protocol, List.copyOf(metrics), List.copyOf(completeness), summaries);
    }

    static Protocol protocol(String trial) {
        return Json.MAPPER.readValue("""
                {"trial": "%s", "title": "Mesenchymal stromal cells for chronic low back pain", "version": 3, "masked": false,
                 "arms": [{"code": "BM-MSC", "label": "Bone-marrow MSC"}, {"code": "SHAM", "label": "Sham injection", "control": true}],
                 "sites": ["LEIDEN", "GRAZ", "PORTO", "LUND"],
                 "groupings": ["cellSource"],
                 "visits": [
                  {"code": "BL", "label": "Baseline", "day": -7, "windowOpen": -28, "windowClose": -1, "baseline": true},
                  {"code": "W4", "label": "Week 4", "day": 28, "windowOpen": 21, "windowClose": 35},
                  {"code": "M3", "label": "Month 3", "day": 90, "windowOpen": 76, "windowClose": 104},
                  {"code": "M6", "label": "Month 6", "day": 180, "windowOpen": 160, "windowClose": 200},
                  {"code": "M12", "label": "Month 12", "day": 365, "windowOpen": 335, "windowClose": 395}],
                 "instruments": [
                  {"code": "NRS", "label": "Average back pain last week", "domain": "pain", "unit": "{score}", "min": 0, "max": 10, "decimals": 0,
                   "higherIsWorse": true, "mcid": {"value": 2, "kind": "ABS", "source": "Farrar 2001"}},
                  {"code": "ODI", "label": "Oswestry Disability Index", "domain": "function", "unit": "%%", "min": 0, "max": 100, "decimals": 0,
                   "higherIsWorse": true, "mcid": {"value": 10, "kind": "ABS", "source": "Ostelo 2008"}},
                  {"code": "PROMIS_SD", "label": "Sleep disturbance, T-score", "domain": "sleep", "min": 10, "max": 90, "decimals": 1,
                   "higherIsWorse": true, "percentChange": false},
                  {"code": "PGIC", "label": "Patient’s global impression of change", "domain": "global", "min": 1, "max": 7, "decimals": 0,
                   "higherIsWorse": true, "hasBaseline": false, "mcid": {"value": 2, "kind": "VALUE_AT_MOST", "source": "Dworkin 2008"}}]}
                """.formatted(trial), Protocol.class);
    }

    private static List<Cohort> cohorts(Protocol protocol) {
        List<Cohort> cohorts = new ArrayList<>(List.of(Cohort.ALL));
        protocol.arms().forEach(it -> cohorts.add(Cohort.arm(it.code())));
        protocol.sites().forEach(it -> cohorts.add(Cohort.site(it)));
        cohorts.add(new Cohort("cellSource", "allogeneic"));
        cohorts.add(new Cohort("cellSource", "autologous"));
        return cohorts;
    }

    /** By visit: who has a score, and which; the fewer the later the visit. */
    private static List<Map<Participant, Observation>> scores(
            Protocol protocol, Instrument instrument, List<Participant> participants, Random random) {
        double low = instrument.min().doubleValue();
        double range = instrument.max().doubleValue() - low;
        long scale = Math.round(Math.pow(10, instrument.decimals()));
        double[] gain = {0, 0.10, 0.21, 0.27, 0.29};
        double[] present = {1, 0.97, 0.93, 0.88, 0.45};
        List<Map<Participant, Observation>> visits = new ArrayList<>();
        protocol.visits().forEach(it -> visits.add(new LinkedHashMap<>()));
        for (Participant participant : participants) {
            double start = 0.62 + 0.13 * random.nextGaussian();
            double effect = participant.arm().equals("SHAM") ? 0.4 : 1;
            Long baseline = null;
            for (int visit = 0; visit < visits.size(); visit++) {
                double share = start - effect * gain[visit] + 0.09 * random.nextGaussian();
                boolean skipped = visit == 0 && !instrument.measuresChange();
                if (random.nextDouble() < present[visit] && !skipped) {
                    long score = Math.round((low + range * Math.min(1, Math.max(0, share))) * scale);
                    visits.get(visit).put(participant, new Observation(score, baseline));
                    baseline = visit == 0 && instrument.measuresChange() ? Long.valueOf(score) : baseline;
                }
            }
        }
        return visits;
    }

    private static CohortMetric metric(
            Protocol protocol,
            Visit visit,
            Instrument instrument,
            Cohort cohort,
            List<Participant> participants,
            Map<Participant, Observation> scores) {
        CohortTally tally = tally(cohort, scores);
        Protocol.Mcid mcid = instrument.mcid();
        boolean paired = instrument.measuresChange() && !visit.baseline();
        Mcid threshold = mcid == null || (visit.baseline() && mcid.kind() != Protocol.Mcid.Kind.VALUE_AT_MOST)
                ? null
                : new Mcid(
                        mcid.value(),
                        mcid.kind() == Protocol.Mcid.Kind.ABS ? Mcid.Kind.ABSOLUTE : Mcid.Kind.VALUE_AT_MOST);
        Scoring scoring = new Scoring(
                instrument.decimals(), instrument.higherIsWorse(), paired, instrument.percentChange(), threshold);
        long due = visit.code().equals("M12")
                ? tally.n()
                : members(cohort, participants).size();
        CohortStatistics it = CohortStatistics.of(tally, scoring, due);
        Responders responders =
                new Responders(rate(it.responders30()), rate(it.responders50()), rate(it.respondersMcid()));
        return new CohortMetric(
                protocol.trial(),
                visit.code(),
                instrument.code(),
                cohort,
                distribution(it.value()),
                distribution(it.change()),
                distribution(it.percentChange()),
                it.percentChange() == null ? null : it.nBaselineZero(),
                responders.equals(new Responders(null, null, null)) ? null : responders,
                null,
                null,
                versusControl(protocol, cohort, scores, scoring),
                null,
                false,
                null,
                null,
                null,
                AS_OF,
                protocol.version());
    }

    private static List<Participant> members(Cohort cohort, Collection<Participant> participants) {
        return participants.stream()
                .filter(it -> switch (cohort.by()) {
                    case Cohort.ARM -> it.arm().equals(cohort.value());
                    case Cohort.SITE -> it.site().equals(cohort.value());
                    case "cellSource" -> it.cellSource().equals(cohort.value());
                    default -> true;
                })
                .toList();
    }

    private static CohortTally tally(Cohort cohort, Map<Participant, Observation> scores) {
        CohortTally tally = new CohortTally();
        members(cohort, scores.keySet()).forEach(it -> tally.add(scores.get(it), 1));
        return tally;
    }

    /** Without p, as a protocol has it by default. */
    private static CohortMetric.@Nullable ArmComparison versusControl(
            Protocol protocol, Cohort cohort, Map<Participant, Observation> scores, Scoring scoring) {
        if (!cohort.equals(Cohort.arm("BM-MSC"))) {
            return null;
        }
        Map<String, CohortTally> arms = new LinkedHashMap<>();
        protocol.arms().forEach(it -> arms.put(it.code(), tally(Cohort.arm(it.code()), scores)));
        ArmComparison it = ArmComparison.against("SHAM", arms, scoring).get(cohort.value());
        Ancova ancova = it.ancova();
        return new CohortMetric.ArmComparison(
                "SHAM",
                difference(it.value()),
                it.change() == null ? null : difference(it.change()),
                ancova == null
                        ? null
                        : new CohortMetric.Ancova(
                                ancova.nActive(),
                                ancova.nControl(),
                                ancova.slope(),
                                ancova.difference(),
                                ancova.se(),
                                ancova.df(),
                                ancova.t(),
                                null,
                                interval(ancova.ci()),
                                ancova.adjustedMeanActive(),
                                ancova.adjustedMeanControl(),
                                null));
    }

    private static CohortMetric.MeanDifference difference(MeanDifference it) {
        HedgesG g = it.effectSize();
        return new CohortMetric.MeanDifference(
                it.nActive(),
                it.nControl(),
                it.difference(),
                it.se(),
                it.df(),
                it.t(),
                null,
                interval(it.ci()),
                g == null
                        ? null
                        : new CohortMetric.HedgesG(
                                g.g(), g.se(), interval(g.ci()), g.pooledSd(), g.d(), g.correction()),
                null);
    }

    /** Half of what is not there was missed, one was not done, and the rest is overdue; at the last visit it is due. */
    private static Completeness completeness(CohortMetric metric, List<Participant> participants) {
        long received = requireNonNull(metric.value()).n();
        long rest = members(metric.cohort(), participants).size() - received;
        long late = received / 20;
        long notDone = Math.min(1, rest);
        long missed = (rest - notDone) / 2;
        return new Completeness(
                metric.trial(),
                metric.visit(),
                metric.instrument(),
                metric.cohort(),
                metric.visit().equals("M12")
                        ? Counts.of(received - late, 0, late, 0, 0, 0, rest, 0, 0)
                        : Counts.of(received - late - 1, 1, late, notDone, 0, 0, 0, missed, rest - notDone - missed),
                AS_OF,
                metric.protocolVersion());
    }

    private static TrialSummary summary(String trial, Cohort cohort, long randomised) {
        boolean screened = !cohort.by().equals(Cohort.ARM);
        long excluded = screened ? randomised / 8 : 0;
        long lost = randomised / 16;
        long treated = randomised - 1;
        long affected = randomised / 4;
        double months = treated * 7.5;
        long events = affected + affected / 2;
        return new TrialSummary(
                trial,
                cohort,
                new TrialSummary.Flow(
                        randomised + excluded,
                        excluded,
                        excluded == 0 ? Map.of() : Map.of("SCREEN FAILURE", excluded),
                        randomised,
                        treated,
                        randomised - lost - 1,
                        lost + 1,
                        1,
                        lost == 0
                                ? Map.of("WITHDRAWAL BY SUBJECT", 1L)
                                : Map.of("LOST TO FOLLOW-UP", lost, "WITHDRAWAL BY SUBJECT", 1L)),
                new TrialSummary.AdverseEvents(
                        treated,
                        affected,
                        (double) affected / treated,
                        events,
                        1,
                        1,
                        affected - affected / 3 - 1,
                        affected / 3,
                        1,
                        months,
                        100 * events / months),
                AS_OF,
                3);
    }

    private static @Nullable Distribution distribution(io.outcometracker.statistics.@Nullable Distribution it) {
        return it == null
                ? null
                : new Distribution(
                        it.n(),
                        it.mean(),
                        it.sd(),
                        it.se(),
                        interval(it.ci()),
                        it.median(),
                        it.q1(),
                        it.q3(),
                        it.min(),
                        it.max());
    }

    private static @Nullable ResponderRate rate(io.outcometracker.statistics.@Nullable Responders it) {
        return it == null ? null : new ResponderRate(proportion(it.observed()), proportion(it.imputed()));
    }

    private static Proportion proportion(io.outcometracker.statistics.Proportion it) {
        return new Proportion(it.k(), it.n(), it.rate(), interval(it.ci()));
    }

    private static @Nullable Interval interval(io.outcometracker.statistics.@Nullable Interval it) {
        return it == null ? null : new Interval(it.low(), it.high());
    }
}

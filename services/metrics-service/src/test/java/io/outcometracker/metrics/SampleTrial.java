package io.outcometracker.metrics;

import io.outcometracker.contract.Cohort;
import io.outcometracker.contract.CohortMetric;
import io.outcometracker.contract.CohortMetric.Distribution;
import io.outcometracker.contract.CohortMetric.Interval;
import io.outcometracker.contract.CohortMetric.Proportion;
import io.outcometracker.contract.CohortMetric.ResponderRate;
import io.outcometracker.contract.CohortMetric.Responders;
import io.outcometracker.contract.Json;
import io.outcometracker.contract.Protocol;
import io.outcometracker.contract.Protocol.Instrument;
import io.outcometracker.contract.Protocol.Visit;
import io.outcometracker.statistics.CohortStatistics;
import io.outcometracker.statistics.CohortTally;
import io.outcometracker.statistics.Mcid;
import io.outcometracker.statistics.Observation;
import io.outcometracker.statistics.Scoring;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A simulated trial as it would be published: two arms, four sites, five visits, four instruments; the last visit is under way. */
record SampleTrial(Protocol protocol, List<CohortMetric> metrics) {
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
                }
            }
        }
        return new SampleTrial(protocol, List.copyOf(metrics));
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
        Predicate<Participant> member = it -> switch (cohort.by()) {
            case Cohort.ARM -> it.arm().equals(cohort.value());
            case Cohort.SITE -> it.site().equals(cohort.value());
            case "cellSource" -> it.cellSource().equals(cohort.value());
            default -> true;
        };
        CohortTally tally = new CohortTally();
        scores.forEach((participant, score) -> {
            if (member.test(participant)) {
                tally.add(score, 1);
            }
        });
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
                : participants.stream().filter(member).count();
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
                false,
                null,
                AS_OF,
                protocol.version());
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

package io.outcometracker.benchmarks.freshness;

import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A trial of two arms at ten sites, and what its sites report: an endless load of records and corrections at all visits, and beside it, at a visit
 * of its own, one new score after the other, so that the number of scores there tells which of them is in.
 */
final class Trial {
    static final String NAME = "FRESH";
    static final String PROBED = "PROBE|SCORE-0";

    private static final int PARTICIPANTS = 500;
    private static final int PROBES = 2_000;
    private static final int SITES = 10;
    private static final int VISITS = 12;
    private static final int INSTRUMENTS = 4;
    /** Of a site. */
    private static final int SLOTS = PARTICIPANTS / SITES * VISITS * INSTRUMENTS;

    /** Records of a request of the load. */
    static final int BATCH = 20;

    private Trial() {}

    static String protocol() {
        return """
                {"trial": "%s", "title": "Freshness", "version": 1, "masked": false,
                 "arms": [{"code": "ACT", "label": "Active"}, {"code": "PBO", "label": "Placebo", "control": true}],
                 "sites": [%s],
                 "visits": [{"code": "PROBE", "label": "Probe", "day": 3, "windowOpen": 2, "windowClose": 4}, %s],
                 "instruments": [%s]}
                """.formatted(
                        NAME,
                        list(SITES, i -> "\"%s\"".formatted(site(i))),
                        list(
                                VISITS,
                                i ->
                                        "{\"code\": \"V%d\", \"label\": \"Visit %d\", \"day\": %d, \"windowOpen\": %d, \"windowClose\": %d, \"baseline\": %b}"
                                                .formatted(
                                                        i,
                                                        i,
                                                        day(i),
                                                        i == 0 ? -7 : day(i) - 7,
                                                        i == 0 ? 1 : day(i) + 7,
                                                        i == 0)),
                        list(
                                INSTRUMENTS,
                                i ->
                                        "{\"code\": \"SCORE-%d\", \"unit\": \"{score}\", \"min\": 0, \"max\": 100, \"decimals\": 0, \"higherIsWorse\": true}"
                                                .formatted(i)));
    }

    private interface Item {
        String of(int number);
    }

    private static String list(int size, Item item) {
        return IntStream.range(0, size).mapToObj(item::of).collect(Collectors.joining(", "));
    }

    private static int day(int visit) {
        return visit == 0 ? 1 : 28 * visit;
    }

    static List<String> sites() {
        return IntStream.range(0, SITES).mapToObj(Trial::site).toList();
    }

    private static String site(int participant) {
        return "SITE-%02d".formatted(participant % SITES);
    }

    private static LocalDate day1() {
        return LocalDate.now(ZoneOffset.UTC).minusDays(400);
    }

    /** Of all who are reported of. */
    static String enrolments() {
        return "[" + list(PARTICIPANTS, i -> enrolment("P-%05d".formatted(i), i)) + ", "
                + list(PROBES, i -> enrolment("Q-%05d".formatted(i), i)) + "]";
    }

    private static String enrolment(String participant, int number) {
        return "{\"participant\": \"%s\", \"site\": \"%s\", \"arm\": \"%s\", \"day1\": \"%s\"}"
                .formatted(participant, site(number), number % 2 == 0 ? "ACT" : "PBO", day1());
    }

    /** The list of this number, of one site after the other: each slot's first version, then all second ones, and so on. */
    static String load(long number) {
        int site = (int) (number % SITES);
        long first = number / SITES * BATCH;
        return "[" + list(BATCH, i -> loaded(site, first + i)) + "]";
    }

    private static String loaded(int site, long number) {
        int slot = (int) (number % SLOTS);
        int version = (int) (number / SLOTS) + 1;
        int perSite = PARTICIPANTS / SITES;
        int participant = slot % perSite * SITES + site;
        int visit = slot / perSite % VISITS;
        int instrument = slot / perSite / VISITS;
        return record(
                "L-%d-%d".formatted(site, slot),
                version,
                site(site),
                "P-%05d".formatted(participant),
                "V" + visit,
                instrument,
                (int) (number * 7919 % 101),
                day1().plusDays(day(visit) - 1L));
    }

    /** The probe of this number, counted from 0. */
    static String probe(int number) {
        return record(
                "Q-%d".formatted(number),
                1,
                site(number),
                "Q-%05d".formatted(number),
                "PROBE",
                0,
                number % 101,
                day1().plusDays(2));
    }

    private static String record(
            String id,
            int version,
            String site,
            String participant,
            String visit,
            int instrument,
            int value,
            LocalDate on) {
        return """
                {"recordId": "%s", "version": %d, "site": "%s", "participant": "%s", "visit": "%s", "instrument": "SCORE-%d", "value": %d, \
                "unit": "{score}", "assessedOn": "%s", "status": "%s"%s}""".formatted(
                        id,
                        version,
                        site,
                        participant,
                        visit,
                        instrument,
                        value,
                        on,
                        version == 1 ? "final" : "amended",
                        version == 1 ? "" : ", \"reasonForChange\": \"transcription error\"");
    }
}

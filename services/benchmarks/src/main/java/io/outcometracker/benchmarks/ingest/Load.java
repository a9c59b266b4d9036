package io.outcometracker.benchmarks.ingest;

import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Follow-ups that are all different and keep all rules, from several sites in turn, each with a token of its own.
 *
 * @param batch records of a request
 */
record Load(String name, Format format, int batch, int connections) {
    static final String TRIAL = "BENCH";
    static final String PATH = "api/v1/trials/" + TRIAL + "/follow-ups";
    /** A caller may have 40 requests under way. */
    private static final int SITE_COUNT = 32;

    /** What one connection after the other sends, from few records to many. */
    static final List<Load> ALL = List.of(
            json(1, 16),
            json(1, 64),
            json(1, 256),
            json(10, 64),
            json(100, 16),
            json(100, 64),
            bulk(Format.NDJSON),
            bulk(Format.CSV));

    private static Load json(int batch, int connections) {
        return new Load(batch + "x" + connections, Format.JSON, batch, connections);
    }

    private static Load bulk(Format format) {
        return new Load(format + " 1000x16", format, 1000, 16);
    }

    static List<String> sites() {
        return IntStream.rangeClosed(1, SITE_COUNT)
                .mapToObj("SITE-%02d"::formatted)
                .toList();
    }

    /** The trial that the records are of. */
    static String protocol() {
        return """
                {"trial": "%s", "title": "Load", "version": 1, "masked": true,
                 "arms": [{"code": "ACT", "label": "Active"}, {"code": "PBO", "label": "Placebo", "control": true}],
                 "sites": [%s],
                 "visits": [
                   {"code": "BASELINE", "label": "Baseline", "day": 1, "windowOpen": -14, "windowClose": 1, "baseline": true},
                   {"code": "MONTH-04", "label": "Month 4", "day": 121, "windowOpen": 107, "windowClose": 135}],
                 "instruments": [
                   {"code": "VAS_BACK_PAIN", "unit": "mm", "min": 0, "max": 100, "decimals": 0, "higherIsWorse": true}]}
                """.formatted(TRIAL, sites().stream().map(it -> '"' + it + '"').collect(Collectors.joining(", ")));
    }

    /** As Lua's {@code string.format} fills it: run, thread, number, site, participant, score, day. */
    private String record() {
        return switch (format) {
            case JSON, NDJSON ->
                "{\"recordId\":\"%04x%04x-1c2d-4e3f-8a9b-%012d\",\"version\":1,\"site\":\"%s\",\"participant\":\"P-%07d\","
                        + "\"visit\":\"MONTH-04\",\"instrument\":\"VAS_BACK_PAIN\",\"value\":%02d,\"unit\":\"mm\","
                        + "\"assessedOn\":\"%s\",\"status\":\"final\"}";
            case CSV -> "%04x%04x-1c2d-4e3f-8a9b-%012d,1,%s,P-%07d,MONTH-04,VAS_BACK_PAIN,%02d,mm,%s,final";
        };
    }

    private String before() {
        return switch (format) {
            case JSON -> batch == 1 ? "" : "[";
            case NDJSON -> "";
            case CSV -> "recordId,version,site,participant,visit,instrument,value,unit,assessedOn,status\\n";
        };
    }

    private String between() {
        return format == Format.JSON ? "," : "\\n";
    }

    private String after() {
        return switch (format) {
            case JSON -> batch == 1 ? "" : "]";
            case NDJSON, CSV -> "\\n";
        };
    }

    /**
     * For wrk. All requests have the same length, so that their heads are made once.
     *
     * @param run the same for no two, so that no record is sent twice
     * @param tokens of the sites, in order
     */
    String script(int run, List<String> tokens) {
        return """
                local sites = { %s }
                local tokens = { %s }
                local threads = 0
                function setup(thread)
                  thread:set("thread", threads)
                  threads = threads + 1
                end

                local number = 0
                local site = 0
                local heads = {}
                local records = {}
                local function body(site)
                  for i = 1, %d do
                    number = number + 1
                    records[i] = string.format('%s', %d, thread, number, site, number %% 1000000, 10 + number %% 90, '%s')
                  end
                  return '%s' .. table.concat(records, '%s') .. '%s'
                end

                function init()
                  local length = #body(sites[1])
                  for i, token in ipairs(tokens) do
                    heads[i] = 'POST /%s HTTP/1.1\\r\\nHost: 127.0.0.1\\r\\nContent-Type: %s\\r\\nAuthorization: Bearer '
                      .. token .. '\\r\\nContent-Length: ' .. length .. '\\r\\n\\r\\n'
                  end
                end

                function request()
                  site = site %% #sites + 1
                  return heads[site] .. body(sites[site])
                end
                """.formatted(
                        quoted(sites()),
                        quoted(tokens),
                        batch,
                        record(),
                        run,
                        LocalDate.now(ZoneOffset.UTC).minusDays(30),
                        before(),
                        between(),
                        after(),
                        PATH,
                        format.contentType());
    }

    private static String quoted(List<String> texts) {
        return texts.stream().map(it -> "'" + it + "'").collect(Collectors.joining(", "));
    }
}

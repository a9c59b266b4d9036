package io.outcometracker.cohort.stream;

import io.outcometracker.cohort.tally.EndpointTally;
import io.outcometracker.cohort.tally.TallyKey;
import io.outcometracker.contract.Endpoint;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * What an audience whose view changes in batches was shown last of an endpoint: a copy of its counts and of its trial's
 * roster, and when it was taken.
 */
final class ReleaseStore {
    static final String RELEASES = "releases";
    /** As {@link TallyStore}. */
    static final String COPIES = "released-tallies";

    /**
     * @param at when it was taken; before the first one, when the endpoint was first seen
     * @param upTo as in the metrics; absent before the first one
     */
    record Release(Instant at, @Nullable Map<String, List<Long>> upTo) {}

    private final KeyValueStore<String, Release> releases;
    private final TallyStore copies;

    ReleaseStore(KeyValueStore<String, Release> releases, KeyValueStore<Bytes, Long> copies) {
        this.releases = releases;
        this.copies = new TallyStore(copies);
    }

    @Nullable
    Release last(Audience audience, Endpoint endpoint) {
        return releases.get(key(audience, endpoint));
    }

    /** The copy; empty before the first release. */
    EndpointTally tally(Audience audience, Endpoint endpoint) {
        String key = key(audience, endpoint);
        return new EndpointTally(endpoint, () -> copies.rows(key), () -> copies.rows(roster(key)));
    }

    void see(Audience audience, Endpoint endpoint, Instant now) {
        releases.put(key(audience, endpoint), new Release(now, null));
    }

    /** Makes what is counted now the release. */
    void take(Audience audience, Endpoint endpoint, Release release, TallyStore tallies) {
        String key = key(audience, endpoint);
        releases.put(key, release);
        copies.replace(key, tallies.rows(TallyKey.endpoint(endpoint)));
        copies.replace(roster(key), tallies.rows(TallyKey.roster(endpoint.trial())));
    }

    void delete(Audience audience, Endpoint endpoint) {
        String key = key(audience, endpoint);
        if (releases.delete(key) != null) {
            copies.replace(key, Map.of());
            copies.replace(roster(key), Map.of());
        }
    }

    private static String key(Audience audience, Endpoint endpoint) {
        return audience.name() + '|' + endpoint;
    }

    private static String roster(String key) {
        return key + "|roster";
    }
}

package io.outcometracker.cohort.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNullElse;

import io.outcometracker.cohort.tally.TallyRow;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.kafka.common.serialization.BytesSerializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.ObjectWriter;

/** Count by tally and row: the key is the tally's name, then 0, then the row in CBOR. A row of which there is none is not there. */
final class TallyStore {
    private static final ObjectWriter WRITER = Cbor.MAPPER.writerFor(TallyRow.class);
    private static final ObjectReader READER = Cbor.MAPPER.readerFor(TallyRow.class);

    private final KeyValueStore<Bytes, Long> counts;

    TallyStore(KeyValueStore<Bytes, Long> counts) {
        this.counts = counts;
    }

    void add(String tally, TallyRow row, long by) {
        Bytes key = key(tally, row);
        long count = requireNonNullElse(counts.get(key), 0L) + by;
        if (count < 0) {
            throw new IllegalStateException("more was taken out of the tally " + tally + " than was in it");
        }
        counts.put(key, count == 0 ? null : count);
    }

    /** Everything that is counted under the name. */
    Map<TallyRow, Long> rows(String tally) {
        byte[] prefix = prefix(tally);
        Map<TallyRow, Long> rows = new HashMap<>();
        try (KeyValueIterator<Bytes, Long> range = counts.prefixScan(Bytes.wrap(prefix), new BytesSerializer())) {
            range.forEachRemaining(it -> rows.put(row(it.key.get(), prefix.length), it.value));
        }
        return rows;
    }

    /** Makes the tally consist of these rows; writes only what differs. */
    void replace(String tally, Map<TallyRow, Long> rows) {
        Map<TallyRow, Long> before = rows(tally);
        Set<TallyRow> either = new HashSet<>(before.keySet());
        either.addAll(rows.keySet());
        for (TallyRow row : either) {
            if (!Objects.equals(before.get(row), rows.get(row))) {
                counts.put(key(tally, row), rows.get(row));
            }
        }
    }

    private static byte[] prefix(String tally) {
        return (tally + '\0').getBytes(UTF_8);
    }

    private static Bytes key(String tally, TallyRow row) {
        byte[] prefix = prefix(tally);
        byte[] suffix = WRITER.writeValueAsBytes(row);
        return Bytes.wrap(ByteBuffer.allocate(prefix.length + suffix.length)
                .put(prefix)
                .put(suffix)
                .array());
    }

    private static TallyRow row(byte[] key, int prefixLength) {
        return READER.readValue(key, prefixLength, key.length - prefixLength);
    }
}

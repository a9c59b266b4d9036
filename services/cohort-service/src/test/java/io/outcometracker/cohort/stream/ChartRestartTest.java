package io.outcometracker.cohort.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.outcometracker.cohort.RandomReports;
import io.outcometracker.cohort.chart.ParticipantEvent;
import io.outcometracker.cohort.tally.TallyRow;
import io.outcometracker.contract.Disposition;
import io.outcometracker.contract.Disposition.Fate;
import io.outcometracker.contract.Topics;
import io.outcometracker.testkit.SeededTest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.kafka.common.serialization.Serde;

/**
 * A task that may stop at any point and be followed by another, in another process. With exactly-once processing the
 * stores, what was written and what counts as read are committed together, and all since the last commit is undone.
 */
class ChartRestartTest {

    /** What a committed run has left behind. */
    private static final class Committed {
        private ChartTask.Stored stored = ChartTask.Stored.NOTHING;
        private final Map<String, Integer> read = new HashMap<>();
        private final Map<String, Map<TallyRow, Long>> tallies = new HashMap<>();
        private final Map<String, Fate> fates = new HashMap<>();
        private final Map<String, Integer> versions = new HashMap<>();

        void write(ChartStep step) {
            step.changes()
                    .forEach((tally, change) -> roundTrip(change)
                            .rows()
                            .forEach(it -> tallies.computeIfAbsent(tally, key -> new HashMap<>())
                                    .merge(it.row(), it.by(), (a, b) -> a + b == 0 ? null : Long.valueOf(a + b))));
            for (Disposition disposition : step.dispositions()) {
                fates.put(disposition.key(), disposition.currentFate());
                if (disposition.currentFate() == Fate.ERASED) {
                    // Which version of it was last seen is forgotten, too.
                    versions.remove(disposition.key());
                } else {
                    versions.put(disposition.key(), disposition.currentVersion());
                }
            }
            tallies.values().removeIf(Map::isEmpty);
        }

        private static TallyChange roundTrip(TallyChange change) {
            Serde<TallyChange> serde = CohortTopology.TALLY_CHANGE;
            return serde.deserializer().deserialize("", serde.serializer().serialize("", change));
        }
    }

    @SeededTest
    void comesToTheSameWhereverItStopsAndGoesOnFromItsStores(long seed) {
        Random random = new Random(seed);
        Map<String, List<ParticipantEvent>> logs = new TreeMap<>();
        for (ParticipantEvent event : RandomReports.repeatedInAnyOrder(RandomReports.of(12, random), random)) {
            logs.computeIfAbsent(ChartTask.topic(event), it -> new ArrayList<>())
                    .add(event);
        }

        Committed unharmed = run(logs, 0, random);
        Committed crashed = run(logs, 10, random);

        assertThat(crashed.tallies).isEqualTo(unharmed.tallies);
        assertThat(crashed.fates).isEqualTo(unharmed.fates);
        assertThat(crashed.versions).isEqualTo(unharmed.versions);
        assertThat(crashed.stored).isEqualTo(unharmed.stored);
    }

    /** Takes from the topics in turns that nobody can foresee, as Kafka Streams does, and differently each time. */
    private static Committed run(Map<String, List<ParticipantEvent>> logs, int crashes, Random random) {
        Committed committed = new Committed();
        int crashesLeft = crashes;
        while (!allRead(logs, committed.read)) {
            ChartTask task = new ChartTask(committed.stored);
            Map<String, Integer> read = new HashMap<>(committed.read);
            List<ChartStep> uncommitted = new ArrayList<>();
            boolean running = true;
            while (running && !allRead(logs, read)) {
                String topic = topicWithMore(logs, read, random);
                int offset = read.getOrDefault(topic, 0);
                ChartStep step = task.process(logs.get(topic).get(offset), offset);
                read.put(topic, offset + 1);
                step.changes()
                        .values()
                        .forEach(change -> assertThat(change.upTo()).isEqualTo(positions(read)));
                uncommitted.add(step);
                if (random.nextInt(10) == 0 || allRead(logs, read)) {
                    uncommitted.forEach(committed::write);
                    uncommitted.clear();
                    committed.stored = task.stored();
                    committed.read.putAll(read);
                }
                if (crashesLeft > 0 && random.nextInt(15) == 0) {
                    crashesLeft--;
                    running = false;
                }
            }
        }
        assertThat(crashesLeft).isZero();
        return committed;
    }

    private static boolean allRead(Map<String, List<ParticipantEvent>> logs, Map<String, Integer> read) {
        return logs.entrySet().stream().allMatch(it -> it.getValue().size() == read.getOrDefault(it.getKey(), 0));
    }

    private static String topicWithMore(
            Map<String, List<ParticipantEvent>> logs, Map<String, Integer> read, Random random) {
        List<String> topics = logs.keySet().stream()
                .filter(topic -> read.getOrDefault(topic, 0) < logs.get(topic).size())
                .toList();
        return topics.get(random.nextInt(topics.size()));
    }

    private static Map<String, Long> positions(Map<String, Integer> read) {
        Map<String, Long> positions = new HashMap<>();
        List.of(Topics.ENROLMENTS, Topics.FOLLOW_UPS, Topics.ERASURES)
                .forEach(topic -> positions.put(topic.name(), (long) read.getOrDefault(topic.name(), 0)));
        return positions;
    }
}

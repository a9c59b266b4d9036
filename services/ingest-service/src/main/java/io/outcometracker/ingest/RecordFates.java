package io.outcometracker.ingest;

import io.outcometracker.contract.Code;
import io.outcometracker.contract.Disposition;
import io.outcometracker.contract.Disposition.Fate;
import io.outcometracker.contract.Disposition.Subject;
import io.outcometracker.contract.Topics;
import io.outcometracker.ingest.domain.Caller;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.jspecify.annotations.Nullable;

/**
 * What was decided last on each record, found by the recordId alone, as a site asks; and who waits for it is told. It
 * also knows by it at which site each participant is.
 */
final class RecordFates {
    static final String STORE = "record-fates";

    private final Decisions decisions;
    private final Supplier<ReadOnlyKeyValueStore<String, Disposition>> held;

    /** @param held the store of the running topology */
    RecordFates(Decisions decisions, Supplier<ReadOnlyKeyValueStore<String, Disposition>> held) {
        this.decisions = decisions;
        this.held = held;
    }

    void addTo(StreamsBuilder builder) {
        Serde<Disposition> dispositions = Topics.DISPOSITIONS.serde();
        builder.addGlobalStore(
                Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore(STORE), Serdes.String(), dispositions)
                        .withLoggingDisabled(),
                Topics.DISPOSITIONS.name(),
                Consumed.with(Serdes.String(), dispositions).withName("read-dispositions"),
                Keeper::new);
    }

    /**
     * One for each participant of whom the recordId is used; empty if nothing is decided on such a record.
     *
     * @throws RequestRefused if they cannot be looked up at the moment
     */
    List<Disposition> find(String trial, Subject subject, String recordId) {
        List<Disposition> found = new ArrayList<>();
        if (!Code.isValid(trial) || !Code.isValid(recordId)) {
            return found;
        }
        try (KeyValueIterator<String, Disposition> all =
                held.get().prefixScan(prefix(trial, subject, recordId), new StringSerializer())) {
            all.forEachRemaining(it -> found.add(it.value));
        } catch (InvalidStateStoreException e) {
            throw new RequestRefused(ProblemType.KAFKA_UNAVAILABLE, "ask again later");
        }
        return found;
    }

    /**
     * The site of which the participant is; empty if that is not decided yet.
     *
     * @throws RequestRefused if it cannot be looked up at the moment
     */
    Optional<String> siteOf(String trial, String participant) {
        if (!Code.isValid(participant)) {
            return Optional.empty();
        }
        try {
            return Optional.ofNullable(held.get().get(enrolment(trial, participant)))
                    .map(Disposition::site);
        } catch (InvalidStateStoreException e) {
            throw new RequestRefused(ProblemType.KAFKA_UNAVAILABLE, "send it again later");
        }
    }

    /**
     * Whether the caller is shown what was sent of a record, and what became of it: the site that sent it is, and that at
     * which the participant is now, unless the sender mistook the participant for its own.
     *
     * @param site of which the record is
     * @param decided on it; absent if nothing is
     * @throws RequestRefused if it cannot be looked up at the moment
     */
    boolean isShownTo(Caller caller, @Nullable String site, @Nullable Disposition decided) {
        return caller.seesAllSites()
                || (site != null && caller.isOfSite(site))
                || (decided != null
                        && decided.currentFate() != Fate.OTHER_SITE
                        && siteOf(decided.trial(), decided.participant())
                                .filter(caller::isOfSite)
                                .isPresent());
    }

    /** No recordId is empty, so it is nobody else's key. */
    private static String enrolment(String trial, String participant) {
        return prefix(trial, Subject.ENROLMENT, "") + participant;
    }

    private static String prefix(String trial, Subject subject, String recordId) {
        return trial + '|' + subject + '|' + recordId + '|';
    }

    /** Used too when the store is built anew from the topic. */
    private final class Keeper implements Processor<String, Disposition, Void, Void> {
        @SuppressWarnings("NullAway.Init")
        private KeyValueStore<String, Disposition> store;

        @Override
        public void init(ProcessorContext<Void, Void> context) {
            store = context.getStateStore(STORE);
        }

        @Override
        public void process(Record<String, Disposition> message) {
            @Nullable Disposition disposition = message.value();
            // Nothing is ever taken out of the topic.
            if (disposition == null) {
                return;
            }
            String recordId = disposition.recordId();
            if (recordId != null) {
                String prefix = prefix(disposition.trial(), disposition.subject(), recordId);
                store.put(prefix + disposition.participant(), disposition);
            } else if (disposition.subject() == Subject.ENROLMENT) {
                store.put(enrolment(disposition.trial(), disposition.participant()), disposition);
            }
            decisions.decided(disposition);
        }
    }
}

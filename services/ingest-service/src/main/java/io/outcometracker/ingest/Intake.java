package io.outcometracker.ingest;

import io.outcometracker.contract.AuditEntry.Action;
import io.outcometracker.contract.Protocol;
import io.outcometracker.contract.Rejection;
import io.outcometracker.contract.Topics;
import io.outcometracker.ingest.Receipt.Result;
import io.outcometracker.ingest.Receipt.Status;
import io.outcometracker.ingest.audit.Requester;
import io.outcometracker.ingest.domain.Caller;
import io.outcometracker.ingest.domain.Checked;
import io.outcometracker.ingest.domain.Checked.Accepted;
import io.outcometracker.ingest.domain.Checked.Refused;
import io.outcometracker.ingest.domain.Identity;
import io.outcometracker.ingest.domain.OwnSites;
import io.outcometracker.ingest.domain.Problem;
import io.outcometracker.ingest.domain.ProblemCode;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/** The way of posted records: taken apart, checked against the protocol, written to Kafka, receipted. */
public final class Intake {
    /** How many records of a stream are held at a time. */
    static final int BATCH = 128;

    private static final List<Problem> WITHHELD = List.of(
            new Problem(
                    ProblemCode.WITHHELD,
                    "",
                    "nothing is wrong with this record; it was not written, as it stands or falls with others, and one of them is refused"));

    private static final List<Problem> STOPPED = List.of(new Problem(
            ProblemCode.TOO_MANY_REFUSED,
            "",
            "nothing was read from this line on, as too many were refused before it; correct what is wrong, wait a"
                    + " minute, and send it again from this line on"));

    private final Register<Protocol> protocols;
    private final RecordPublisher publisher;
    private final Decisions decisions;
    private final AuditTrail audit;
    private final OwnSites.Register participants;
    private final IngestMeters meters;
    private final Clock clock;
    private final int maxRecords;
    private final RecordHash hash;

    Intake(
            Register<Protocol> protocols,
            RecordPublisher publisher,
            Decisions decisions,
            AuditTrail audit,
            OwnSites.Register participants,
            IngestMeters meters,
            Clock clock,
            int maxRecords,
            RecordHash hash) {
        this.protocols = protocols;
        this.publisher = publisher;
        this.decisions = decisions;
        this.audit = audit;
        this.participants = participants;
        this.meters = meters;
        this.clock = clock;
        this.maxRecords = maxRecords;
        this.hash = hash;
    }

    /** A record that is there, and what it is. */
    public record Arrival<R>(RecordKind<R> kind, RawRecord raw) {}

    /** A posted record, and what the rules say. */
    private record Posted<R>(RecordKind<R> kind, RawRecord raw, Checked<R> checked) {
        boolean isRefused() {
            return checked instanceof Refused;
        }

        boolean isWithheld() {
            return checked instanceof Refused<R> refused
                    && refused.problems().get(0).code() == ProblemCode.WITHHELD;
        }

        Posted<R> withheld() {
            return isRefused() ? this : new Posted<>(kind, raw, new Refused<>(checked.identity(), null, WITHHELD));
        }

        /** What is written of it, and what is said of it in the audit. */
        void addTo(RecordActs acts, List<ProducerRecord<String, byte[]>> messages, Instant now) {
            if (checked instanceof Accepted<R> accepted) {
                R record = accepted.record();
                String key = kind.participant().apply(record).toString();
                ProducerRecord<String, byte[]> message =
                        RecordPublisher.message(kind.topic(), key, record, kind.id(key, record), now);
                messages.add(message);
                acts.accepted(record, message);
            } else if (checked instanceof Refused<R> refused) {
                acts.refused(kind, refused);
            }
        }

        Optional<String> id() {
            return checked instanceof Accepted<R> accepted ? Optional.of(kind.id(accepted.record())) : Optional.empty();
        }
    }

    /**
     * Takes in the records of one body. Either all that keep the rules are stored and audited when this returns, or it
     * throws.
     *
     * @param requester who posts them
     * @param wait how long the receipt waits for the cohort-service to decide; absent if it does not
     * @param strict whether no record is written unless all keep the rules
     * @throws RequestRefused if nothing of the body is taken in
     * @throws IOException if the body ends before its end
     */
    <R> CompletableFuture<Receipt> take(
            String trial,
            RecordKind<R> kind,
            Requester requester,
            BodyDecoder decoder,
            InputStream body,
            @Nullable Duration wait,
            boolean strict)
            throws IOException {
        Protocol protocol = protocol(trial);
        Instant now = now();
        List<Posted<?>> posted;
        try {
            posted = check(kind, requester, decoder, body, protocol, now);
        } catch (RequestRefused e) {
            audit.refused(trial, requester, Action.REJECT, RecordActs.type(kind.subject()), e, now);
            throw e;
        }
        return store(trial, requester, strict ? together(posted) : posted, wait, now);
    }

    /**
     * What {@link #take} would answer now; nothing is written or counted.
     *
     * @throws RequestRefused if nothing of the body would be taken in
     * @throws IOException if the body ends before its end
     */
    <R> Receipt tryOut(
            String trial,
            RecordKind<R> kind,
            Requester requester,
            BodyDecoder decoder,
            InputStream body,
            boolean strict)
            throws IOException {
        List<Posted<?>> posted = check(kind, requester, decoder, body, protocol(trial), now());
        return receipt(trial, strict ? together(posted) : posted).triedOut();
    }

    private <R> List<Posted<?>> check(
            RecordKind<R> kind,
            Requester requester,
            BodyDecoder decoder,
            InputStream body,
            Protocol protocol,
            Instant now)
            throws IOException {
        List<Posted<?>> posted = new ArrayList<>();
        decoder.decode(body, raw -> {
            requireRoom(posted.size() + 1);
            posted.add(check(new Arrival<>(kind, raw), requester, protocol, now));
        });
        requireRecords(!posted.isEmpty());
        return posted;
    }

    /**
     * Takes in records that stand or fall together with the others of their group. The receipt has them in order.
     *
     * @param wait as above
     * @throws RequestRefused if they could not be stored; some may be
     */
    public CompletableFuture<Receipt> take(
            String trial, Requester requester, List<List<Arrival<?>>> groups, @Nullable Duration wait) {
        requireRoom(groups.stream().mapToInt(List::size).sum());
        Protocol protocol = protocol(trial);
        Instant now = now();
        List<Posted<?>> posted = new ArrayList<>();
        for (List<Arrival<?>> group : groups) {
            List<Posted<?>> checked = new ArrayList<>();
            group.forEach(it -> checked.add(check(it, requester, protocol, now)));
            posted.addAll(together(checked));
        }
        return store(trial, requester, posted, wait, now);
    }

    /**
     * Takes in the records of a body as they come: whatever happens later, those of which the result was given are stored.
     *
     * @param mayRefuse told after each batch how many of it were refused, says whether more of the body is read. If not, the
     *     last result is where that ended
     * @param results takes what became of each record, in order
     * @throws RequestRefused if the next ones could not be stored; some of them may be
     * @throws IOException if the body ends before its end
     */
    <R> void takeEach(
            String trial,
            RecordKind<R> kind,
            Requester requester,
            BodyDecoder decoder,
            InputStream body,
            IntPredicate mayRefuse,
            Consumer<Result> results)
            throws IOException {
        protocol(trial);
        int[] taken = {0};
        boolean[] stopped = {false};
        RequestRefused enough = RequestRefused.tooMany(Duration.ZERO);
        List<RawRecord> batch = new ArrayList<>();
        try {
            decoder.decode(body, raw -> {
                if (stopped[0]) {
                    results.accept(stoppedAt(kind, raw, taken[0]));
                    throw enough;
                }
                batch.add(raw);
                if (batch.size() == BATCH) {
                    stopped[0] = !mayRefuse.test(take(trial, kind, requester, batch, taken[0], results));
                    taken[0] += BATCH;
                    batch.clear();
                }
            });
            stopped[0] = !mayRefuse.test(take(trial, kind, requester, batch, taken[0], results));
            requireRecords(taken[0] + batch.size() > 0);
        } catch (RequestRefused e) {
            audit.refused(trial, requester, Action.REJECT, RecordActs.type(kind.subject()), e, now());
            // The line that was stopped at has its result; of any other refusal only this tells.
            if (e != enough) {
                throw e;
            }
        }
    }

    private static Result stoppedAt(RecordKind<?> kind, RawRecord raw, int index) {
        return result(index, new Posted<>(kind, raw, Refused.unreadable(STOPPED)));
    }

    /** How many were refused. */
    private <R> int take(
            String trial,
            RecordKind<R> kind,
            Requester requester,
            List<RawRecord> batch,
            int first,
            Consumer<Result> results) {
        Protocol protocol = protocol(trial);
        Instant now = now();
        List<Posted<?>> posted = new ArrayList<>();
        batch.forEach(raw -> posted.add(check(new Arrival<>(kind, raw), requester, protocol, now)));
        write(trial, requester, posted, now);
        for (int i = 0; i < posted.size(); i++) {
            results.accept(result(first + i, posted.get(i)));
        }
        return (int) posted.stream().filter(Posted::isRefused).count();
    }

    /** @throws RequestRefused if there is no such trial */
    public Protocol protocol(String trial) {
        return protocols.find(trial).orElseThrow(RequestRefused::unknownTrial);
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    private void requireRoom(int records) {
        if (records > maxRecords) {
            throw new RequestRefused(
                    ProblemType.TOO_MANY_RECORDS,
                    "a body may have " + maxRecords + " records; send them in several requests");
        }
    }

    private static void requireRecords(boolean any) {
        if (!any) {
            throw new RequestRefused(ProblemType.EMPTY_BODY, "the body must have at least one record");
        }
    }

    private <R> Posted<R> check(Arrival<R> arrival, Requester requester, Protocol protocol, Instant now) {
        RawRecord raw = arrival.raw();
        RecordKind<R> kind = arrival.kind();
        Caller caller = requester.caller();
        Checked<R> checked;
        if (!caller.isOneOf(kind.sender())) {
            checked = Refused.unreadable(List.of(new Problem(
                    ProblemCode.ROLE_NOT_YOURS,
                    "",
                    "this is not yours to send: it needs the role "
                            + kind.sender().claim())));
        } else if (raw.defects().isEmpty()) {
            checked = kind.rules(caller, participants).check(raw.content(), protocol, now);
        } else {
            checked = Refused.unreadable(raw.defects());
        }
        return new Posted<>(kind, raw, checked);
    }

    private static List<Posted<?>> together(List<Posted<?>> group) {
        if (group.stream().noneMatch(Posted::isRefused)) {
            return group;
        }
        List<Posted<?>> withheld = new ArrayList<>();
        group.forEach(it -> withheld.add(it.withheld()));
        return withheld;
    }

    private CompletableFuture<Receipt> store(
            String trial, Requester requester, List<Posted<?>> posted, @Nullable Duration wait, Instant now) {
        if (wait == null) {
            write(trial, requester, posted, now);
            return CompletableFuture.completedFuture(receipt(trial, posted));
        }
        Decisions.Awaited awaited =
                decisions.expect(posted.stream().flatMap(it -> it.id().stream()).toList());
        try {
            write(trial, requester, posted, now);
        } catch (RuntimeException e) {
            awaited.forget();
            throw e;
        }
        // What was posted is not held while it is waited for.
        Receipt receipt = receipt(trial, posted);
        return awaited.within(wait).thenApply(it -> receipt.decided(it, protocol(trial)));
    }

    /** @throws RequestRefused if not all that are accepted could be stored */
    private void write(String trial, Requester requester, List<Posted<?>> posted, Instant now) {
        RecordActs acts = new RecordActs(requester, now);
        List<ProducerRecord<String, byte[]>> messages = new ArrayList<>();
        posted.forEach(it -> it.addTo(acts, messages, now));
        audit.publish(trial, acts, () -> publisher.publish(messages));
        publisher.report(posted.stream()
                .flatMap(it -> rejection(trial, it, now).stream())
                .toList());
        posted.forEach(it -> count(trial, it));
    }

    private Optional<ProducerRecord<String, byte[]>> rejection(String trial, Posted<?> posted, Instant now) {
        if (posted.isWithheld() || !(posted.checked() instanceof Refused<?> refused)) {
            return Optional.empty();
        }
        Problem first = refused.problems().get(0);
        Rejection rejection = new Rejection(
                trial,
                refused.site(),
                first.code().name(),
                first.publicPointer(),
                hash.of(posted.raw().content()),
                now);
        return Optional.of(RecordPublisher.message(
                Topics.REJECTIONS, trial, rejection, UUID.randomUUID().toString(), now));
    }

    private void count(String trial, Posted<?> posted) {
        if (posted.checked() instanceof Refused<?> refused) {
            meters.refused(trial, posted.kind(), refused.problems().get(0).code());
        } else if (posted.checked() instanceof Accepted<?> accepted) {
            meters.accepted(trial, posted.kind(), accepted.record());
        }
    }

    private static Receipt receipt(String trial, List<Posted<?>> posted) {
        List<Result> results = new ArrayList<>(posted.size());
        posted.forEach(it -> results.add(result(results.size(), it)));
        int refused = (int) posted.stream().filter(Posted::isRefused).count();
        return new Receipt(trial, posted.size() - refused, refused, results);
    }

    private static Result result(int index, Posted<?> posted) {
        Identity identity = posted.checked().identity();
        UnaryOperator<String> locate = posted.raw().locate();
        List<Problem> problems = List.of();
        if (posted.checked() instanceof Refused<?> refused) {
            problems = refused.problems().stream()
                    .map(it -> new Problem(it.code(), locate.apply(it.pointer()), it.message()))
                    .toList();
        }
        return new Result(
                index,
                locate.apply(""),
                identity.recordId(),
                identity.participant(),
                identity.version(),
                posted.isRefused() ? Status.REFUSED : Status.ACCEPTED,
                null,
                null,
                problems);
    }
}

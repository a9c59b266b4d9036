package io.outcometracker.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.outcometracker.contract.AuditEntry.Action;
import io.outcometracker.contract.Disposition.Fate;
import io.outcometracker.contract.Protocol;
import io.outcometracker.contract.Rejection;
import io.outcometracker.contract.Topics;
import io.outcometracker.ingest.Receipt.Result;
import io.outcometracker.ingest.Receipt.Status;
import io.outcometracker.ingest.audit.Requester;
import io.outcometracker.ingest.domain.Checked;
import io.outcometracker.ingest.domain.Checked.Accepted;
import io.outcometracker.ingest.domain.Checked.Refused;
import io.outcometracker.ingest.domain.Identity;
import io.outcometracker.ingest.domain.OwnSites;
import io.outcometracker.ingest.domain.Problem;
import io.outcometracker.ingest.domain.RecordRules;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/** The way of posted records: taken apart, checked against the protocol, written to Kafka, receipted. */
final class Intake {
    private final Register<Protocol> protocols;
    private final RecordPublisher publisher;
    private final Decisions decisions;
    private final AuditTrail audit;
    private final OwnSites.Register participants;
    private final IngestMeters meters;
    private final Clock clock;
    private final int maxRecords;

    Intake(
            Register<Protocol> protocols,
            RecordPublisher publisher,
            Decisions decisions,
            AuditTrail audit,
            OwnSites.Register participants,
            IngestMeters meters,
            Clock clock,
            int maxRecords) {
        this.protocols = protocols;
        this.publisher = publisher;
        this.decisions = decisions;
        this.audit = audit;
        this.participants = participants;
        this.meters = meters;
        this.clock = clock;
        this.maxRecords = maxRecords;
    }

    /** A posted record, and what the rules say. */
    private record Posted<R>(RawRecord raw, Checked<R> checked) {}

    /**
     * Takes in the records of one body. Either all that keep the rules are stored and audited when this returns, or it throws.
     *
     * @param requester who posts them
     * @param wait how long the receipt waits for the cohort-service to decide; absent if it does not
     * @throws RequestRefused if nothing of the body is taken in
     * @throws IOException if the body ends before its end
     */
    <R> CompletableFuture<Receipt> take(
            String trial,
            RecordKind<R> kind,
            Requester requester,
            BodyDecoder decoder,
            InputStream body,
            @Nullable Duration wait)
            throws IOException {
        Protocol protocol = protocols.find(trial).orElseThrow(RequestRefused::unknownTrial);
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        List<Posted<R>> posted;
        try {
            posted = check(kind.rules(requester.caller(), participants), decoder, body, protocol, now);
        } catch (RequestRefused e) {
            audit.refused(trial, requester, Action.REJECT, RecordActs.type(kind.subject()), e, now);
            throw e;
        }
        RecordActs acts = new RecordActs(requester, now);
        List<String> ids = new ArrayList<>();
        List<ProducerRecord<String, byte[]>> messages = new ArrayList<>();
        List<ProducerRecord<String, byte[]>> rejections = new ArrayList<>();
        for (Posted<R> one : posted) {
            if (one.checked() instanceof Accepted<R> accepted) {
                String id = kind.id(accepted.record());
                String key = kind.participant().apply(accepted.record()).toString();
                ids.add(id);
                ProducerRecord<String, byte[]> message =
                        RecordPublisher.message(kind.topic(), key, accepted.record(), id, now);
                messages.add(message);
                acts.accepted(accepted.record(), message);
            } else if (one.checked() instanceof Refused<R> refused) {
                rejections.add(rejection(trial, one.raw(), refused, now));
                acts.refused(kind, refused);
            }
        }
        Decisions.Awaited awaited = decisions.expect(wait == null ? List.of() : ids);
        try {
            audit.publish(trial, acts, () -> publisher.publish(messages));
        } catch (RuntimeException e) {
            awaited.forget();
            throw e;
        }
        publisher.report(rejections);
        count(trial, kind, posted);
        return wait == null
                ? CompletableFuture.completedFuture(receipt(trial, posted, null))
                : awaited.within(wait).thenApply(fates -> receipt(trial, posted, fates.iterator()));
    }

    private <R> List<Posted<R>> check(
            RecordRules<R> rules, BodyDecoder decoder, InputStream body, Protocol protocol, Instant now)
            throws IOException {
        List<Posted<R>> posted = new ArrayList<>();
        decoder.decode(body, raw -> {
            if (posted.size() == maxRecords) {
                throw new RequestRefused(
                        ProblemType.TOO_MANY_RECORDS,
                        "a body may have " + maxRecords + " records; send them in several requests");
            }
            Problem defect = raw.defect();
            posted.add(new Posted<>(
                    raw, defect == null ? rules.check(raw.content(), protocol, now) : Refused.unreadable(defect)));
        });
        if (posted.isEmpty()) {
            throw new RequestRefused(ProblemType.EMPTY_BODY, "the body must have at least one record");
        }
        return posted;
    }

    private static ProducerRecord<String, byte[]> rejection(
            String trial, RawRecord raw, Refused<?> refused, Instant now) {
        Problem first = refused.problems().get(0);
        Rejection rejection =
                new Rejection(trial, refused.site(), first.code().name(), first.publicPointer(), sha256(raw), now);
        return RecordPublisher.message(
                Topics.REJECTIONS, trial, rejection, UUID.randomUUID().toString(), now);
    }

    private static String sha256(RawRecord raw) {
        try {
            byte[] bytes = raw.content().toString().getBytes(UTF_8);
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private <R> void count(String trial, RecordKind<R> kind, List<Posted<R>> posted) {
        for (Posted<R> one : posted) {
            if (one.checked() instanceof Refused<R> refused) {
                meters.refused(trial, kind, refused.problems().get(0).code());
            } else {
                meters.accepted(trial, kind);
            }
        }
    }

    /** @param fates those of the accepted records, in order; absent if they were not awaited */
    private static <R> Receipt receipt(String trial, List<Posted<R>> posted, @Nullable Iterator<Optional<Fate>> fates) {
        List<Result> results = new ArrayList<>(posted.size());
        int accepted = 0;
        for (Posted<R> one : posted) {
            Identity identity = one.checked().identity();
            Status status = Status.ACCEPTED;
            String disposition = null;
            List<Problem> problems = List.of();
            if (one.checked() instanceof Refused<R> refused) {
                status = Status.REFUSED;
                problems = refused.problems().stream()
                        .map(it -> new Problem(it.code(), one.raw().locate().apply(it.pointer()), it.message()))
                        .toList();
            } else {
                accepted++;
                disposition =
                        fates == null ? null : fates.next().map(Fate::name).orElse("PENDING");
            }
            results.add(new Result(
                    results.size(),
                    identity.recordId(),
                    identity.participant(),
                    identity.version(),
                    status,
                    disposition,
                    problems));
        }
        return new Receipt(trial, accepted, posted.size() - accepted, results);
    }
}

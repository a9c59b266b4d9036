package io.outcometracker.cohort.verify;

import static java.util.Objects.requireNonNull;

import io.outcometracker.contract.CohortMetric;
import io.outcometracker.contract.Disposition.Assessed;
import io.outcometracker.contract.Disposition.Fate;
import io.outcometracker.contract.Disposition.Subject;
import io.outcometracker.contract.Endpoint;
import io.outcometracker.contract.Json;
import io.outcometracker.contract.Protocol;
import io.outcometracker.contract.Protocol.DisclosureRule;
import io.outcometracker.contract.Topic;
import io.outcometracker.contract.Topics;
import io.outcometracker.contract.TrialSummary;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/** Recomputes all that is published of a trial from what was reported of it, and compares. */
final class Comparison {
    private static final Set<String> TIME_OF_COMPUTATION = Set.of("asOf");
    /** What a disposition says of the event that it was written for, and not of what stands. */
    private static final Set<String> OF_THE_EVENT =
            Set.of("trial", "participant", "subject", "recordId", "version", "fate", "decidedAt", "site");

    private final Log log;
    private final String trial;
    private final Instant now;
    private final @Nullable Protocol protocol;
    private final boolean armsKnown;
    private final TrialLog reported;
    private final BatchTrial live;
    /** By up to which offsets. */
    private final Map<Map<String, List<Long>>, BatchTrial> released = new HashMap<>();

    private final Map<MessageId, Result> results = new LinkedHashMap<>();

    /** A published message, or one that should be. */
    record MessageId(String topic, String key) {}

    /** @param figures how many numbers and words were compared */
    record Result(long figures, List<Difference> differences) {}

    private Comparison(Log log, String trial, Instant now) {
        this.log = log;
        this.trial = trial;
        this.now = now;
        protocol = log.protocol(trial);
        armsKnown = protocol != null && log.armsKnown(protocol);
        reported = log.reported(trial);
        live = new BatchTrial(reported);
    }

    /**
     * Of every message that is published or should be.
     *
     * @param now decides which visits are over, and ends the time of those who are on study
     */
    static Map<MessageId, Result> of(Log log, String trial, Instant now) {
        Comparison comparison = new Comparison(log, trial, now);
        comparison.dispositions();
        for (Audience audience : Audience.values()) {
            comparison.metrics(audience);
        }
        comparison.completeness();
        comparison.summaries(Topics.TRIAL_SUMMARIES_UNBLINDED, true);
        comparison.summaries(Topics.TRIAL_SUMMARIES, comparison.armsKnown);
        return comparison.results;
    }

    private void metrics(Audience audience) {
        Map<String, Entry<byte[]>> published = log.published(audience.topic(), trial);
        DisclosureRule rule =
                protocol == null ? null : audience.rule(protocol, armsKnown).orElse(null);
        Map<String, Object> recomputed = new TreeMap<>();
        if (protocol != null && rule != null) {
            for (Endpoint endpoint : planned()) {
                BatchEndpoint batch = rule.release() == null
                        ? live.endpoint(endpoint, protocol, now)
                        : lastRelease(protocol, endpoint, published.values());
                if (batch != null) {
                    batch.metrics(audience, rule, armsKnown).forEach(it -> recomputed.put(it.key(), it));
                }
            }
        }
        compare(audience.topic(), published, recomputed);
    }

    /** Whether or not anything was reported of them. */
    private List<Endpoint> planned() {
        return protocol == null ? List.of() : protocol.planned();
    }

    /** As the newest message of the endpoint says: at that time and with that part of the log. */
    private @Nullable BatchEndpoint lastRelease(
            Protocol current, Endpoint endpoint, Collection<Entry<byte[]>> published) {
        CohortMetric newest = published.stream()
                .flatMap(it -> parsed(it.value()).stream())
                .filter(it -> it.endpoint().equals(endpoint))
                .max(Comparator.comparing(CohortMetric::asOf))
                .orElse(null);
        return newest == null || newest.upTo() == null
                ? null
                : released.computeIfAbsent(newest.upTo(), it -> BatchTrial.upTo(it, reported))
                        .endpoint(endpoint, current, newest.asOf());
    }

    private static Optional<CohortMetric> parsed(byte[] message) {
        try {
            return Optional.of(Json.MAPPER.readValue(message, CohortMetric.class));
        } catch (JacksonException e) {
            return Optional.empty();
        }
    }

    private void completeness() {
        Map<String, Entry<byte[]>> published = log.published(Topics.COMPLETENESS, trial);
        Map<String, Object> recomputed = new TreeMap<>();
        for (Endpoint endpoint : planned()) {
            BatchEndpoint batch = live.endpoint(endpoint, requireNonNull(protocol), now);
            batch.cohorts().stream()
                    .filter(it -> Audience.sponsorCounts(it, armsKnown))
                    .map(batch::completeness)
                    .forEach(it -> recomputed.put(it.key(), it));
        }
        compare(Topics.COMPLETENESS, published, recomputed);
    }

    private void summaries(Topic<TrialSummary> topic, boolean withArms) {
        Map<String, Entry<byte[]>> published = log.published(topic, trial);
        Map<String, Object> recomputed = new TreeMap<>();
        boolean somebody = live.participants().values().stream()
                .anyMatch(it -> it.enrolment().isPresent());
        if (protocol != null && (somebody || !published.isEmpty())) {
            live.cohorts(protocol).stream()
                    .filter(it -> Audience.sponsorCounts(it, withArms))
                    .map(it -> live.summary(it, protocol, now))
                    .forEach(it -> recomputed.put(it.key(), it));
        }
        compare(topic, published, recomputed);
    }

    private void compare(Topic<?> topic, Map<String, Entry<byte[]>> published, Map<String, Object> recomputed) {
        Set<String> keys = new TreeSet<>(published.keySet());
        keys.addAll(recomputed.keySet());
        for (String key : keys) {
            compare(topic, key, key, published.get(key), recomputed.get(key), TIME_OF_COMPUTATION);
        }
    }

    private void compare(
            Topic<?> topic,
            String key,
            String shownAs,
            @Nullable Entry<byte[]> published,
            @Nullable Object recomputed,
            Set<String> except) {
        List<Difference> differences = new ArrayList<>();
        JsonComparison comparison = new JsonComparison(topic.name(), shownAs, differences::add);
        try {
            comparison.compare(
                    published == null ? null : Json.MAPPER.readTree(published.value()),
                    recomputed == null ? null : Json.MAPPER.readTree(Json.MAPPER.writeValueAsBytes(recomputed)),
                    except);
        } catch (JacksonException e) {
            differences.add(new Difference(topic.name(), shownAs, "", "what cannot be read", "a message"));
        }
        results.put(new MessageId(topic.name(), key), new Result(comparison.figures(), differences));
    }

    private void dispositions() {
        Map<String, String> positions = positions();
        Map<String, Entry<byte[]>> published = new TreeMap<>(log.published(Topics.DISPOSITIONS, trial));
        live.participants()
                .forEach((key, participant) -> standings(participant).forEach((record, standing) -> {
                    String message = key.toString() + '|' + record;
                    Set<String> except = new HashSet<>(OF_THE_EVENT);
                    if (participant.isErased()) {
                        // Which version stood then depends on what came before the order to erase, and nobody knows any
                        // more.
                        except.add("currentVersion");
                    }
                    String shownAs = requireNonNull(positions.get(message));
                    compare(Topics.DISPOSITIONS, message, shownAs, published.remove(message), standing, except);
                }));
        published.forEach((key, message) -> compare(
                Topics.DISPOSITIONS,
                key,
                shownAs("of nothing", Topics.DISPOSITIONS, message),
                message,
                null,
                Set.of()));
    }

    /** What stands of a record now, whatever was said of it on the way. */
    private record Standing(
            int currentVersion, Fate currentFate, @Nullable Assessed assessed) {
        Standing(int currentVersion, Fate currentFate) {
            this(currentVersion, currentFate, null);
        }
    }

    private static Map<String, Standing> standings(Participant participant) {
        Map<String, Standing> standings = new TreeMap<>();
        Integer enrolled = participant.enrolmentVersion();
        if (enrolled != null) {
            Fate fate = participant.isErased() ? Fate.ERASED : Fate.APPLIED;
            standings.put(Subject.ENROLMENT.toString(), new Standing(enrolled, fate));
        }
        participant
                .followUps()
                .forEach((id, it) -> standings.put(
                        Subject.FOLLOW_UP.toString() + '|' + id,
                        new Standing(
                                it.version(),
                                participant.fate(it),
                                participant.assessed(it).orElse(null))));
        participant
                .adverseEvents()
                .forEach((id, it) -> standings.put(
                        Subject.ADVERSE_EVENT.toString() + '|' + id, new Standing(it.version(), participant.fate(it))));
        if (participant.isErased()) {
            standings.put(Subject.ERASURE.toString(), new Standing(1, Fate.APPLIED));
        }
        return standings;
    }

    /** Where each record was reported first, by the key of its disposition; stands for the key, which names participants. */
    private Map<String, String> positions() {
        Map<String, String> positions = new HashMap<>();
        reported.enrolments()
                .forEach(it -> positions.putIfAbsent(
                        it.value().key().toString() + '|' + Subject.ENROLMENT, shownAs("of", Topics.ENROLMENTS, it)));
        reported.followUps()
                .forEach(it -> positions.putIfAbsent(
                        it.value().key().toString()
                                + '|'
                                + Subject.FOLLOW_UP
                                + '|'
                                + it.value().recordId(),
                        shownAs("of", Topics.FOLLOW_UPS, it)));
        reported.adverseEvents()
                .forEach(it -> positions.putIfAbsent(
                        it.value().key().toString()
                                + '|'
                                + Subject.ADVERSE_EVENT
                                + '|'
                                + it.value().recordId(),
                        shownAs("of", Topics.ADVERSE_EVENTS, it)));
        reported.erasures()
                .forEach(it -> positions.putIfAbsent(
                        it.value().key().toString() + '|' + Subject.ERASURE, shownAs("of", Topics.ERASURES, it)));
        return positions;
    }

    private String shownAs(String relation, Topic<?> topic, Entry<?> position) {
        return "%s, %s %s %d/%d".formatted(trial, relation, topic.name(), position.partition(), position.offset());
    }
}

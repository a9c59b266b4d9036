package io.outcometracker.ingest.audit;

import static java.util.Objects.requireNonNull;

import io.outcometracker.contract.AuditEntry;
import io.outcometracker.contract.AuditEntry.Head;
import io.outcometracker.contract.AuditHash;
import io.outcometracker.contract.Json;
import io.outcometracker.contract.Topics;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Follows every chain of the audit topic from its start, and names each entry that is altered, missing, out of its place
 * or one too many. Entries of a partition come in their order.
 */
final class ChainCheck {
    /** A chain's entries by their number, and what is not there. */
    private static final class Followed {
        final Map<Long, String> hashes = new HashMap<>();
        /** First to last number of what was skipped. */
        final TreeMap<Long, Long> missing = new TreeMap<>();
        /** By number of a skipped entry, the hash that the one after it names. */
        final Map<Long, String> expected = new HashMap<>();

        String lastPosition = "";
        long last;
    }

    /**
     * A head that was seen: by a writer of the trial, or by who verified before.
     *
     * @param by says who, in a finding
     */
    private record Seen(Chain chain, Head head, String position, String by) {}

    private final Map<Chain, Followed> chains = new TreeMap<>();
    private final List<Seen> anchors = new ArrayList<>();
    private final List<Finding> found = new ArrayList<>();
    private long entries;

    /** Returns the entry, if it is one that can be read, so that it can be compared with the record that it is about. */
    Optional<AuditEntry> add(ConsumerRecord<String, byte @Nullable []> message) {
        entries++;
        String position = Finding.position(message.topic(), message.partition(), message.offset());
        AuditEntry entry;
        ObjectNode json;
        try {
            JsonNode tree = message.value() == null ? null : Json.MAPPER.readTree(message.value());
            entry = Topics.AUDIT.serde().deserializer().deserialize(message.topic(), message.value());
            if (entry == null || !(tree instanceof ObjectNode object)) {
                found.add(new Finding(position, "no entry"));
                return Optional.empty();
            }
            json = object;
        } catch (JacksonException | SerializationException e) {
            found.add(new Finding(position, "cannot be read as an entry"));
            return Optional.empty();
        }
        if (!entry.key().equals(message.key())) {
            found.add(new Finding(position, entry.auditId() + " lies under another key than its own"));
        }
        if (!AuditHash.of(json).equals(entry.hash())) {
            found.add(new Finding(position, entry.auditId() + " was altered: its hash is of something else"));
        }
        follow(entry, position);
        if (entry.anchors() != null) {
            for (Head head : entry.anchors()) {
                anchors.add(new Seen(
                        new Chain(head.writer(), entry.trial()), head, position, entry.auditId() + " has seen"));
            }
        }
        return Optional.of(entry);
    }

    private void follow(AuditEntry entry, String position) {
        Followed chain = chains.computeIfAbsent(new Chain(entry.writer(), entry.trial()), it -> new Followed());
        long seq = entry.seq();
        if (seq > chain.last) {
            if (seq > chain.last + 1) {
                chain.missing.put(chain.last + 1, seq - 1);
                chain.expected.put(seq - 1, entry.prevHash());
            } else if (!entry.prevHash().equals(chain.hashes.getOrDefault(chain.last, "0".repeat(64)))) {
                found.add(
                        chain.last == 0
                                ? new Finding(position, entry.auditId() + " does not begin a chain, as the first must")
                                : replaced(chain.lastPosition, entry, chain.last));
            }
            chain.last = seq;
            chain.lastPosition = position;
            chain.hashes.put(seq, entry.hash());
        } else if (takeMissing(chain, seq)) {
            found.add(new Finding(position, entry.auditId() + " is out of its place: it comes after " + chain.last));
            String expected = chain.expected.remove(seq);
            if (expected != null && !expected.equals(entry.hash())) {
                found.add(replaced(position, entry, seq));
            }
            chain.hashes.put(seq, entry.hash());
        } else {
            found.add(new Finding(position, entry.auditId() + " is there already: one of them was inserted"));
        }
    }

    private static Finding replaced(String position, AuditEntry of, long seq) {
        Chain chain = new Chain(of.writer(), of.trial());
        return new Finding(position, chain.entry(seq) + " was replaced: the next entry follows another");
    }

    private static boolean takeMissing(Followed chain, long seq) {
        Map.Entry<Long, Long> gap = chain.missing.floorEntry(seq);
        if (gap == null || gap.getValue() < seq) {
            return false;
        }
        chain.missing.remove(gap.getKey());
        if (gap.getKey() < seq) {
            chain.missing.put(gap.getKey(), seq - 1);
        }
        if (seq < gap.getValue()) {
            chain.missing.put(seq + 1, gap.getValue());
        }
        return true;
    }

    /** @param remembered heads that were there when somebody verified before */
    List<Finding> findings(Map<Chain, Head> remembered) {
        List<Finding> all = new ArrayList<>(found);
        chains.forEach((name, chain) -> chain.missing.forEach((first, last) -> all.add(new Finding(
                Topics.AUDIT.name(),
                first.equals(last)
                        ? name.entry(first) + " is missing"
                        : name.entry(first) + " to " + last + " are missing"))));
        anchors.forEach(it -> check(it, all));
        remembered.forEach(
                (chain, head) -> check(new Seen(chain, head, Topics.AUDIT.name(), "an earlier verification saw"), all));
        return all;
    }

    private void check(Seen seen, List<Finding> all) {
        Followed chain = chains.get(seen.chain());
        Head head = seen.head();
        if (chain == null || chain.last < head.seq()) {
            long first = chain == null ? 1 : chain.last + 1;
            String what = seen.chain().entry(first)
                    + (first == head.seq() ? " is missing" : " to " + head.seq() + " are missing");
            all.add(new Finding(seen.position(), what + ": " + seen.by() + " " + head.seq()));
        } else if (chain.hashes.containsKey(head.seq())
                && !requireNonNull(chain.hashes.get(head.seq())).equals(head.hash())) {
            all.add(new Finding(
                    seen.position(), seen.chain().entry(head.seq()) + " was replaced: " + seen.by() + " another"));
        }
    }

    Map<Chain, Head> heads() {
        Map<Chain, Head> heads = new TreeMap<>();
        chains.forEach((name, chain) ->
                heads.put(name, new Head(name.writer(), chain.last, requireNonNull(chain.hashes.get(chain.last)))));
        return heads;
    }

    long entries() {
        return entries;
    }
}

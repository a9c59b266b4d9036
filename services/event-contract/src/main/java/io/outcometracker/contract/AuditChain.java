package io.outcometracker.contract;

import io.outcometracker.contract.AuditEntry.Head;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one writer did in one trial: each entry has the number after the one before, and its hash. Writers have chains of
 * their own, so that none waits for another. For one thread at a time.
 */
public final class AuditChain {
    private final String writer;
    private final @Nullable String trial;
    private long seq;
    private String hash = AuditEntry.NO_HASH;

    /** @param trial absent for what concerns none */
    public AuditChain(String writer, @Nullable String trial) {
        this.writer = writer;
        this.trial = trial;
    }

    public boolean isEmpty() {
        return seq == 0;
    }

    /**
     * An entry, and how it lies on the topic.
     *
     * @param json that of which it has the hash, and the hash after it
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Written(AuditEntry entry, byte[] json) {}

    /** The next entry, which is not yet part of the chain. */
    public AuditEntry next(AuditAct act) {
        return write(act, null).entry();
    }

    /** As {@link #next}, of an act that says nothing but what was read of other chains. */
    public AuditEntry next(AuditAct anchor, List<Head> heads) {
        return write(anchor, heads).entry();
    }

    /** As {@link #next}, as it is written. */
    Written write(AuditAct act, @Nullable List<Head> heads) {
        return act.written(writer, seq + 1, trial, heads, hash);
    }

    /** Goes on after an entry that will be stored. */
    public void add(AuditEntry next) {
        if (next.seq() != seq + 1 || !next.prevHash().equals(hash)) {
            throw new IllegalArgumentException("not the next entry of this chain");
        }
        seq = next.seq();
        hash = next.hash();
    }
}

package io.outcometracker.ingest;

import io.outcometracker.contract.Protocol;

/** The trials that have a protocol. */
public final class KnownTrials {
    private final Register<Protocol> protocols;

    KnownTrials(Register<Protocol> protocols) {
        this.protocols = protocols;
    }

    public boolean isKnown(String trial) {
        return protocols.find(trial).isPresent();
    }
}

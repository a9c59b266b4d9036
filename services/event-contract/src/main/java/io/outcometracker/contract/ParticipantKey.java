package io.outcometracker.contract;

/** Key of every participant-level topic: all that concerns one participant is in one partition, in order. */
public record ParticipantKey(String trial, String participant) {
    public ParticipantKey {
        Code.require(trial, "trial");
        Code.require(participant, "participant");
    }

    public static ParticipantKey parse(String key) {
        int bar = key.indexOf('|');
        if (bar < 0) {
            throw new IllegalArgumentException("a participant key reads trial|participant");
        }
        return new ParticipantKey(key.substring(0, bar), key.substring(bar + 1));
    }

    @Override
    public String toString() {
        return trial + '|' + participant;
    }
}

package io.outcometracker.ingest.audit;

/**
 * Something that is not as it was written.
 *
 * @param position topic, partition and offset where it shows
 * @param what says what is wrong, without participant data
 */
record Finding(String position, String what) {
    static String position(String topic, int partition, long offset) {
        return topic + ' ' + partition + '/' + offset;
    }

    @Override
    public String toString() {
        return position + ": " + what;
    }
}

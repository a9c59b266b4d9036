package io.outcometracker.ingest;

import java.io.IOException;
import java.io.InputStream;
import java.util.function.Consumer;

/** Takes a body apart into records; one for each media type. */
interface BodyDecoder {
    /**
     * Gives each record to the sink, in order, as it is read.
     *
     * @throws RequestRefused if the body is not of its media type
     * @throws IOException if the connection breaks
     */
    void decode(InputStream body, Consumer<RawRecord> sink) throws IOException;
}

package io.outcometracker.ingest;

import java.io.IOException;
import java.io.InputStream;
import java.util.function.Consumer;

/** {@code application/json}: one record, or a list of them. */
final class JsonDecoder implements BodyDecoder {
    @Override
    public void decode(InputStream body, Consumer<RawRecord> sink) throws IOException {
        int[] index = {0};
        Notation.JSON.readEach(body, one -> sink.accept(new RawRecord(one, pointer -> pointer)), element -> {
            String at = "/" + index[0]++;
            sink.accept(new RawRecord(element, pointer -> at + pointer));
        });
    }
}

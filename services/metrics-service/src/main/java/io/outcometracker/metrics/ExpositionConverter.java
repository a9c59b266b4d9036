package io.outcometracker.metrics;

import java.io.IOException;
import org.springframework.http.HttpInputMessage;
import org.springframework.http.HttpOutputMessage;
import org.springframework.http.MediaType;
import org.springframework.http.converter.AbstractHttpMessageConverter;
import org.springframework.http.converter.HttpMessageNotReadableException;

/** Sends an {@link Exposition}. */
final class ExpositionConverter extends AbstractHttpMessageConverter<Exposition> {
    ExpositionConverter() {
        super(MediaType.ALL);
    }

    @Override
    protected boolean supports(Class<?> type) {
        return Exposition.class == type;
    }

    @Override
    protected Exposition readInternal(Class<? extends Exposition> type, HttpInputMessage message) {
        throw new HttpMessageNotReadableException("it is only written", message);
    }

    @Override
    protected void writeInternal(Exposition exposition, HttpOutputMessage message) throws IOException {
        exposition.writeTo(message.getBody());
    }
}

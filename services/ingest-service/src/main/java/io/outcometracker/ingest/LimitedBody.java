package io.outcometracker.ingest;

import jakarta.servlet.http.HttpServletRequest;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.springframework.http.HttpHeaders;
import org.springframework.util.unit.DataSize;

/** A request's body that ends in a refusal when it is larger than allowed, whether or not it announced its length. */
final class LimitedBody extends FilterInputStream {
    private final DataSize limit;
    private long left;

    private LimitedBody(InputStream body, DataSize limit) {
        super(body);
        this.limit = limit;
        this.left = limit.toBytes();
    }

    static InputStream of(HttpServletRequest request, DataSize limit) throws IOException {
        String encoding = request.getHeader(HttpHeaders.CONTENT_ENCODING);
        if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
            throw new RequestRefused(ProblemType.UNSUPPORTED_MEDIA_TYPE, "send the body without Content-Encoding");
        }
        if (request.getContentLengthLong() > limit.toBytes()) {
            throw tooLarge(limit);
        }
        return new LimitedBody(request.getInputStream(), limit);
    }

    @Override
    public int read() throws IOException {
        int read = super.read();
        count(read < 0 ? 0 : 1);
        return read;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        int read = super.read(buffer, offset, length);
        count(Math.max(read, 0));
        return read;
    }

    private void count(int read) {
        left -= read;
        if (left < 0) {
            throw tooLarge(limit);
        }
    }

    private static RequestRefused tooLarge(DataSize limit) {
        return new RequestRefused(
                ProblemType.BODY_TOO_LARGE, "the body may have at most " + limit.toBytes() + " bytes");
    }
}

package io.outcometracker.ingest;

import jakarta.servlet.http.HttpServletRequest;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.util.unit.DataSize;

/** A request's body that ends in a refusal when it is larger than allowed, whether or not it announced its length. */
public final class LimitedBody extends FilterInputStream {
    private final DataSize limit;
    private final @Nullable BodyBudget budget;
    private long left;
    private int held;

    private LimitedBody(InputStream body, DataSize limit, @Nullable BodyBudget budget) {
        super(body);
        this.limit = limit;
        this.budget = budget;
        this.left = limit.toBytes();
    }

    /** A body that is small whatever it holds. */
    static InputStream of(HttpServletRequest request, DataSize limit) throws IOException {
        return of(request, limit, null);
    }

    /** @param budget from which it takes what is read, until it is {@linkplain #whileHeld held} */
    public static LimitedBody of(HttpServletRequest request, DataSize limit, @Nullable BodyBudget budget)
            throws IOException {
        InputStream body = unlimited(request);
        if (request.getContentLengthLong() > limit.toBytes()) {
            throw tooLarge(limit);
        }
        return new LimitedBody(body, limit, budget);
    }

    /** A body of any length. */
    static InputStream unlimited(HttpServletRequest request) throws IOException {
        String encoding = request.getHeader(HttpHeaders.CONTENT_ENCODING);
        if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
            throw new RequestRefused(ProblemType.UNSUPPORTED_MEDIA_TYPE, "send the body without Content-Encoding");
        }
        return request.getInputStream();
    }

    /** Something that is done with the body. */
    public interface Work<T> {
        CompletableFuture<T> start() throws IOException;
    }

    /** Gives what was read back to the budget once the work has ended, in whatever way. */
    public <T> CompletableFuture<T> whileHeld(Work<T> work) throws IOException {
        boolean started = false;
        try {
            CompletableFuture<T> answer = work.start().whenComplete((any, failure) -> release());
            started = true;
            return answer;
        } finally {
            if (!started) {
                release();
            }
        }
    }

    private void release() {
        if (budget != null) {
            budget.giveBack(held);
            held = 0;
        }
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
        if (budget != null) {
            budget.take(read);
            held += read;
        }
    }

    private static RequestRefused tooLarge(DataSize limit) {
        return new RequestRefused(
                ProblemType.BODY_TOO_LARGE, "the body may have at most " + limit.toBytes() + " bytes");
    }
}

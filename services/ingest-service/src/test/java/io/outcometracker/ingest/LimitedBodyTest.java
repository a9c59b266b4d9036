package io.outcometracker.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.springframework.http.HttpHeaders;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.util.unit.DataSize;

class LimitedBodyTest {
    private static final DataSize LIMIT = DataSize.ofBytes(10);

    /** A body in chunks: it does not say how long it is. */
    private static InputStream chunked(int length) throws IOException {
        MockHttpServletRequest request = new MockHttpServletRequest() {
            @Override
            public long getContentLengthLong() {
                return -1;
            }
        };
        request.setContent(new byte[length]);
        return LimitedBody.of(request, LIMIT);
    }

    @Test
    void readsABodyOfTheLargestSize() throws IOException {
        assertThat(chunked(10).readAllBytes()).hasSize(10);
    }

    @Test
    void endsABodyThatTurnsOutTooLarge() throws IOException {
        InputStream body = chunked(11);

        assertThatExceptionOfType(RequestRefused.class)
                .isThrownBy(body::readAllBytes)
                .matches(it -> it.type() == ProblemType.BODY_TOO_LARGE);
    }

    @Test
    void countsSingleBytes() throws IOException {
        InputStream body = chunked(11);
        for (int i = 0; i < 10; i++) {
            assertThat(body.read()).isZero();
        }

        assertThatExceptionOfType(RequestRefused.class).isThrownBy(body::read);
    }

    @Test
    void endsWhereTheBodyEnds() throws IOException {
        InputStream body = chunked(1);

        assertThat(body.read()).isZero();
        assertThat(body.read()).isEqualTo(-1);
        assertThat(body.read(new byte[3], 0, 3)).isEqualTo(-1);
    }

    @Test
    void readsNothingOfABodyThatSaysItIsTooLarge() {
        MockHttpServletRequest request = new MockHttpServletRequest();
        request.setContent(new byte[11]);

        assertThatExceptionOfType(RequestRefused.class)
                .isThrownBy(() -> LimitedBody.of(request, LIMIT))
                .matches(it -> it.type() == ProblemType.BODY_TOO_LARGE);
    }

    @Test
    void refusesACompressedBody() {
        MockHttpServletRequest request = new MockHttpServletRequest();
        request.addHeader(HttpHeaders.CONTENT_ENCODING, "gzip");

        assertThatExceptionOfType(RequestRefused.class)
                .isThrownBy(() -> LimitedBody.of(request, LIMIT))
                .matches(it -> it.type() == ProblemType.UNSUPPORTED_MEDIA_TYPE);
    }

    @Test
    void takesFromTheBudgetWhatItReadsUntilTheWorkIsDone() throws IOException {
        BodyBudget budget = new BodyBudget(DataSize.ofBytes(15));
        CompletableFuture<String> answer = new CompletableFuture<>();

        LimitedBody body = LimitedBody.of(request(10), LIMIT, budget);
        CompletableFuture<String> work = body.whileHeld(() -> {
            body.readAllBytes();
            return answer;
        });

        assertThat(budget.free()).isEqualTo(5);
        LimitedBody next = LimitedBody.of(request(6), LIMIT, budget);
        assertThatExceptionOfType(RequestRefused.class)
                .isThrownBy(() -> next.whileHeld(() -> {
                    next.readAllBytes();
                    return answer;
                }))
                .matches(it -> it.type() == ProblemType.OVERLOADED)
                .matches(it -> it.retryAfterSeconds() != null);
        answer.complete("done");
        assertThat(work).isCompleted();
        assertThat(budget.free()).isEqualTo(15);
    }

    private static MockHttpServletRequest request(int length) {
        MockHttpServletRequest request = new MockHttpServletRequest();
        request.setContent(new byte[length]);
        return request;
    }
}

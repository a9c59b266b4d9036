package io.outcometracker.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.bucket4j.TimeMeter;
import jakarta.servlet.DispatcherType;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

class RateLimitTest {
    private final AtomicLong now = new AtomicLong();
    private final RateLimit limit = new RateLimit(2, 1, new TimeMeter() {
        @Override
        public long currentTimeNanos() {
            return now.get();
        }

        @Override
        public boolean isWallClockBased() {
            return false;
        }
    });

    private static MockHttpServletRequest from(String address) {
        MockHttpServletRequest request = new MockHttpServletRequest();
        request.setRemoteAddr(address);
        return request;
    }

    private static MockHttpServletRequest by(String caller, String address) {
        MockHttpServletRequest request = from(address);
        request.setUserPrincipal(() -> caller);
        return request;
    }

    private void start(MockHttpServletRequest request) {
        assertThat(limit.preHandle(request, new MockHttpServletResponse(), this))
                .isTrue();
    }

    private void end(MockHttpServletRequest request) {
        limit.afterCompletion(request, new MockHttpServletResponse(), this, null);
    }

    private void send(MockHttpServletRequest request) {
        start(request);
        end(request);
    }

    private void assertRefused(MockHttpServletRequest request, long seconds) {
        assertThatExceptionOfType(RequestRefused.class)
                .isThrownBy(() -> send(request))
                .matches(it -> it.type() == ProblemType.TOO_MANY_REQUESTS)
                .matches(it -> Long.valueOf(seconds).equals(it.retryAfterSeconds()));
    }

    @Test
    void refusesWhatIsTooManyAndSaysWhenThereIsRoom() {
        send(from("10.0.0.1"));
        send(from("10.0.0.1"));
        assertRefused(from("10.0.0.1"), 30);

        now.addAndGet(Duration.ofSeconds(30).toNanos());

        send(from("10.0.0.1"));
        assertRefused(from("10.0.0.1"), 30);
    }

    @Test
    void oneClientDoesNotTakeTheRoomOfAnother() {
        send(from("10.0.0.1"));
        send(from("10.0.0.1"));

        send(from("10.0.0.2"));
    }

    @Test
    void aCallerIsTheSameFromWhereverItCalls() {
        send(by("a", "10.0.0.1"));
        send(by("a", "10.0.0.2"));

        assertRefused(by("a", "10.0.0.3"), 30);
        send(by("b", "10.0.0.3"));
    }

    @Test
    void countsWhatIsRefusedOfAStreamAsARequest() {
        send(by("a", "10.0.0.1"));
        assertThat(limit.mayRefuse(by("a", "10.0.0.1"), 0)).isTrue();
        assertThat(limit.mayRefuse(by("a", "10.0.0.1"), 1)).isTrue();
        assertThat(limit.mayRefuse(by("a", "10.0.0.1"), 1)).isFalse();
        assertRefused(by("a", "10.0.0.1"), 30);
        assertThat(limit.mayRefuse(by("b", "10.0.0.1"), 3)).isFalse();
        assertRefused(by("b", "10.0.0.1"), 30);
    }

    @Test
    void aClientThatDoesNotEndItsRequestIsRefusedAnotherAndNobodyElseIs() {
        MockHttpServletRequest slow = by("a", "10.0.0.1");
        start(slow);

        assertRefused(by("a", "10.0.0.1"), 1);
        send(by("b", "10.0.0.1"));

        end(slow);
        now.addAndGet(Duration.ofMinutes(1).toNanos());
        send(by("a", "10.0.0.1"));
    }

    @Test
    void whoWaitsForADecisionTakesNoPlaceAndGivesItBackOnce() {
        MockHttpServletRequest waits = from("10.0.0.1");
        start(waits);
        limit.afterConcurrentHandlingStarted(waits, new MockHttpServletResponse(), this);
        MockHttpServletRequest second = from("10.0.0.1");
        start(second);
        waits.setDispatcherType(DispatcherType.ASYNC);
        send(waits);
        now.addAndGet(Duration.ofMinutes(1).toNanos());

        assertRefused(from("10.0.0.1"), 1);
    }

    @Test
    void countsARequestThatWaitsForItsAnswerOnce() {
        send(from("10.0.0.1"));
        MockHttpServletRequest second = from("10.0.0.1");
        second.setDispatcherType(DispatcherType.ASYNC);
        send(second);

        send(from("10.0.0.1"));
    }
}

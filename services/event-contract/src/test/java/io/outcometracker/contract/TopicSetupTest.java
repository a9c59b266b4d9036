package io.outcometracker.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.internals.KafkaFutureImpl;
import org.junit.jupiter.api.Test;

class TopicSetupTest {

    @Test
    void asksAgainUntilTheBrokerHasHeardOfTheTopic() {
        Queue<KafkaFuture<String>> answers = new ArrayDeque<>(List.of(
                failed(new UnknownTopicOrPartitionException()),
                failed(new UnknownTopicOrPartitionException()),
                KafkaFuture.completedFuture("known")));
        String answer = TopicSetup.awaitKnown(answers::remove);
        assertThat(answer).isEqualTo("known");
        assertThat(answers).isEmpty();
    }

    @Test
    void doesNotAskAgainAfterAnotherFailure() {
        Queue<KafkaFuture<String>> answers = new ArrayDeque<>(
                List.of(failed(new TopicAuthorizationException("not yours")), KafkaFuture.completedFuture("known")));
        assertThatExceptionOfType(TopicAuthorizationException.class)
                .isThrownBy(() -> TopicSetup.awaitKnown(answers::remove));
        assertThat(answers).hasSize(1);
    }

    @Test
    void saysThatAnAddressIsWrong() {
        assertThatIllegalStateException()
                .isThrownBy(() ->
                        TopicSetup.ensure(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, "no-port"), Topics.all()))
                .withMessageStartingWith("cannot set up topics: ")
                .withStackTraceContaining("no-port");
    }

    private static KafkaFuture<String> failed(KafkaException e) {
        KafkaFutureImpl<String> future = new KafkaFutureImpl<>();
        future.completeExceptionally(e);
        return future;
    }
}

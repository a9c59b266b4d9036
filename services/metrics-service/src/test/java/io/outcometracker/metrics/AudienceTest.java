package io.outcometracker.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.outcometracker.contract.Services;
import io.outcometracker.contract.Topic;
import io.outcometracker.contract.Topics;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AudienceTest {
    @ParameterizedTest
    @EnumSource
    void readsOnlyTopicsThatAreForIt(Audience audience) {
        assertThat(audience.sources())
                .extracting(Source::topic)
                // Everyone is told the plans of those trials alone that publish to everyone, so by the service.
                .filteredOn(it -> !it.equals(Topics.TRIALS))
                .isNotEmpty()
                .allMatch(it -> it.audiences().contains(Topic.Audience.valueOf(audience.name())));
    }

    @ParameterizedTest
    @EnumSource
    void readsWhatTheCatalogueSaysThatItsServiceReads(Audience audience) {
        String service = switch (audience) {
            case SPONSOR -> Services.METRICS;
            case UNBLINDED -> Services.METRICS_UNBLINDED;
            case PUBLIC -> Services.METRICS_PUBLIC;
        };

        assertThat(audience.sources().stream().<Topic<?>>map(Source::topic))
                .containsExactlyInAnyOrderElementsOf(
                        Topics.all().stream().filter(it -> it.isReadBy(service)).toList());
    }
}

package io.outcometracker.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.outcometracker.contract.Protocol.DisclosureRule;
import io.outcometracker.contract.Protocol.Release;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What an audience is shown unless the protocol says otherwise. */
class DisclosureTest {
    private static final String WEEKLY = "\"release\": {\"every\": \"P7D\", \"minNewRecords\": 4}";

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"{}", "{\"public\": {\"threshold\": 20, " + WEEKLY + "}}"})
    void theSponsorSeesEverythingOnceTheArmsAreKnownAndUntilThenFiveParticipantsOrMoreDaily(
            @Nullable String disclosure) {
        assertThat(protocol(disclosure).sponsorRule(true)).isEqualTo(new DisclosureRule(1, null));
        assertThat(protocol(disclosure).sponsorRule(false)).isEqualTo(new DisclosureRule(5, daily(5)));
    }

    @Test
    void aThresholdHoldsWhetherOrNotTheArmsAreKnownAndIsHowManyMustBeNew() {
        Protocol protocol = protocol("{\"threshold\": 8}");
        assertThat(protocol.sponsorRule(true)).isEqualTo(new DisclosureRule(8, null));
        assertThat(protocol.sponsorRule(false)).isEqualTo(new DisclosureRule(8, daily(8)));
    }

    @Test
    void aReleaseHoldsWhetherOrNotTheArmsAreKnown() {
        Protocol protocol = protocol("{" + WEEKLY + "}");
        Release weekly = new Release(Duration.ofDays(7), 4);
        assertThat(protocol.sponsorRule(true)).isEqualTo(new DisclosureRule(1, weekly));
        assertThat(protocol.sponsorRule(false)).isEqualTo(new DisclosureRule(5, weekly));
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"{}", "{\"threshold\": 8, " + WEEKLY + "}"})
    void nothingIsPublic(@Nullable String disclosure) {
        assertThat(protocol(disclosure).publicRule()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"public\": {}}", "{\"threshold\": 8, " + WEEKLY + ", \"public\": {}}"})
    void whatIsPublicIsOfElevenParticipantsOrMoreDailyWhateverTheSponsorSees(String disclosure) {
        assertThat(protocol(disclosure).publicRule()).contains(new DisclosureRule(11, daily(11)));
    }

    @Test
    void whatIsPublicMayHaveItsOwnThresholdAndRelease() {
        assertThat(protocol("{\"public\": {\"threshold\": 20}}").publicRule())
                .contains(new DisclosureRule(20, daily(20)));
        assertThat(protocol("{\"public\": {" + WEEKLY + "}}").publicRule())
                .contains(new DisclosureRule(11, new Release(Duration.ofDays(7), 4)));
    }

    private static Release daily(int minNewRecords) {
        return new Release(Duration.ofDays(1), minNewRecords);
    }

    private static Protocol protocol(@Nullable String disclosure) {
        return Golden.named(Topics.TRIALS, "minimal")
                .with("/disclosure", String.valueOf(disclosure))
                .read(Protocol.class);
    }
}

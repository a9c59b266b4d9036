package io.outcometracker.cohort.tally;

import static org.assertj.core.api.Assertions.assertThat;

import io.outcometracker.contract.Cohort;
import io.outcometracker.contract.Protocol;
import io.outcometracker.contract.Protocol.Disclosure;
import io.outcometracker.contract.Protocol.DisclosureRule;
import io.outcometracker.contract.Protocol.PublicView;
import io.outcometracker.contract.Protocol.Release;
import io.outcometracker.testkit.WorkedExample;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ViewTest {
    private static final Cohort STRATUM = new Cohort("sex", "F");
    private static final List<Cohort> COHORTS = List.of(Cohort.ALL, Cohort.arm("ACT"), Cohort.site("S1"), STRATUM);

    private static Protocol protocol(@Nullable Disclosure disclosure) {
        Protocol plan = WorkedExample.protocol();
        return new Protocol(
                plan.trial(),
                plan.title(),
                1,
                true,
                plan.arms(),
                plan.sites(),
                plan.visits(),
                plan.instruments(),
                List.of("sex"),
                false,
                disclosure,
                null);
    }

    private static List<Cohort> shown(View view) {
        return COHORTS.stream().filter(view.shown()).toList();
    }

    @Test
    void showsTheUnblindedAudienceEverythingLive() {
        View view = View.unblinded();

        assertThat(shown(view)).isEqualTo(COHORTS);
        assertThat(view.rule()).isEqualTo(new DisclosureRule(1, null));
        assertThat(view.full()).isTrue();
    }

    /** Not even sites: their scores can tell arms apart where a site has nearly one arm only. */
    @Test
    void showsTheSponsorOnlyTheWholeTrialWhileArmsAreNotKnown() {
        View view = View.sponsor(protocol(null), false);

        assertThat(shown(view)).containsExactly(Cohort.ALL);
        assertThat(view.rule()).isEqualTo(new DisclosureRule(5, new Release(Duration.ofDays(1), 5)));
        assertThat(view.full()).isFalse();
    }

    @Test
    void showsTheSponsorEverythingOnceArmsAreKnown() {
        View view = View.sponsor(protocol(null), true);

        assertThat(shown(view)).isEqualTo(COHORTS);
        assertThat(view.rule()).isEqualTo(new DisclosureRule(1, null));
        assertThat(view.full()).isFalse();
    }

    @Test
    void showsWhatIsWithoutScoresBySiteToo() {
        assertThat(shown(View.operational(false))).containsExactly(Cohort.ALL, Cohort.site("S1"));
        assertThat(shown(View.operational(true))).isEqualTo(COHORTS);
    }

    @Test
    void showsEveryoneTheWholeTrialAndItsArmsOnceKnownWhereTheProtocolSaysSo() {
        Protocol published = protocol(new Disclosure(null, null, new PublicView(null, null)));

        assertThat(View.open(protocol(null), true)).isEmpty();
        assertThat(View.open(published, false)).hasValueSatisfying(view -> {
            assertThat(shown(view)).containsExactly(Cohort.ALL);
            assertThat(view.rule().threshold()).isEqualTo(11);
        });
        assertThat(View.open(published, true))
                .hasValueSatisfying(view -> assertThat(shown(view)).containsExactly(Cohort.ALL, Cohort.arm("ACT")));
    }
}

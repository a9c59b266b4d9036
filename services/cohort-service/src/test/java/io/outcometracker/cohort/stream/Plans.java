package io.outcometracker.cohort.stream;

import io.outcometracker.contract.Protocol;
import io.outcometracker.contract.Protocol.Disclosure;
import io.outcometracker.contract.Protocol.PublicView;
import io.outcometracker.contract.Protocol.Release;
import io.outcometracker.contract.Protocol.Visit;
import io.outcometracker.contract.Unblinding;
import io.outcometracker.testkit.WorkedExample;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The worked example's plan, as tests change it: open, without strata and with the default disclosure at first. */
final class Plans {
    private final Protocol plan;

    private Plans(Protocol plan) {
        this.plan = plan;
    }

    static Plans plan() {
        return new Plans(WorkedExample.protocol());
    }

    Protocol version(int version) {
        return with(version, plan.masked(), plan.groupings(), plan.disclosure());
    }

    Plans masked() {
        return new Plans(with(plan.version(), true, plan.groupings(), plan.disclosure()));
    }

    Plans groupedBy(String stratum) {
        return new Plans(with(plan.version(), plan.masked(), List.of(stratum), plan.disclosure()));
    }

    /** What the sponsor is shown, and when. */
    Plans sponsor(int threshold, @Nullable Release release) {
        Disclosure disclosure = plan.disclosure();
        return disclosed(new Disclosure(threshold, release, disclosure == null ? null : disclosure.publicView()));
    }

    /** What everyone is shown, and when. */
    Plans everyone(int threshold, Release release) {
        Disclosure disclosure = plan.disclosure();
        return disclosed(new Disclosure(
                disclosure == null ? null : disclosure.threshold(),
                disclosure == null ? null : disclosure.release(),
                new PublicView(threshold, release)));
    }

    private Plans disclosed(Disclosure disclosure) {
        return new Plans(with(plan.version(), plan.masked(), plan.groupings(), disclosure));
    }

    Plans without(String visit) {
        return visiting(
                plan.visits().stream().filter(it -> !it.code().equals(visit)).toList());
    }

    /** What is measured at that visit. */
    Plans visiting(String visit, List<String> instruments) {
        return visiting(plan.visits().stream()
                .map(it -> it.code().equals(visit)
                        ? new Visit(
                                it.code(),
                                it.label(),
                                it.day(),
                                it.windowOpen(),
                                it.windowClose(),
                                it.baseline(),
                                instruments)
                        : it)
                .toList());
    }

    private Plans visiting(List<Visit> visits) {
        Protocol it = plan;
        return new Plans(new Protocol(
                it.trial(),
                it.title(),
                it.version(),
                it.masked(),
                it.arms(),
                it.sites(),
                visits,
                it.instruments(),
                it.groupings(),
                it.pValues(),
                it.disclosure(),
                it.catalogue()));
    }

    private Protocol with(int version, boolean masked, List<String> groupings, @Nullable Disclosure disclosure) {
        return new Protocol(
                plan.trial(),
                plan.title(),
                version,
                masked,
                plan.arms(),
                plan.sites(),
                plan.visits(),
                plan.instruments(),
                groupings,
                plan.pValues(),
                disclosure,
                plan.catalogue());
    }

    static Release daily(int minNewRecords) {
        return new Release(Duration.ofDays(1), minNewRecords);
    }

    /** Of the whole trial, or of one participant. */
    static Unblinding unblinding(@Nullable String participant) {
        return new Unblinding(
                WorkedExample.TRIAL, participant, "DMC-1", WorkedExample.AS_OF, "end of the trial", Instant.EPOCH);
    }
}

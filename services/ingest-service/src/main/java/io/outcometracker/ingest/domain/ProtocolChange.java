package io.outcometracker.ingest.domain;

import io.outcometracker.contract.Protocol;
import io.outcometracker.contract.Protocol.Arm;
import io.outcometracker.contract.Protocol.Instrument;
import io.outcometracker.contract.Protocol.Visit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a new version of a protocol may not change, because it would give records that are stored another meaning. Labels,
 * windows, ranges, thresholds and groupings may change, and things may be added. Nor may it make the arms of a masked
 * trial known.
 */
public final class ProtocolChange {
    private final Protocol held;
    private final Protocol next;
    private final List<Problem> problems = new ArrayList<>();

    private ProtocolChange(Protocol held, Protocol next) {
        this.held = held;
        this.next = next;
    }

    /** What is wrong with going from one to the other; pointers into the next. */
    public static List<Problem> problems(Protocol held, Protocol next) {
        ProtocolChange change = new ProtocolChange(held, next);
        change.check();
        return List.copyOf(change.problems);
    }

    private void check() {
        if (held.masked() && !next.masked()) {
            problems.add(new Problem(
                    ProblemCode.UNBLINDS,
                    "/masked",
                    "masked must stay true; an unblinding is reported, and says who, when and why"));
        }
        requireAll("/arms", held.arms(), next.arms(), Arm::code);
        requireAll("/sites", held.sites(), next.sites(), Function.identity());
        requireAll("/visits", held.visits(), next.visits(), Visit::code);
        requireAll("/instruments", held.instruments(), next.instruments(), Instrument::code);
        for (int i = 0; i < next.visits().size(); i++) {
            Visit visit = next.visits().get(i);
            boolean was = held.visit(visit.code()).map(Visit::baseline).orElse(false);
            // A visit without records may become the baseline of a trial that had none, but nobody here knows that.
            if (was != visit.baseline()) {
                refuse("/visits/" + i + "/baseline", "the baseline visit must stay the same");
            }
            for (Instrument instrument : next.instruments()) {
                if (held.isPlanned(visit.code(), instrument.code())
                        && !next.isPlanned(visit.code(), instrument.code())) {
                    refuse(
                            "/visits/" + i + "/instruments",
                            instrument.code() + " must stay planned at " + visit.code());
                }
            }
        }
        for (int i = 0; i < next.instruments().size(); i++) {
            Instrument now = next.instruments().get(i);
            String pointer = "/instruments/" + i;
            held.instrument(now.code()).ifPresent(was -> checkInstrument(pointer, was, now));
        }
    }

    private void checkInstrument(String pointer, Instrument was, Instrument now) {
        requireSame(pointer, "decimals", now.code(), was.decimals(), now.decimals());
        requireSame(pointer, "unit", now.code(), was.unit(), now.unit());
        requireSame(pointer, "higherIsWorse", now.code(), was.higherIsWorse(), now.higherIsWorse());
        requireSame(pointer, "hasBaseline", now.code(), was.hasBaseline(), now.hasBaseline());
    }

    private void requireSame(
            String pointer, String field, String instrument, @Nullable Object was, @Nullable Object now) {
        if (!Objects.equals(was, now)) {
            refuse(pointer + '/' + field, field + " of " + instrument + " must stay the same");
        }
    }

    private <T> void requireAll(String list, List<T> was, List<T> now, Function<T, String> code) {
        List<String> left = now.stream().map(code).toList();
        for (T item : was) {
            if (!left.contains(code.apply(item))) {
                refuse(list, code.apply(item) + " must stay in the list");
            }
        }
    }

    private void refuse(String pointer, String message) {
        problems.add(new Problem(ProblemCode.CHANGES_STORED_DATA, pointer, message));
    }
}

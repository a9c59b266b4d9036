package io.outcometracker.ingest.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.outcometracker.contract.Protocol;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

class ProtocolChangeTest {
    /** A change, and where it is refused; nowhere if it is allowed. */
    record Case(String name, Consumer<ObjectNode> change, List<String> pointers) {
        Case(String name, Consumer<ObjectNode> change, String... pointers) {
            this(name, change, List.of(pointers));
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private static ArrayNode list(ObjectNode protocol, String name) {
        return (ArrayNode) protocol.get(name);
    }

    private static ObjectNode item(ObjectNode protocol, String name, int index) {
        return (ObjectNode) list(protocol, name).get(index);
    }

    private static ArrayNode planned(ObjectNode protocol, int visit) {
        return list(item(protocol, "visits", visit), "instruments");
    }

    static List<Case> changes() {
        return List.of(
                new Case("another title", it -> it.put("title", "New")),
                new Case("unmasking", it -> it.put("masked", false), "/masked"),
                new Case("p values", it -> it.put("pValues", true)),
                new Case("another disclosure", it -> it.putObject("disclosure").put("threshold", 8)),
                new Case("another label", it -> item(it, "visits", 0).put("label", "New")),
                new Case("a wider window", it -> item(it, "visits", 1).put("windowClose", 140)),
                new Case("a wider range", it -> item(it, "instruments", 0).put("max", 11)),
                new Case("rounding", it -> item(it, "instruments", 1).put("rounding", "half-up")),
                new Case("another threshold", it -> item(it, "instruments", 0).remove("mcid")),
                new Case("no percentages", it -> item(it, "instruments", 0).put("percentChange", false)),
                new Case("another site", it -> list(it, "sites").add("S03")),
                new Case("another order", it -> list(it, "sites").insert(0, "S00")),
                new Case("fewer groupings", it -> it.remove("groupings")),
                new Case(
                        "another visit",
                        it -> list(it, "visits")
                                .addObject()
                                .put("code", "M6")
                                .put("day", 180)
                                .put("windowOpen", 170)
                                .put("windowClose", 190)),
                new Case("an instrument more at a visit", it -> planned(it, 0).insert(0, "CRP")),
                new Case(
                        "every instrument at a visit",
                        it -> item(it, "visits", 0).remove("instruments")),
                new Case(
                        "another order at a visit",
                        it -> planned(it, 0).add(planned(it, 0).remove(0))),
                new Case("an instrument less at a visit", it -> planned(it, 0).remove(0), "/visits/0/instruments"),
                new Case(
                        "a visit without instruments",
                        it -> planned(it, 0).removeAll(),
                        "/visits/0/instruments",
                        "/visits/0/instruments",
                        "/visits/0/instruments"),
                new Case(
                        "fewer instruments where all were planned",
                        it -> list(it, "instruments").values().stream()
                                .skip(1)
                                .map(instrument -> instrument.get("code"))
                                .forEach(item(it, "visits", 1).putArray("instruments")::add),
                        "/visits/1/instruments"),
                new Case("without a site", it -> list(it, "sites").remove(0), "/sites"),
                new Case("without an arm", it -> list(it, "arms").remove(0), "/arms"),
                new Case("without any arm", it -> it.remove("arms"), "/arms", "/arms"),
                new Case("without a visit", it -> list(it, "visits").remove(1), "/visits"),
                new Case("without an instrument", it -> list(it, "instruments").remove(2), "/instruments"),
                new Case("a visit renamed", it -> item(it, "visits", 1).put("code", "W16"), "/visits"),
                new Case(
                        "another baseline",
                        it -> {
                            item(it, "visits", 0).remove("baseline");
                            item(it, "visits", 1).put("baseline", true);
                        },
                        "/visits/0/baseline",
                        "/visits/1/baseline"),
                new Case("no baseline", it -> item(it, "visits", 0).remove("baseline"), "/visits/0/baseline"),
                new Case(
                        "more decimals",
                        it -> item(it, "instruments", 0).put("decimals", 1),
                        "/instruments/0/decimals"),
                new Case("another unit", it -> item(it, "instruments", 1).put("unit", "cm"), "/instruments/1/unit"),
                new Case("no unit", it -> item(it, "instruments", 1).remove("unit"), "/instruments/1/unit"),
                new Case(
                        "another direction",
                        it -> item(it, "instruments", 0).put("higherIsWorse", false),
                        "/instruments/0/higherIsWorse"),
                new Case(
                        "no change from baseline",
                        it -> item(it, "instruments", 0).put("hasBaseline", false),
                        "/instruments/0/hasBaseline"));
    }

    @ParameterizedTest
    @MethodSource("changes")
    void refusesWhatWouldGiveStoredRecordsAnotherMeaning(Case one) {
        Protocol next = Example.protocol(one.change());

        assertThat(ProtocolChange.problems(Example.protocol(), next))
                .extracting(Problem::pointer)
                .containsExactlyElementsOf(one.pointers());
    }

    @Test
    void mayMaskWhatWasOpen() {
        Protocol open = Example.protocol(it -> it.put("masked", false));

        assertThat(ProtocolChange.problems(open, Example.protocol())).isEmpty();
    }

    @Test
    void namesWhatMustStay() {
        Protocol next = Example.protocol(it -> list(it, "visits").remove(1));

        assertThat(ProtocolChange.problems(Example.protocol(), next))
                .containsExactly(new Problem(ProblemCode.CHANGES_STORED_DATA, "/visits", "M4 must stay in the list"));

        Protocol less = Example.protocol(it -> planned(it, 0).remove(0));

        assertThat(ProtocolChange.problems(Example.protocol(), less))
                .containsExactly(new Problem(
                        ProblemCode.CHANGES_STORED_DATA, "/visits/0/instruments", "VAS must stay planned at BL"));
    }
}

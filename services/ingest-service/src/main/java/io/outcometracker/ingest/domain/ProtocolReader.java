package io.outcometracker.ingest.domain;

import static io.outcometracker.ingest.domain.ProblemCode.*;
import static java.util.Objects.requireNonNull;
import static java.util.Objects.requireNonNullElse;

import io.outcometracker.contract.Code;
import io.outcometracker.contract.Cohort;
import io.outcometracker.contract.Protocol;
import io.outcometracker.contract.Protocol.Arm;
import io.outcometracker.contract.Protocol.Disclosure;
import io.outcometracker.contract.Protocol.Instrument;
import io.outcometracker.contract.Protocol.Mcid;
import io.outcometracker.contract.Protocol.PublicView;
import io.outcometracker.contract.Protocol.Release;
import io.outcometracker.contract.Protocol.Rounding;
import io.outcometracker.contract.Protocol.Visit;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Reads a protocol as it was put, and names every rule that it breaks. Stricter than {@link Protocol} in that nothing
 * with a meaning of its own is assumed: whether arms are masked and whether a higher score is worse must be said.
 */
public final class ProtocolReader {
    private static final Set<String> ALWAYS_THERE = Set.of("all", Cohort.ARM, Cohort.SITE);
    private static final Map<String, Rounding> ROUNDINGS = Fields.choices(Rounding.class);
    private static final Map<String, Mcid.Kind> MCID_KINDS = Fields.choices(Mcid.Kind.class);
    private static final int MAX_LABEL = 200;

    private final List<Problem> problems = new ArrayList<>();
    private final Set<String> measured = new HashSet<>();
    private @Nullable Catalogue catalogue;

    private ProtocolReader() {}

    /** A protocol, or what is wrong with it. */
    public record Reading(@Nullable Protocol protocol, List<Problem> problems) {}

    /** @param trial the trial of the address */
    public static Reading read(JsonNode body, String trial) {
        ProtocolReader reader = new ProtocolReader();
        Protocol protocol = reader.protocol(body, trial);
        return new Reading(reader.problems.isEmpty() ? protocol : null, List.copyOf(reader.problems));
    }

    private @Nullable Protocol protocol(JsonNode body, String trial) {
        String catalogued = body.path("catalogue").asString("");
        catalogue = Catalogue.version(catalogued);
        JsonNode completed = catalogue == null ? body : catalogue.complete(body);
        Fields fields = Fields.of(completed, "", problems);
        if (fields == null) {
            return null;
        }
        completed
                .path("instruments")
                .values()
                .forEach(it -> measured.add(it.path("code").asString("")));
        if (!Code.isValid(trial)) {
            fields.refuse(INVALID_CODE, "trial", "trial, in the address, must be " + Code.RULE);
        }
        String said = fields.code("trial");
        if (said != null && !said.equals(trial)) {
            fields.refuse(TRIAL_MISMATCH, "trial", "trial must be that of the address, or be left out");
        }
        String title = fields.text("title", MAX_LABEL);
        Integer version = fields.require("version") ? fields.version("version") : null;
        List<Arm> arms = items(fields, "arms", "control", ProtocolReader::arm);
        Boolean masked = (arms.isEmpty() || fields.require("masked")) ? fields.flag("masked") : null;
        List<String> sites = codes(fields, "sites");
        List<Visit> visits = items(fields, "visits", "baseline", this::visit);
        if (fields.code("catalogue") != null && catalogue == null) {
            fields.refuse(UNKNOWN_CATALOGUE, "catalogue", "catalogue must be one of: " + Catalogue.LATEST.version());
        }
        List<Instrument> instruments = items(fields, "instruments", null, this::instrument);
        List<String> groupings = codes(fields, "groupings");
        Boolean pValues = fields.flag("pValues");
        String participantCode = participantCode(fields);
        Fields disclosed = fields.object("disclosure");
        Disclosure disclosure = disclosed == null ? null : disclosure(disclosed);
        for (String name : List.of("sites", "visits", "instruments")) {
            if (fields.require(name) && fields.isEmptyList(name)) {
                fields.refuse(MISSING, name, "a trial has at least one of its " + name);
            }
        }
        for (int i = 0; i < groupings.size(); i++) {
            if (ALWAYS_THERE.contains(groupings.get(i))) {
                refuse(RESERVED_NAME, "/groupings/" + i, "cohorts by all, arm and site are formed anyway");
            }
            if (IdentifyingData.isField(groupings.get(i))) {
                refuse(IDENTIFYING_FIELD, "/groupings/" + i, "a grouping must not tell who a participant is");
            }
        }
        fields.refuseOthers();
        return problems.isEmpty()
                ? new Protocol(
                        trial,
                        title,
                        requireNonNull(version),
                        requireNonNullElse(masked, false),
                        arms,
                        sites,
                        visits,
                        instruments,
                        groupings,
                        requireNonNullElse(pValues, false),
                        disclosure,
                        catalogue == null ? null : catalogue.version(),
                        participantCode)
                : null;
    }

    private static @Nullable String participantCode(Fields fields) {
        String pattern = fields.text("participantCode", CodePattern.MAX_LENGTH);
        if (pattern != null && CodePattern.parse(pattern).isEmpty()) {
            fields.refuse(INVALID_PATTERN, "participantCode", CodePattern.rule());
            return null;
        }
        return pattern;
    }

    private static @Nullable Arm arm(Fields fields) {
        String code = fields.requiredCode("code");
        String label = fields.text("label", MAX_LABEL);
        Boolean control = fields.flag("control");
        return code == null ? null : new Arm(code, label, requireNonNullElse(control, false));
    }

    private @Nullable Visit visit(Fields fields) {
        String code = fields.requiredCode("code");
        String label = fields.text("label", MAX_LABEL);
        Integer day = day(fields, "day");
        Integer open = day(fields, "windowOpen");
        Integer close = day(fields, "windowClose");
        Boolean baseline = fields.flag("baseline");
        List<String> listed = codes(fields, "instruments", measured);
        List<String> instruments = fields.has("instruments") ? listed : null;
        if (day == null || open == null || close == null) {
            return null;
        }
        if (open > day) {
            fields.refuse(INVALID_WINDOW, "windowOpen", "windowOpen must not be after day");
        } else if (close < day) {
            fields.refuse(INVALID_WINDOW, "windowClose", "windowClose must not be before day");
        } else if (code != null) {
            return new Visit(code, label, day, open, close, requireNonNullElse(baseline, false), instruments);
        }
        return null;
    }

    private static @Nullable Integer day(Fields fields, String name) {
        Integer day = fields.require(name) ? fields.wholeNumber(name) : null;
        if (day != null && day == 0) {
            fields.refuse(INVALID_WINDOW, name, "there is no study day 0; the day before day 1 is day -1");
            return null;
        }
        return day;
    }

    private @Nullable Instrument instrument(Fields fields) {
        String code = fields.requiredCode("code");
        String label = fields.text("label", MAX_LABEL);
        String domain = fields.text("domain", MAX_LABEL);
        String unit = fields.text("unit", FollowUpRules.MAX_UNIT);
        BigDecimal min = fields.number("min");
        BigDecimal max = fields.number("max");
        Integer decimals = define(fields, "decimals") ? fields.wholeNumber("decimals") : null;
        BigDecimal step = fields.number("step");
        Rounding rounding = fields.choice("rounding", ROUNDINGS);
        Boolean higherIsWorse = define(fields, "higherIsWorse") ? fields.flag("higherIsWorse") : null;
        Boolean hasBaseline = fields.flag("hasBaseline");
        Boolean percentChange = fields.flag("percentChange");
        boolean logScale = requireNonNullElse(fields.flag("logScale"), false);
        Fields mcidFields = fields.object("mcid");
        Mcid mcid = mcidFields == null ? null : mcid(mcidFields);
        boolean fits = true;
        if (min != null && max != null && min.compareTo(max) > 0) {
            fields.refuse(INVALID_SCALE, "max", "max must not be less than min");
            fits = false;
        }
        if (decimals != null && (decimals < 0 || decimals > Instrument.MAX_DECIMALS)) {
            fields.refuse(INVALID_SCALE, "decimals", "decimals must be 0 to " + Instrument.MAX_DECIMALS);
            fits = false;
        }
        if (step != null && step.signum() <= 0) {
            fields.refuse(INVALID_SCALE, "step", "step must be more than 0");
            fits = false;
        } else if (step != null && decimals != null && step.stripTrailingZeros().scale() > decimals) {
            fields.refuse(INVALID_SCALE, "step", "step must not have more decimals than the instrument");
        }
        if (logScale && (min == null || min.signum() < 0)) {
            fields.refuse(INVALID_SCALE, "logScale", "logScale needs an instrument whose min is 0 or more");
        }
        return !fits || code == null || decimals == null || higherIsWorse == null
                ? null
                : new Instrument(
                        code,
                        label,
                        domain,
                        unit,
                        min,
                        max,
                        decimals,
                        step,
                        rounding,
                        higherIsWorse,
                        hasBaseline,
                        percentChange,
                        logScale,
                        mcid);
    }

    /** Whether the protocol, or the catalogue that it names, says it; refused if not. */
    private boolean define(Fields fields, String name) {
        if (catalogue != null) {
            return fields.require(
                    name,
                    name + " is missing: catalogue " + catalogue.version()
                            + " does not have the instrument, so the protocol must define it");
        }
        return fields.require(
                name,
                Catalogue.LATEST.has(fields.peek("code"))
                        ? name + " is missing; to take it from the catalogue, say catalogue: "
                                + Catalogue.LATEST.version()
                        : name + " is missing");
    }

    private static Disclosure disclosure(Fields fields) {
        Integer threshold = fields.count("threshold");
        Release release = release(fields);
        Fields view = fields.object("public");
        PublicView publicView = view == null ? null : new PublicView(view.count("threshold"), release(view));
        if (view != null) {
            view.refuseOthers();
        }
        fields.refuseOthers();
        return new Disclosure(threshold, release, publicView);
    }

    private static @Nullable Release release(Fields parent) {
        Fields fields = parent.object("release");
        if (fields == null) {
            return null;
        }
        Duration every = fields.require("every") ? fields.duration("every") : null;
        Integer minNewRecords = fields.require("minNewRecords") ? fields.count("minNewRecords") : null;
        fields.refuseOthers();
        return every == null || minNewRecords == null ? null : new Release(every, minNewRecords);
    }

    private static @Nullable Mcid mcid(Fields fields) {
        BigDecimal value = fields.require("value") ? fields.number("value") : null;
        Mcid.Kind kind = fields.require("kind") ? fields.choice("kind", MCID_KINDS) : null;
        String source = fields.require("source") ? fields.text("source", MAX_LABEL) : null;
        if (value != null && value.signum() <= 0 && kind != null && kind != Mcid.Kind.VALUE_AT_MOST) {
            fields.refuse(INVALID_SCALE, "value", "value must be more than 0: how much better somebody must get");
        }
        fields.refuseOthers();
        return value == null || kind == null || source == null ? null : new Mcid(value, kind, source);
    }

    /**
     * The items that could be read.
     *
     * @param single the flag that at most one item may have
     */
    private <T> List<T> items(Fields parent, String name, @Nullable String single, Function<Fields, @Nullable T> read) {
        List<T> items = new ArrayList<>();
        List<JsonNode> nodes = parent.list(name);
        Set<String> seen = new HashSet<>();
        boolean singled = false;
        for (int i = 0; i < nodes.size(); i++) {
            Fields fields = Fields.of(nodes.get(i), parent.at(name) + '/' + i, problems);
            if (fields == null) {
                continue;
            }
            T item = read.apply(fields);
            String code = fields.peek("code");
            if (code != null && !seen.add(code)) {
                fields.refuse(REPEATED_CODE, "code", "the same code must not be there twice");
            }
            if (single != null && fields.isTrue(single)) {
                if (singled) {
                    fields.refuse(MORE_THAN_ONE, single, "at most one of the " + name + " is the " + single);
                }
                singled = true;
            }
            fields.refuseOthers();
            if (item != null) {
                items.add(item);
            }
        }
        return items;
    }

    private List<String> codes(Fields parent, String name) {
        return codes(parent, name, null);
    }

    /** @param instruments those that there are; absent if the codes are of something else */
    private List<String> codes(Fields parent, String name, @Nullable Set<String> instruments) {
        List<String> codes = new ArrayList<>();
        List<JsonNode> nodes = parent.list(name);
        for (int i = 0; i < nodes.size(); i++) {
            String pointer = parent.at(name) + '/' + i;
            String code = nodes.get(i).isString() ? nodes.get(i).stringValue() : null;
            if (code == null) {
                refuse(WRONG_TYPE, pointer, name + " must be texts, in quotes");
            } else if (!Code.isValid(code)) {
                refuse(INVALID_CODE, pointer, name + " must be " + Code.RULE);
            } else if (codes.contains(code)) {
                refuse(REPEATED_CODE, pointer, "the same code must not be there twice");
            } else if (instruments != null && !instruments.contains(code)) {
                refuse(UNKNOWN_INSTRUMENT, pointer, "this is not one of the trial's instruments");
            } else {
                codes.add(code);
            }
        }
        return codes;
    }

    private void refuse(ProblemCode code, String pointer, String message) {
        problems.add(new Problem(code, pointer, message));
    }
}

package io.outcometracker.contract;

import io.outcometracker.contract.CohortMetric.Ancova;
import io.outcometracker.contract.CohortMetric.ArmComparison;
import io.outcometracker.contract.CohortMetric.Distribution;
import io.outcometracker.contract.CohortMetric.GeometricMean;
import io.outcometracker.contract.CohortMetric.HedgesG;
import io.outcometracker.contract.CohortMetric.Interval;
import io.outcometracker.contract.CohortMetric.MeanDifference;
import io.outcometracker.contract.CohortMetric.Proportion;
import io.outcometracker.contract.CohortMetric.ResponderRate;
import io.outcometracker.contract.CohortMetric.Responders;
import io.outcometracker.contract.CohortMetric.Undefined;
import io.outcometracker.contract.Disposition.Fate;
import io.outcometracker.contract.Disposition.Subject;
import io.outcometracker.contract.Protocol.Arm;
import io.outcometracker.contract.Protocol.Disclosure;
import io.outcometracker.contract.Protocol.Instrument;
import io.outcometracker.contract.Protocol.Mcid;
import io.outcometracker.contract.Protocol.PublicView;
import io.outcometracker.contract.Protocol.Release;
import io.outcometracker.contract.Protocol.Rounding;
import io.outcometracker.contract.Protocol.Visit;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Any value that the contract allows. */
final class RandomValues {
    private static final String CODE_START = "ABCXYZabcxyz0189";
    private static final String CODE_REST = CODE_START + "._-";
    private static final String TEXT = CODE_REST + " |\"\\/{}[]:,\n\t<>äß€漢\uD83D\uDE00";

    private final Random random;

    RandomValues(long seed) {
        random = new Random(seed);
    }

    Object value(Topic<?> topic) {
        Class<?> type = topic.valueType();
        if (type == Protocol.class) {
            return protocol();
        } else if (type == Enrolment.class) {
            return enrolment();
        } else if (type == FollowUp.class) {
            return followUp();
        } else if (type == Rejection.class) {
            return rejection();
        } else if (type == Disposition.class) {
            return disposition();
        } else if (type == CohortMetric.class) {
            return metric();
        } else if (type == AdverseEvent.class) {
            return adverseEvent();
        } else if (type == Erasure.class) {
            return new Erasure(code(), code(), code(), "x" + text(), instant());
        } else if (type == Unblinding.class) {
            return new Unblinding(code(), maybe(this::code), code(), instant(), "x" + text(), instant());
        } else if (type == Completeness.class) {
            return new Completeness(code(), code(), code(), cohort(), counts(), instant(), count());
        } else if (type == TrialSummary.class) {
            return new TrialSummary(code(), cohort(), flow(), adverseEvents(), instant(), count());
        } else if (type == AuditEntry.class) {
            return auditEntry();
        } else if (type == DeadLetter.class) {
            return deadLetter();
        }
        throw new IllegalArgumentException("no random values of " + type);
    }

    Protocol protocol() {
        int baselineVisit = random.nextInt(6);
        int controlArm = random.nextInt(4);
        List<String> armCodes = codes(random.nextInt(4));
        List<String> visitCodes = codes(1 + random.nextInt(4));
        List<String> instrumentCodes = codes(1 + random.nextInt(4));
        return new Protocol(
                code(),
                maybe(this::text),
                count(),
                random.nextBoolean(),
                IntStream.range(0, armCodes.size())
                        .mapToObj(it -> new Arm(armCodes.get(it), maybe(this::text), it == controlArm))
                        .toList(),
                codes(1 + random.nextInt(4)),
                IntStream.range(0, visitCodes.size())
                        .mapToObj(it -> visit(visitCodes.get(it), it == baselineVisit, instrumentCodes))
                        .toList(),
                instrumentCodes.stream().map(this::instrument).toList(),
                codes(random.nextInt(3)),
                random.nextBoolean(),
                maybe(() -> new Disclosure(maybe(this::count), maybe(this::release), maybe(this::publicView))),
                maybe(this::text),
                maybe(this::text));
    }

    private PublicView publicView() {
        return new PublicView(maybe(this::count), maybe(this::release));
    }

    private Release release() {
        Duration rest = Duration.ofSeconds(oneOf(0, 1, 59, 3600, 86_399), oneOf(0, 1, 500_000_000));
        return new Release(rest.plusSeconds(1).plusDays(random.nextInt(400)), count());
    }

    private Visit visit(String code, boolean baseline, List<String> instruments) {
        int day = studyDay(random.nextInt(2000) - 1000);
        int open = studyDay(day - random.nextInt(30));
        int close = studyDay(day + random.nextInt(30));
        return new Visit(
                code,
                maybe(this::text),
                day,
                Math.min(open, day),
                Math.max(close, day),
                baseline,
                maybe(() -> instruments.subList(random.nextInt(instruments.size() + 1), instruments.size())));
    }

    private static int studyDay(int day) {
        return day == 0 ? -1 : day;
    }

    private Instrument instrument(String code) {
        BigDecimal min = maybe(this::score);
        return new Instrument(
                code,
                maybe(this::text),
                maybe(this::text),
                maybe(this::text),
                min,
                maybe(() -> min == null ? score() : min.add(score().abs())),
                random.nextInt(Instrument.MAX_DECIMALS + 1),
                maybe(() -> score().abs().add(BigDecimal.ONE)),
                maybe(() -> oneOf(Rounding.values())),
                random.nextBoolean(),
                random.nextBoolean(),
                random.nextBoolean(),
                random.nextBoolean(),
                maybe(() -> new Mcid(score(), oneOf(Mcid.Kind.values()), "x" + text())));
    }

    Enrolment enrolment() {
        Enrolment.Status status = oneOf(Enrolment.Status.values());
        boolean enrolled = status != Enrolment.Status.SCREENED && status != Enrolment.Status.EXCLUDED;
        boolean left = status == Enrolment.Status.OFF_STUDY || status == Enrolment.Status.FOLLOW_UP_WITHDRAWN;
        return new Enrolment(
                code(),
                code(),
                count(),
                code(),
                enrolled ? maybe(this::code) : null,
                enrolled ? maybe(this::date) : null,
                maybe(this::strata),
                status,
                left ? date() : maybe(this::date),
                maybe(this::text),
                instant(),
                count());
    }

    private Map<String, String> strata() {
        return codes(random.nextInt(4)).stream().collect(Collectors.toMap(Function.identity(), it -> "x" + text()));
    }

    FollowUp followUp() {
        FollowUp.Status status = oneOf(FollowUp.Status.values());
        boolean scored = status == FollowUp.Status.FINAL || status == FollowUp.Status.AMENDED;
        int version = count();
        return new FollowUp(
                code(),
                code(),
                version,
                code(),
                code(),
                code(),
                random.nextBoolean(),
                code(),
                scored ? score() : maybe(this::score),
                maybe(this::text),
                maybe(this::text),
                maybe(() -> oneOf(FollowUp.Comparator.values())),
                scored ? date() : maybe(this::date),
                status,
                version > 1 ? text() : maybe(this::text),
                maybe(this::text),
                instant(),
                count());
    }

    AdverseEvent adverseEvent() {
        AdverseEvent.Status status = oneOf(AdverseEvent.Status.values());
        boolean stands = status != AdverseEvent.Status.ENTERED_IN_ERROR;
        int version = count();
        return new AdverseEvent(
                code(),
                code(),
                version,
                code(),
                code(),
                maybe(this::code),
                stands ? date() : maybe(this::date),
                stands ? severity() : maybe(this::severity),
                random.nextBoolean(),
                status,
                version > 1 ? text() : maybe(this::text),
                instant(),
                count());
    }

    private AdverseEvent.Severity severity() {
        return oneOf(AdverseEvent.Severity.values());
    }

    Rejection rejection() {
        String pointer = Stream.generate(() -> "/" + oneOf("value", "0", "", "a b", "~0", "~1x"))
                .limit(random.nextInt(4))
                .collect(Collectors.joining());
        return new Rejection(
                maybe(this::code),
                maybe(this::code),
                oneOf("OUT_OF_RANGE", "X", "A1_" + "Z".repeat(61)),
                pointer,
                hash(),
                instant());
    }

    Disposition disposition() {
        Subject subject = oneOf(Subject.values());
        Fate current = oneOf(Fate.values());
        boolean counts = subject == Subject.FOLLOW_UP && current == Fate.APPLIED;
        return new Disposition(
                code(),
                code(),
                subject,
                subject == Subject.FOLLOW_UP || subject == Subject.ADVERSE_EVENT ? code() : null,
                count(),
                oneOf(Fate.values()),
                count(),
                current,
                instant(),
                maybe(this::code),
                counts ? maybe(this::assessed) : null);
    }

    private Disposition.Assessed assessed() {
        return new Disposition.Assessed(code(), random.nextBoolean() ? count() : -count());
    }

    CohortMetric metric() {
        boolean suppressed = random.nextInt(5) == 0;
        return new CohortMetric(
                code(),
                code(),
                code(),
                cohort(),
                suppressed ? null : distribution(),
                suppressed ? null : maybe(this::distribution),
                suppressed ? null : maybe(this::distribution),
                suppressed ? null : maybe(this::howMany),
                suppressed ? null : maybe(this::responders),
                suppressed ? null : maybe(this::howMany),
                suppressed ? null : maybe(this::geometricMean),
                suppressed ? null : maybe(this::armComparison),
                suppressed ? null : maybe(this::counts),
                suppressed,
                maybe(this::text),
                maybe(() -> codes(random.nextInt(3))),
                maybe(this::upTo),
                instant(),
                count());
    }

    private Map<String, List<Long>> upTo() {
        return codes(random.nextInt(4)).stream()
                .collect(Collectors.toMap(
                        Function.identity(),
                        it -> random.longs(random.nextInt(4), 0, Long.MAX_VALUE)
                                .boxed()
                                .toList()));
    }

    Cohort cohort() {
        return oneOf(
                Cohort.ALL,
                Cohort.arm(code()),
                Cohort.site(code()),
                new Cohort("stratum", oneOf("autologous MSC", "a=b", "a|b")));
    }

    private Distribution distribution() {
        if (random.nextInt(5) == 0) {
            return new Distribution(0, null, null, null, null, null, null, null, null, null, undefined());
        }
        return new Distribution(
                1 + (random.nextLong() >>> 1) / 2,
                maybe(this::number),
                maybe(() -> Math.abs(number())),
                maybe(() -> Math.abs(number())),
                maybe(this::interval),
                maybe(this::number),
                maybe(this::number),
                maybe(this::number),
                maybe(this::number),
                maybe(this::number),
                undefined());
    }

    private @Nullable Undefined undefined() {
        return maybe(() -> oneOf(Undefined.values()));
    }

    private GeometricMean geometricMean() {
        return new GeometricMean(howMany(), maybe(this::number), maybe(this::interval), undefined());
    }

    private ArmComparison armComparison() {
        return new ArmComparison(code(), meanDifference(), maybe(this::meanDifference), maybe(this::ancova));
    }

    private MeanDifference meanDifference() {
        return new MeanDifference(
                howMany(),
                howMany(),
                maybe(this::number),
                maybe(() -> Math.abs(number())),
                maybe(() -> Math.abs(number())),
                maybe(this::number),
                maybe(random::nextDouble),
                maybe(this::interval),
                maybe(() -> new HedgesG(
                        number(), Math.abs(number()), maybe(this::interval), Math.abs(number()), number(), number())),
                undefined());
    }

    private Ancova ancova() {
        return new Ancova(
                howMany(),
                howMany(),
                maybe(this::number),
                maybe(this::number),
                maybe(() -> Math.abs(number())),
                maybe(this::howMany),
                maybe(this::number),
                maybe(random::nextDouble),
                maybe(this::interval),
                maybe(this::number),
                maybe(this::number),
                undefined());
    }

    private Completeness.Counts counts() {
        return Completeness.Counts.of(
                howMany(), howMany(), howMany(), howMany(), howMany(), howMany(), howMany(), howMany(), howMany());
    }

    private TrialSummary.Flow flow() {
        return new TrialSummary.Flow(
                howMany(), howMany(), reasons(), howMany(), howMany(), howMany(), howMany(), howMany(), reasons());
    }

    private Map<String, Long> reasons() {
        return codes(random.nextInt(4)).stream().collect(Collectors.toMap(it -> it + text(), it -> howMany()));
    }

    private TrialSummary.AdverseEvents adverseEvents() {
        return new TrialSummary.AdverseEvents(
                howMany(),
                howMany(),
                maybe(random::nextDouble),
                howMany(),
                howMany(),
                howMany(),
                howMany(),
                howMany(),
                howMany(),
                Math.abs(number()),
                maybe(() -> Math.abs(number())));
    }

    private long howMany() {
        return random.nextInt(4) * (long) random.nextInt(100);
    }

    private Responders responders() {
        return new Responders(maybe(this::responderRate), maybe(this::responderRate), maybe(this::responderRate));
    }

    private ResponderRate responderRate() {
        return new ResponderRate(proportion(), proportion());
    }

    private Proportion proportion() {
        long n = random.nextInt(1000);
        return new Proportion(
                n == 0 ? 0 : random.nextInt((int) n), n, maybe(random::nextDouble), maybe(this::interval));
    }

    private Interval interval() {
        double a = number();
        double b = number();
        return new Interval(Math.min(a, b), Math.max(a, b));
    }

    AuditEntry auditEntry() {
        return auditAct()
                .written(
                        code(),
                        1 + random.nextInt(Integer.MAX_VALUE - 1),
                        maybe(this::code),
                        maybe(() -> List.of(new AuditEntry.Head(code(), count(), hash()))),
                        hash())
                .entry();
    }

    AuditAct auditAct() {
        return new AuditAct(
                instant(),
                instant(),
                maybe(() -> new AuditAct.Actor(
                        maybe(this::text),
                        maybe(() -> codes(random.nextInt(3))),
                        maybe(this::text),
                        maybe(this::text))),
                maybe(this::code),
                oneOf(AuditEntry.Action.values()),
                maybe(this::auditObject),
                maybe(() -> oneOf("FORBIDDEN", "X", "A1_" + "Z".repeat(61))),
                maybe(this::text),
                maybe(this::count),
                oneOf(AuditEntry.Outcome.values()));
    }

    private AuditEntry.AuditObject auditObject() {
        return new AuditEntry.AuditObject(
                oneOf(AuditEntry.ObjectType.values()),
                maybe(this::text),
                maybe(this::count),
                maybe(this::hash),
                maybe(this::text),
                maybe(this::count),
                maybe(() -> random.nextLong() >>> 1));
    }

    private String hash() {
        return "%064x".formatted(new BigInteger(256, random));
    }

    DeadLetter deadLetter() {
        return new DeadLetter(text(), text(), random.nextInt(100), random.nextLong() >>> 1, text(), instant());
    }

    String code() {
        int more = oneOf(0, 1, 7, 63);
        return character(CODE_START)
                + Stream.generate(() -> character(CODE_REST)).limit(more).collect(Collectors.joining());
    }

    private List<String> codes(int howMany) {
        return IntStream.range(0, howMany)
                .mapToObj(it -> "C" + it + random.nextInt(1000))
                .toList();
    }

    private String text() {
        return TEXT.codePoints()
                .filter(it -> random.nextInt(4) == 0)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    private String character(String alphabet) {
        return String.valueOf(alphabet.charAt(random.nextInt(alphabet.length())));
    }

    /** A decimal of up to 9 decimals, in whatever notation. */
    BigDecimal score() {
        BigInteger digits = new BigInteger(1 + random.nextInt(80), random);
        return new BigDecimal(random.nextBoolean() ? digits : digits.negate(), random.nextInt(12) - 2)
                .setScale(random.nextInt(Instrument.MAX_DECIMALS + 1), java.math.RoundingMode.DOWN);
    }

    private double number() {
        double any = Double.longBitsToDouble(random.nextLong());
        return oneOf(0.0, 4.25, -1.0 / 3, random.nextGaussian(), Double.isFinite(any) ? any : Double.MIN_VALUE);
    }

    private int count() {
        return oneOf(1, 2, 1 + random.nextInt(1000), Integer.MAX_VALUE);
    }

    private LocalDate date() {
        return LocalDate.of(2000, 1, 1).plusDays(random.nextInt(20_000));
    }

    private Instant instant() {
        return Instant.ofEpochSecond(random.nextInt(2_000_000_000), oneOf(0, 1_000_000, random.nextInt(1_000_000_000)));
    }

    private <T> @Nullable T maybe(Supplier<T> value) {
        return random.nextBoolean() ? value.get() : null;
    }

    @SafeVarargs
    private <T> T oneOf(T... values) {
        return values[random.nextInt(values.length)];
    }
}

package io.outcometracker.benchmarks.aggregation;

import io.outcometracker.contract.Enrolment;
import io.outcometracker.contract.FollowUp;
import io.outcometracker.contract.Protocol;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Trials with all that is reported of their participants, the same for the same seed. Nothing of it is held: each record
 * follows from its number.
 *
 * @param name what the names of its trials begin with
 * @param participants of all trials together, shared out evenly
 * @param visits the first one is the baseline; each participant has a record of each instrument at each visit
 * @param masked whether every other trial is, and releases to everyone in batches
 */
record Study(
        String name, long seed, int trials, int participants, int visits, int instruments, int sites, boolean masked) {
    private static final long SEED = Long.getLong("bench.seed", 20_260_101);
    private static final Instant BEGIN = Instant.parse("2026-01-05T08:00:00Z");
    private static final LocalDate FIRST_DAY1 = LocalDate.of(2024, 1, 1);
    private static final int DAYS_BETWEEN_VISITS = 28;
    private static final int WINDOW = 7;
    /** Of a thousand: slots that are amended, slots that are taken back, visits (and enrolments) that are reported late. */
    private static final int AMENDED = 100;

    private static final int RETRACTED = 10;
    private static final int LATE = 30;

    private static final int AMENDMENT = 1;
    private static final int RETRACTION = 2;
    private static final int DELAY = 3;
    private static final int DAY1 = 4;
    private static final int SITE = 5;
    private static final int ARM = 6;
    private static final int SEX = 7;
    private static final int OFFSET = 8;
    private static final int VALUE = 100;

    /** Of about as many follow-ups as asked for: each slot has one, and 11 of 100 a second. */
    static Study of(int trials, long followUps, int participants) {
        int instruments = 4;
        int visits = (int) Math.max(2, Math.round(followUps / 1.11 / participants / instruments));
        return new Study("T", SEED, trials, participants, visits, instruments, 20, true);
    }

    /** With one instrument, and everything published live. */
    static Study live(String name, int trials, int participants, int visits, int sites) {
        return new Study(name, SEED, trials, participants, visits, 1, sites, false);
    }

    /** Takes what is reported, in the order in which it is. */
    interface Reader {
        void enrolled(Enrolment enrolment);

        void followedUp(FollowUp followUp);
    }

    List<Protocol> protocols() {
        return IntStream.range(0, trials).mapToObj(this::protocol).toList();
    }

    private Protocol protocol(int number) {
        boolean closed = masked && number % 2 == 1;
        return new Protocol(
                trial(number),
                null,
                1,
                closed,
                List.of(new Protocol.Arm("ACT", null, false), new Protocol.Arm("PLC", null, true)),
                IntStream.range(0, sites).mapToObj(Study::site).toList(),
                IntStream.range(0, visits).mapToObj(Study::visit).toList(),
                IntStream.range(0, instruments).mapToObj(Study::instrument).toList(),
                List.of("sex"),
                false,
                closed ? new Protocol.Disclosure(null, null, new Protocol.PublicView(null, null)) : null,
                null,
                null);
    }

    private static Protocol.Visit visit(int number) {
        int day = day(number);
        return new Protocol.Visit(
                "V" + number, null, day, number == 0 ? -WINDOW : day - WINDOW, day + WINDOW, number == 0);
    }

    private static int day(int visit) {
        return visit == 0 ? 1 : visit * DAYS_BETWEEN_VISITS;
    }

    private static Protocol.Instrument instrument(int number) {
        return new Protocol.Instrument(
                "I" + number,
                null,
                null,
                "{score}",
                BigDecimal.ZERO,
                BigDecimal.valueOf(100),
                0,
                null,
                null,
                true,
                null,
                null,
                false,
                new Protocol.Mcid(BigDecimal.TEN, Protocol.Mcid.Kind.ABS, "assumed"));
    }

    /**
     * Tells everything in order: visit by visit, each of all participants in turn. What is late comes two visits later, also baselines
     * and enrolments; an amendment comes one visit after what it amends, and a retraction two.
     */
    void read(Reader reader) {
        for (int wave = 0; wave < visits + 4; wave++) {
            for (int participant = 0; participant < participants; participant++) {
                if (wave == (isLate(participant, visits) ? 2 : 0)) {
                    reader.enrolled(enrolment(participant));
                }
                for (int visit = Math.max(0, wave - 4); visit <= Math.min(wave, visits - 1); visit++) {
                    int since = wave - visit - (isLate(participant, visit) ? 2 : 0);
                    if (since >= 0 && since <= 2) {
                        tell(reader, participant, visit, since);
                    }
                }
            }
        }
    }

    private void tell(Reader reader, int participant, int visit, int since) {
        for (int instrument = 0; instrument < instruments; instrument++) {
            int slot = visit * instruments + instrument;
            if (since == 0) {
                reader.followedUp(followUp(participant, visit, instrument, 1, FollowUp.Status.FINAL));
            } else if (since == 1 && isAmended(participant, slot)) {
                reader.followedUp(followUp(participant, visit, instrument, 2, FollowUp.Status.AMENDED));
            } else if (since == 2 && isRetracted(participant, slot)) {
                reader.followedUp(followUp(participant, visit, instrument, 3, FollowUp.Status.ENTERED_IN_ERROR));
            }
        }
    }

    private boolean isLate(int participant, int visit) {
        return chance(participant, visit, DELAY) < LATE;
    }

    private boolean isAmended(int participant, int slot) {
        return chance(participant, slot, AMENDMENT) < AMENDED;
    }

    private boolean isRetracted(int participant, int slot) {
        return chance(participant, slot, RETRACTION) < RETRACTED;
    }

    private Enrolment enrolment(int participant) {
        return new Enrolment(
                trialOf(participant),
                code(participant),
                1,
                site(siteOf(participant)),
                arm(participant),
                day1(participant),
                Map.of("sex", chance(participant, 0, SEX) < 500 ? "F" : "M"),
                Enrolment.Status.ON_STUDY,
                null,
                null,
                BEGIN,
                1);
    }

    /** Of a participant, for what is counted by arm. */
    String arm(int participant) {
        return chance(participant, 0, ARM) < 500 ? "ACT" : "PLC";
    }

    private LocalDate day1(int participant) {
        return FIRST_DAY1.plusDays(chance(participant, 0, DAY1) % 365);
    }

    FollowUp followUp(int participant, int visit, int instrument, int version, FollowUp.Status status) {
        boolean retracted = status == FollowUp.Status.ENTERED_IN_ERROR;
        int slot = visit * instruments + instrument;
        BigDecimal value = retracted ? null : BigDecimal.valueOf(value(participant, slot, version));
        return new FollowUp(
                trialOf(participant),
                "R%s-%d-%d".formatted(code(participant), visit, instrument),
                version,
                site(siteOf(participant)),
                code(participant),
                "V" + visit,
                visit == 0,
                "I" + instrument,
                value,
                value == null ? null : value.toString(),
                value == null ? null : "{score}",
                null,
                retracted
                        ? null
                        : day1(participant).plusDays(day(visit) - 1 + chance(participant, visit, OFFSET) % 13 - 4),
                status,
                version == 1 ? null : "transcription error",
                null,
                BEGIN,
                1);
    }

    int value(int participant, int slot, int version) {
        return 20 + chance(participant, slot, VALUE + version) % 61;
    }

    private String trial(int number) {
        return name + number;
    }

    /** Of a participant. */
    String trialOf(int participant) {
        return trial(participant % trials);
    }

    private static String site(int number) {
        return "S" + number;
    }

    private int siteOf(int participant) {
        return chance(participant, 0, SITE) % sites;
    }

    private static String code(int participant) {
        return Integer.toString(participant, 36).toUpperCase(Locale.ROOT);
    }

    /** 0 to 999, each about as often. */
    private int chance(int participant, int number, int purpose) {
        long mixed =
                seed + participant * 0x9E3779B97F4A7C15L + number * 0xC2B2AE3D27D4EB4FL + purpose * 0x165667B19E3779F9L;
        mixed = (mixed ^ (mixed >>> 30)) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
        return (int) Math.floorMod(mixed ^ (mixed >>> 31), 1000L);
    }

    /** What must come out in the end: the score that stands of each slot; absent where it was taken back. */
    @Nullable
    Integer standing(int participant, int visit, int instrument) {
        int slot = visit * instruments + instrument;
        if (isRetracted(participant, slot)) {
            return null;
        }
        return value(participant, slot, isAmended(participant, slot) ? 2 : 1);
    }

    /** When the record of this number was stored. */
    static Instant at(long number) {
        return BEGIN.plus(Duration.ofMillis(number));
    }
}

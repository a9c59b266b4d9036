package io.outcometracker.loader.simulation;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DayOfWeek;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * An open-label trial of a cell therapy for chronic low back pain, as it goes in life: pain falls, function follows,
 * visits are missed or late, people leave, scores are mistyped and put right. Everything is invented.
 *
 * <p>The same seed gives the same bytes on every platform: {@link Random} is specified to the bit, and nothing is
 * computed but sums, products and quotients.
 */
public final class ChronicPainStudy {
    private static final String TRIAL = "SIM-CLBP-01";
    private static final int PARTICIPANTS = 128;
    private static final LocalDate FIRST_TREATMENT = LocalDate.of(2024, 1, 15);
    private static final List<String> SITES = List.of("S01", "S02", "S03", "S04");
    private static final String CELLS = "BM-MSC";
    private static final String USUAL_CARE = "USUAL-CARE";

    private static final List<Visit> VISITS = List.of(
            new Visit("BL", -7, 6, 0, 0),
            new Visit("W2", 15, 3, 0.4, 0.5),
            new Visit("W4", 29, 5, 0.65, 0.8),
            new Visit("M2", 61, 8, 0.9, 1),
            new Visit("M4", 121, 10, 1, 0.8));

    private static final List<Scale> SCALES = List.of(
            new Scale("NRS", true, 0, 10, 6.4, 1.3, -1, 0.7, 1, 0, 0.01),
            new Scale("BPI_INT", true, 0, 10, 5.8, 1.6, -0.95, 0.6, 7, 2, 0.02),
            new Scale("ODI", true, 0, 100, 42, 11, -5.2, 4, 0.5, 0, 0.02),
            new Scale("PROMIS_PF", true, 10, 90, 36.5, -5, 1.6, 1.8, 10, 1, 0.02),
            new Scale("ISI", true, 0, 28, 14.5, 5, -1.7, 1.8, 1, 0, 0.02),
            new Scale("PHQ9", true, 0, 27, 9.5, 4.5, -1, 1.5, 1, 0, 0.03),
            new Scale("GAD7", true, 0, 21, 7, 4, -0.7, 1.4, 1, 0, 0.03),
            new Scale("STEPS", true, 0, 100000, 4800, -1900, 520, 600, 1, 0, 0.15),
            new Scale("SAT", false, 0, 10, 5, -0.8, 1.1, 1.2, 1, 0, 0.02),
            new Scale("PGIC", false, 1, 7, 4.2, 0.4, -0.8, 0.6, 1, 0, 0.02));

    private static final List<String> REASONS_TO_LEAVE = List.of(
            "LOST TO FOLLOW-UP", "WITHDRAWAL BY SUBJECT", "LACK OF EFFICACY", "ADVERSE EVENT", "PHYSICIAN DECISION");

    private final Random random;
    private final long seed;
    private final List<String> enrolments = new ArrayList<>();
    private final List<String> scores = new ArrayList<>();
    private final List<String> further = new ArrayList<>();

    /**
     * @param jitter days by which an ordinary visit is early or late
     * @param afterCells part of the full effect that is reached after the injection
     * @param afterUsualCare the same under usual care
     */
    private record Visit(String code, int day, int jitter, double afterCells, double afterUsualCare) {}

    private record Participant(
            String code,
            String site,
            String arm,
            LocalDate day1,
            @Nullable LocalDate offStudyOn,
            double severity,
            double response) {}

    public ChronicPainStudy(long seed) {
        this.seed = seed;
        this.random = new Random(seed);
        LocalDate day1 = FIRST_TREATMENT;
        for (int number = 1; number <= PARTICIPANTS; number++) {
            simulate(number, day1);
            day1 = weekday(day1.plusDays(between(0, 6)));
        }
    }

    /** Writes the folder's files; replaces those that are there. */
    public void writeTo(Path folder) throws IOException {
        Files.createDirectories(folder);
        write(folder, "long.csv", "trial,site,participant,arm,visit,visit_day,instrument,score", scores);
        write(
                folder,
                "enrolments.csv",
                "participant,version,site,arm,day1,status,offStudyOn,offStudyReason",
                enrolments);
        write(
                folder,
                "follow-ups.csv",
                "recordId,version,site,participant,visit,instrument,value,assessedOn,status,reasonForChange,notDoneReason",
                further);
        for (String name : List.of("instruments.csv", "protocol.yml", "README.md")) {
            try (InputStream text = getClass().getResourceAsStream(name)) {
                String template = new String(Objects.requireNonNull(text, name).readAllBytes(), UTF_8);
                Files.writeString(folder.resolve(name), template.replace("{seed}", Long.toString(seed)));
            }
        }
    }

    private static void write(Path folder, String name, String header, List<String> rows) throws IOException {
        Files.writeString(folder.resolve(name), header + '\n' + String.join("\n", rows) + '\n');
    }

    private void simulate(int number, LocalDate day1) {
        String arm = number % 2 == 0 ? USUAL_CARE : CELLS;
        LocalDate offStudyOn = happens(0.1) ? day1.plusDays(between(18, 118)) : null;
        Participant participant = new Participant(
                String.format(Locale.ROOT, "P-%04d", number),
                SITES.get(Math.min(between(0, 4), SITES.size() - 1)),
                arm,
                day1,
                offStudyOn,
                gauss(),
                arm.equals(CELLS) ? 2.8 + 1.7 * gauss() : 1 + 1.5 * gauss());
        enrol(participant, number);
        double[] level = SCALES.stream()
                .mapToDouble(scale -> 0.7 * participant.severity + 0.7 * gauss())
                .toArray();
        VISITS.forEach(visit -> attend(participant, visit, level));
    }

    private void enrol(Participant participant, int number) {
        int version = 1;
        if (number % 50 == 0) {
            String other = participant.arm.equals(CELLS) ? USUAL_CARE : CELLS;
            enrolments.add(enrolment(participant, version++, other, "on-study,,"));
        }
        enrolments.add(enrolment(participant, version++, participant.arm, "on-study,,"));
        if (participant.offStudyOn != null) {
            boolean fromFollowUp = happens(0.25);
            enrolments.add(enrolment(
                    participant,
                    version,
                    participant.arm,
                    (fromFollowUp ? "follow-up-withdrawn," : "off-study,")
                            + participant.offStudyOn
                            + ','
                            + (fromFollowUp
                                    ? "WITHDRAWAL BY SUBJECT"
                                    : REASONS_TO_LEAVE.get(between(0, REASONS_TO_LEAVE.size() - 1)))));
        }
    }

    private static String enrolment(Participant participant, int version, String arm, String rest) {
        return participant.code
                + ','
                + version
                + ','
                + participant.site
                + ','
                + arm
                + ','
                + participant.day1
                + ','
                + rest;
    }

    private void attend(Participant participant, Visit visit, double[] level) {
        boolean baseline = visit.code.equals("BL");
        int day = assessmentDay(visit);
        LocalDate assessedOn = participant.day1.plusDays(day > 0 ? day - 1 : day);
        boolean left = participant.offStudyOn != null && !assessedOn.isBefore(participant.offStudyOn);
        if (left || (!baseline && happens(0.04))) {
            return;
        }
        boolean notDone = !baseline && happens(0.02);
        double reached = participant.arm.equals(CELLS) ? visit.afterCells : visit.afterUsualCare;
        double improvement = participant.response * reached + (baseline ? 0 : 0.4 * gauss());
        for (int i = 0; i < SCALES.size(); i++) {
            Scale scale = SCALES.get(i);
            BigDecimal score = scale.score(scale.usual()
                    + scale.spread() * level[i]
                    + scale.perPoint() * improvement
                    + scale.noise() * gauss());
            if (baseline && !scale.hasBaseline()) {
                continue;
            }
            Entry entry = new Entry(participant, visit.code, scale.code(), assessedOn);
            if (notDone) {
                further.add(entry.row("", 1, null, "not-done", "", "participant unwell"));
                if (happens(0.08)) {
                    further.add(entry.row("", 2, score, "amended", "paper form found at the site", ""));
                }
            } else if (!happens(scale.missing())) {
                enter(entry, scale, score, day);
            }
        }
    }

    /** Most scores are typed in once and right; the others are put right later. */
    private void enter(Entry entry, Scale scale, BigDecimal score, int day) {
        double fortune = random.nextDouble();
        BigDecimal slip = scale.slip(score, between(1, 3));
        if (fortune < 0.008) {
            entry.addTo(scores, day, slip);
            further.add(entry.row("", 2, score, "amended", "transcription error", ""));
        } else if (fortune < 0.0085) {
            // Corrected twice; the second correction overtakes the first on its way.
            entry.addTo(scores, day, slip);
            further.add(entry.row("", 3, score, "amended", "source document checked", ""));
            further.add(entry.row("", 2, scale.slip(slip, 1), "amended", "transcription error", ""));
        } else if (fortune < 0.0095) {
            entry.addTo(scores, day, slip);
            further.add(entry.row("", 2, null, "entered-in-error", "belongs to another participant", ""));
            further.add(entry.row("-B", 1, score, "final", "", ""));
        } else {
            entry.addTo(scores, day, score);
            if (fortune < 0.0115) {
                further.add(entry.row("", 1, score, "final", "", ""));
            }
        }
    }

    /** One score on its way into the system. */
    private record Entry(Participant participant, String visit, String instrument, LocalDate assessedOn) {
        void addTo(List<String> scores, int day, BigDecimal score) {
            scores.add(String.join(
                    ",",
                    TRIAL,
                    participant.site,
                    participant.code,
                    participant.arm,
                    visit,
                    Integer.toString(day),
                    instrument,
                    score.toPlainString()));
        }

        String row(
                String idSuffix,
                int version,
                @Nullable BigDecimal value,
                String status,
                String reasonForChange,
                String notDoneReason) {
            return String.join(
                    ",",
                    participant.code + '-' + visit + '-' + instrument + idSuffix,
                    Integer.toString(version),
                    participant.site,
                    participant.code,
                    visit,
                    instrument,
                    value == null ? "" : value.toPlainString(),
                    value == null ? "" : assessedOn.toString(),
                    status,
                    reasonForChange,
                    notDoneReason);
        }
    }

    /** Near the planned day, now and then far from it; never beyond Day 1 for the baseline, and never day 0. */
    private int assessmentDay(Visit visit) {
        int day = visit.day + between(-visit.jitter, visit.jitter);
        if (visit.code.equals("BL")) {
            return happens(0.2) ? 1 : Math.min(day, -1);
        }
        if (happens(0.07)) {
            return day + visit.jitter + between(4, 20);
        }
        return happens(0.02) ? Math.max(2, day - visit.jitter - between(2, 6)) : day;
    }

    private static LocalDate weekday(LocalDate date) {
        return date.getDayOfWeek() == DayOfWeek.SATURDAY
                ? date.plusDays(2)
                : date.getDayOfWeek() == DayOfWeek.SUNDAY ? date.plusDays(1) : date;
    }

    private boolean happens(double probability) {
        return random.nextDouble() < probability;
    }

    private int between(int first, int last) {
        return first + (int) (random.nextDouble() * (last - first + 1));
    }

    /** Nearly normal, with mean 0 and standard deviation 1. */
    private double gauss() {
        double sum = -6;
        for (int i = 0; i < 12; i++) {
            sum += random.nextDouble();
        }
        return sum;
    }
}

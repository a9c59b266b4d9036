package io.outcometracker.endtoend;

import io.outcometracker.contract.Json;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import tools.jackson.databind.node.ObjectNode;

/**
 * What one site sends, by a seed: new participants, scores and adverse events; amendments, retractions, corrected arms,
 * withdrawals; the same again; versions out of their order, and records of those who are enrolled later.
 */
final class LoadedSite {
    static final String ADVERSE_EVENTS = "adverse-events";

    private static final List<String> ARMS = List.of("ACT", "PBO");
    private static final List<String> TERMS = List.of("10003988", "10019211", "10028813");
    private static final Map<String, Integer> DAYS = new LinkedHashMap<>();

    static {
        DAYS.put("BL", 0);
        DAYS.put("M1", 28);
        DAYS.put("M4", 120);
    }

    private final String code;
    private final List<String> trials;
    private final Random random;
    /** So that some visits are due on one of these days, some were, and some are not yet. */
    private final LocalDate firstDay = LocalDate.now(ZoneOffset.UTC).minusDays(130);

    private final Map<RecordId, ObjectNode> latest = new LinkedHashMap<>();
    private final Map<String, List<Participant>> participants = new HashMap<>();
    private final Set<RecordId> taken = new HashSet<>();
    private final List<Letter> sent = new ArrayList<>();
    private final Deque<Letter> owed = new ArrayDeque<>();

    LoadedSite(String code, List<String> trials, Random random) {
        this.code = code;
        this.trials = trials;
        this.random = random;
    }

    /** @param kind {@code enrolments}, {@code follow-ups} or {@code adverse-events} */
    record Letter(String trial, String kind, List<ObjectNode> records) {
        String body() {
            return Json.MAPPER.writeValueAsString(records);
        }
    }

    /** @param code of the record, or of the participant who is enrolled */
    record RecordId(String trial, String kind, String code) {
        static RecordId of(String trial, String kind, ObjectNode record) {
            return new RecordId(
                    trial,
                    kind,
                    record.get(kind.equals(Client.ENROLMENTS) ? "participant" : "recordId")
                            .stringValue());
        }
    }

    private record Participant(String code, LocalDate dayOne) {}

    Letter next() {
        if (!owed.isEmpty() && oneIn(3)) {
            return rest().orElseThrow();
        }
        if (!sent.isEmpty() && oneIn(8)) {
            return any(sent);
        }
        String trial = any(trials);
        int known = known(trial).size();
        Letter letter;
        if (known < 3 || oneIn(5)) {
            letter = new Letter(trial, Client.ENROLMENTS, several(() -> enrolment(trial)));
            if (known > 3 && oneIn(3)) {
                owed.add(letter);
                return next();
            }
        } else if (oneIn(6)) {
            letter = new Letter(trial, ADVERSE_EVENTS, several(() -> adverseEvent(trial)));
        } else {
            letter = new Letter(trial, Client.FOLLOW_UPS, several(() -> followUp(trial)));
        }
        sent.add(letter);
        return letter;
    }

    /** What was held back, at the end. */
    Optional<Letter> rest() {
        Optional<Letter> letter = Optional.ofNullable(owed.poll());
        letter.ifPresent(sent::add);
        return letter;
    }

    void sendAllAgain() {
        owed.addAll(sent);
        sent.clear();
    }

    /** Of each record the version that stands. */
    Map<RecordId, ObjectNode> latest() {
        return latest;
    }

    private ObjectNode enrolment(String trial) {
        List<Participant> known = known(trial);
        if (known.size() > 3 && oneIn(3)) {
            ObjectNode corrected =
                    next(new RecordId(trial, Client.ENROLMENTS, any(known).code()));
            if (oneIn(3)) {
                corrected
                        .put("status", "follow-up-withdrawn")
                        .put(
                                "offStudyOn",
                                firstDay.plusDays(60 + random.nextInt(60)).toString())
                        .put("offStudyReason", "WITHDRAWAL BY SUBJECT");
            } else {
                corrected.put("arm", any(ARMS)).remove(List.of("status", "offStudyOn", "offStudyReason"));
            }
            return corrected;
        }
        Participant participant =
                new Participant("%s-%04d".formatted(code, known.size() + 1), firstDay.plusDays(random.nextInt(30)));
        known.add(participant);
        ObjectNode enrolment = Json.MAPPER
                .createObjectNode()
                .put("participant", participant.code())
                .put("version", 1)
                .put("site", code)
                .put("arm", any(ARMS))
                .put("day1", participant.dayOne().toString());
        latest.put(RecordId.of(trial, Client.ENROLMENTS, enrolment), enrolment);
        return enrolment.deepCopy();
    }

    private ObjectNode followUp(String trial) {
        Participant participant = any(known(trial));
        String visit = any(List.copyOf(DAYS.keySet()));
        String instrument = random.nextBoolean() ? "NRS" : "CRP";
        RecordId id = new RecordId(trial, Client.FOLLOW_UPS, participant.code() + '-' + visit + '-' + instrument);
        if (!taken.add(id)) {
            return corrected(id, it -> score(it, instrument));
        }
        ObjectNode record = record(id, participant)
                .put("visit", visit)
                .put("instrument", instrument)
                .put("assessedOn", assessedOn(participant, visit).toString());
        score(record, instrument);
        latest.put(id, record);
        return record.deepCopy();
    }

    /** Sometimes too late, but not in the future. */
    private LocalDate assessedOn(Participant participant, String visit) {
        LocalDate day = participant.dayOne().plusDays(DAYS.get(visit) + (oneIn(6) ? 20 : 0));
        LocalDate today = LocalDate.now(ZoneOffset.UTC);
        return day.isAfter(today) ? today : day;
    }

    private void score(ObjectNode record, String instrument) {
        if (instrument.equals("NRS")) {
            record.put("value", random.nextInt(11));
        } else {
            record.put("value", random.nextInt(100_000) / 1000.0);
        }
    }

    private ObjectNode adverseEvent(String trial) {
        Participant participant = any(known(trial));
        RecordId id = new RecordId(trial, ADVERSE_EVENTS, participant.code() + "-AE" + random.nextInt(3));
        if (!taken.add(id)) {
            return corrected(id, it -> it.put("severity", any(List.of("mild", "moderate", "severe"))));
        }
        ObjectNode record = record(id, participant)
                .put("term", any(TERMS))
                .put(
                        "onsetOn",
                        participant.dayOne().plusDays(random.nextInt(50)).toString())
                .put("severity", "mild")
                .put("serious", random.nextBoolean());
        latest.put(id, record);
        return record.deepCopy();
    }

    private ObjectNode record(RecordId id, Participant participant) {
        return Json.MAPPER
                .createObjectNode()
                .put("recordId", id.code())
                .put("version", 1)
                .put("site", code)
                .put("participant", participant.code());
    }

    private ObjectNode corrected(RecordId id, Consumer<ObjectNode> change) {
        ObjectNode before = latest.get(id).deepCopy();
        ObjectNode record = next(id).put("reasonForChange", "transcription error");
        record.remove("status");
        if (oneIn(4)) {
            record.put("status", "entered-in-error");
        } else {
            change.accept(record);
        }
        if (oneIn(4)) {
            // One that is overtaken by the next.
            ObjectNode overtaken =
                    before.put("version", record.get("version").intValue()).put("reasonForChange", "second thoughts");
            overtaken.remove("status");
            owed.add(new Letter(id.trial(), id.kind(), List.of(overtaken)));
            record.put("version", record.get("version").intValue() + 1);
        }
        return record.deepCopy();
    }

    /** The next version, as it stands for the caller to change. */
    private ObjectNode next(RecordId id) {
        ObjectNode record = latest.get(id).deepCopy();
        record.put("version", record.get("version").intValue() + 1);
        latest.put(id, record);
        return record;
    }

    private List<ObjectNode> several(Supplier<ObjectNode> record) {
        List<ObjectNode> records = new ArrayList<>();
        for (int i = random.nextInt(4); i >= 0; i--) {
            records.add(record.get());
        }
        records.sort(Comparator.comparing(it -> it.get("version").intValue()));
        return records;
    }

    private List<Participant> known(String trial) {
        return participants.computeIfAbsent(trial, it -> new ArrayList<>());
    }

    private <T> T any(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }

    private boolean oneIn(int n) {
        return random.nextInt(n) == 0;
    }
}

package io.outcometracker.ingest.domain;

import static io.outcometracker.ingest.domain.ProblemCode.INCONSISTENT;
import static io.outcometracker.ingest.domain.ProblemCode.REASON_REQUIRED;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What each version of a record has to say, whatever it reports. */
final class Versions {
    static final int MAX_REASON = 200;

    private Versions() {}

    /** 1 unless it is said. */
    static @Nullable Integer version(Fields fields) {
        return fields.has("version") ? fields.version("version") : Integer.valueOf(1);
    }

    /** Unless it is said, the first version is final, and a later one an amendment. */
    static <S> @Nullable S status(Fields fields, Map<String, S> statuses, @Nullable Integer version) {
        boolean later = version != null && version > 1;
        if (!fields.has("status")) {
            return statuses.get(later ? "amended" : "final");
        }
        S status = fields.choice("status", statuses);
        if (version != null && !later && "amended".equals(fields.peek("status"))) {
            fields.refuse(INCONSISTENT, "status", "status amended needs version 2 or more");
        }
        return status;
    }

    static @Nullable String reasonForChange(Fields fields, @Nullable Integer version) {
        if (version != null && version > 1 && !fields.has("reasonForChange")) {
            fields.refuse(
                    REASON_REQUIRED,
                    "reasonForChange",
                    "reasonForChange is missing: say in a few words why the record was changed");
        }
        return fields.sentence("reasonForChange", MAX_REASON);
    }
}

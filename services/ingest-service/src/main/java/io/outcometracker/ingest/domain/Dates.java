package io.outcometracker.ingest.domain;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/** Days on which something has happened. */
final class Dates {
    /** It is tomorrow already east of Greenwich, and clocks differ. */
    private static final int TOLERANCE_DAYS = 1;

    private Dates() {}

    static @Nullable LocalDate past(Fields fields, String name, Instant now) {
        LocalDate date = fields.date(name);
        if (date != null
                && date.isAfter(LocalDate.ofInstant(now, ZoneOffset.UTC).plusDays(TOLERANCE_DAYS))) {
            fields.refuse(ProblemCode.FUTURE_DATE, name, name + " must not be in the future");
            return null;
        }
        return date;
    }
}

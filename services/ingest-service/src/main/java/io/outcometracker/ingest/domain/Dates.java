package io.outcometracker.ingest.domain;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/** When something has happened. */
final class Dates {
    /** It is tomorrow already east of Greenwich, and clocks differ. */
    private static final int TOLERANCE_DAYS = 1;

    /** Clocks differ. */
    private static final Duration TOLERANCE = Duration.ofMinutes(5);

    private Dates() {}

    static @Nullable LocalDate past(Fields fields, String name, Instant now) {
        LocalDate date = fields.date(name);
        if (date != null
                && date.isAfter(LocalDate.ofInstant(now, ZoneOffset.UTC).plusDays(TOLERANCE_DAYS))) {
            refuse(fields, name);
            return null;
        }
        return date;
    }

    /** To the millisecond. */
    static @Nullable Instant pastMoment(Fields fields, String name, Instant now) {
        Instant moment = fields.moment(name);
        if (moment != null && moment.isAfter(now.plus(TOLERANCE))) {
            refuse(fields, name);
            return null;
        }
        return moment == null ? null : moment.truncatedTo(ChronoUnit.MILLIS);
    }

    private static void refuse(Fields fields, String name) {
        fields.refuse(ProblemCode.FUTURE_DATE, name, name + " must not be in the future");
    }
}

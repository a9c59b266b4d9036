/** Who did what: writes it down, looks it up, and verifies that nothing of it was changed. */
@NullMarked
package io.outcometracker.ingest.audit;

import org.jspecify.annotations.NullMarked;

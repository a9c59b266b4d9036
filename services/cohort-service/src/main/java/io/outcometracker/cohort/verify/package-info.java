/**
 * Recomputes from the log what the streams have published, participant by participant and by textbook formulas, and
 * says where the two differ. Shares no counting and no statistics with what it checks.
 */
@NullMarked
package io.outcometracker.cohort.verify;

import org.jspecify.annotations.NullMarked;

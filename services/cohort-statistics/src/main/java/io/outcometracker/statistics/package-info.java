/**
 * Exact statistics of a cohort: tallies that observations are added to and retracted from, and what is computed from
 * a tally when it is read. No I/O, no clock, no framework.
 */
@NullMarked
package io.outcometracker.statistics;

import org.jspecify.annotations.NullMarked;

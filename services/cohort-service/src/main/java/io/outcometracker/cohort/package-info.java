/** The cohort service: records and enrolments in, cohort metrics and dispositions out. */
@NullMarked
package io.outcometracker.cohort;

import org.jspecify.annotations.NullMarked;

/** Invents the example studies: believable numbers, no real person. */
@NullMarked
package io.outcometracker.loader.simulation;

import org.jspecify.annotations.NullMarked;

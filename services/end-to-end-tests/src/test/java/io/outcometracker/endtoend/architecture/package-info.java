/** What may depend on what, and how code may look. */
@NullMarked
package io.outcometracker.endtoend.architecture;

import org.jspecify.annotations.NullMarked;

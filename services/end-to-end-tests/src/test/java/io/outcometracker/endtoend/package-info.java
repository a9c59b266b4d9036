/** The product as its users meet it: records in over HTTP, metrics out. */
@NullMarked
package io.outcometracker.endtoend;

import org.jspecify.annotations.NullMarked;

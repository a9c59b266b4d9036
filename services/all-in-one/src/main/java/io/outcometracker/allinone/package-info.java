/** All of the product in one JVM. */
@NullMarked
package io.outcometracker.allinone;

import org.jspecify.annotations.NullMarked;

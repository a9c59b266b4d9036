/** What the tests of every module share: a real broker per JVM and seeds for random tests. */
@NullMarked
package io.outcometracker.testkit;

import org.jspecify.annotations.NullMarked;

/** Each class breaks a rule, so that tests can see that the rule is more than words. */
@NullMarked
package io.outcometracker.endtoend.architecture.forbidden;

import org.jspecify.annotations.NullMarked;

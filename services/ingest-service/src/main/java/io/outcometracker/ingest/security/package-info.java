/** Who may do what: tokens are checked, callers are named, and what each role may do stands in one table. */
@NullMarked
package io.outcometracker.ingest.security;

import org.jspecify.annotations.NullMarked;

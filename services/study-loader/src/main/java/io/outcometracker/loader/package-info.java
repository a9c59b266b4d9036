/** A site's client: reads a study folder, posts it, and checks what the product made of it. */
@NullMarked
package io.outcometracker.loader;

import org.jspecify.annotations.NullMarked;

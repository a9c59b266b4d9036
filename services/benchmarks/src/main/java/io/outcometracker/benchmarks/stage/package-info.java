/** What every benchmark needs: processes to measure, a broker, the services, a load tool, and a table of what came out. */
@NullMarked
package io.outcometracker.benchmarks.stage;

import org.jspecify.annotations.NullMarked;

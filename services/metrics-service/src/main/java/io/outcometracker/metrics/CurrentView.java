package io.outcometracker.metrics;

import java.util.Optional;

/** Where to take the view from that everything is shown from. */
interface CurrentView {
    /** Empty until all has been read that was there at the start. */
    Optional<MetricsView> get();
}

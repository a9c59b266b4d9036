package io.outcometracker.loader;

/** What keeps a study from being loaded, in words for the person who started it. */
final class LoadFailure extends RuntimeException {
    LoadFailure(String message) {
        super(message);
    }
}

package io.outcometracker.endtoend.architecture.forbidden.ingest.domain;

import org.springframework.core.io.Resource;

public final class SeesSpring {
    Resource spring;
}

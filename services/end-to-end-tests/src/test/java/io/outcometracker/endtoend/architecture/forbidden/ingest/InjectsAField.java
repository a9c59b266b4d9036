package io.outcometracker.endtoend.architecture.forbidden.ingest;

import org.springframework.beans.factory.annotation.Autowired;

public final class InjectsAField {
    @Autowired
    Object injected;
}

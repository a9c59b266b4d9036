package io.outcometracker.ingest;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.outcometracker.contract.Protocol;
import io.outcometracker.ingest.domain.Caller;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Which trials the caller is of. */
@RestController
class TrialListController {
    private final Register<Protocol> register;

    TrialListController(Register<Protocol> register) {
        this.register = register;
    }

    /** What a trial is called. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Entry(String trial, @Nullable String title, int version) {}

    @GetMapping(path = "/api/v1/trials", produces = MediaType.APPLICATION_JSON_VALUE)
    List<Entry> get(Caller caller) {
        return register.values().stream()
                .filter(it -> caller.isOfTrial(it.trial()))
                .map(it -> new Entry(it.trial(), it.title(), it.version()))
                .sorted(Comparator.comparing(Entry::trial))
                .toList();
    }
}

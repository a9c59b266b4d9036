package io.outcometracker.ingest.fhir;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.outcometracker.contract.Protocol;
import io.outcometracker.ingest.Intake;
import io.outcometracker.ingest.Intake.Arrival;
import io.outcometracker.ingest.Notation;
import io.outcometracker.ingest.ProblemType;
import io.outcometracker.ingest.Receipt;
import io.outcometracker.ingest.Receipt.Result;
import io.outcometracker.ingest.Receipt.Status;
import io.outcometracker.ingest.RequestRefused;
import io.outcometracker.ingest.audit.Requester;
import io.outcometracker.ingest.domain.Problem;
import io.outcometracker.ingest.domain.ProblemCode;
import io.outcometracker.ingest.fhir.ResourceReader.Records;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLDecoder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.Bundle.BundleEntryRequestComponent;
import org.hl7.fhir.r4.model.Bundle.BundleEntryResponseComponent;
import org.hl7.fhir.r4.model.Bundle.BundleType;
import org.hl7.fhir.r4.model.Bundle.HTTPVerb;
import org.hl7.fhir.r4.model.OperationOutcome;
import org.hl7.fhir.r4.model.Resource;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The way of resources: made into records, which go the way of all others, and answered as FHIR has it. */
final class FhirIntake {
    private final Intake intake;
    private final FhirJson json;
    private final ResourceReader reader;
    private final FhirProperties names;

    FhirIntake(Intake intake, FhirJson json, FhirProperties names) {
        this.intake = intake;
        this.json = json;
        this.reader = new ResourceReader(json, names);
        this.names = names;
    }

    /**
     * What is answered.
     *
     * @param location relative to the base; absent unless one resource was taken
     * @param version of the record that was taken
     */
    record Answer(
            int status,
            Resource body,
            @Nullable String location,
            @Nullable Integer version) {}

    /**
     * How one resource is to be stored.
     *
     * @param id that the address has; absent if it is for the resource to say
     * @param condition a search that the resource must itself meet; absent if there is none
     */
    record Target(
            boolean update,
            String type,
            @Nullable String id,
            @Nullable String condition) {}

    /** An entry of a Bundle: its records, or why it has none. */
    private record Entry(Target target, Records records, List<Problem> problems) {}

    /** @throws RequestRefused if there is no such type, or the records could not be stored */
    CompletableFuture<Answer> take(
            String trial, Target target, Requester requester, InputStream body, @Nullable Duration wait)
            throws IOException {
        Protocol protocol = intake.protocol(trial);
        JsonNode tree = Notation.JSON.read(body);
        Entry entry = entry(target, tree, target.type(), protocol);
        if (!entry.problems().isEmpty()) {
            return CompletableFuture.completedFuture(
                    new Answer(422, Outcomes.ofProblems(entry.problems()), null, null));
        }
        return intake.take(trial, requester, List.of(entry.records().arrivals()), wait)
                .thenApply(receipt -> {
                    BundleEntryResponseComponent response = response(entry, receipt.results(), false);
                    return new Answer(
                            Integer.parseInt(response.getStatus().substring(0, 3)),
                            Outcomes.of(receipt.results()),
                            response.getLocation(),
                            receipt.results().get(0).version());
                });
    }

    /** @throws RequestRefused if it is no Bundle that can be taken, or the records could not be stored */
    CompletableFuture<Answer> takeBundle(String trial, Requester requester, InputStream body, @Nullable Duration wait)
            throws IOException {
        Protocol protocol = intake.protocol(trial);
        JsonNode tree = Notation.JSON.read(body);
        Bundle bundle = envelope(tree);
        boolean together = bundle.getType() == BundleType.TRANSACTION;
        if (!together && bundle.getType() != BundleType.BATCH) {
            throw new RequestRefused(ProblemType.MALFORMED_BODY, "the type of the Bundle must be batch or transaction");
        }
        List<Entry> entries = new ArrayList<>();
        for (int i = 0; i < bundle.getEntry().size(); i++) {
            JsonNode resource = tree.path("entry").path(i).path("resource");
            entries.add(entry(bundle.getEntry().get(i), resource, "Bundle.entry[" + i + "]", protocol));
        }
        return together ? transaction(trial, requester, entries, wait) : batch(trial, requester, entries, wait);
    }

    /** The Bundle without its resources, which are read one by one. */
    private Bundle envelope(JsonNode tree) {
        JsonNode entries = tree.path("entry");
        if (!tree.isObject() || (!entries.isArray() && !entries.isMissingNode())) {
            throw new RequestRefused(ProblemType.MALFORMED_BODY, "the body must be a Bundle");
        }
        if (entries.size() > names.maxEntries()) {
            throw new RequestRefused(
                    ProblemType.TOO_MANY_RECORDS,
                    "a Bundle may have " + names.maxEntries() + " entries; send them in several requests");
        }
        ObjectNode envelope = JsonNodeFactory.instance.objectNode();
        tree.properties().forEach(it -> envelope.set(it.getKey(), it.getValue()));
        if (entries.isArray()) {
            var bare = envelope.putArray("entry");
            for (JsonNode entry : entries.values()) {
                if (!entry.isObject() || !entry.has("request")) {
                    throw new RequestRefused(
                            ProblemType.MALFORMED_BODY, "each entry of the Bundle must have a request");
                }
                ObjectNode copy = bare.addObject();
                entry.properties().forEach(it -> copy.set(it.getKey(), it.getValue()));
                copy.remove("resource");
            }
        }
        FhirJson.Reading<Bundle> reading = json.read(envelope, Bundle.class);
        Bundle bundle = reading.resource();
        if (bundle == null || bundle.getEntry().size() != entries.size()) {
            throw new RequestRefused(ProblemType.MALFORMED_BODY, "the body must be a Bundle", reading.problems());
        }
        if (bundle.getEntry().isEmpty()) {
            throw new RequestRefused(ProblemType.EMPTY_BODY, "the Bundle must have at least one entry");
        }
        return bundle;
    }

    private Entry entry(BundleEntryComponent entry, JsonNode resource, String at, Protocol protocol) {
        BundleEntryRequestComponent request = entry.getRequest();
        boolean update = request.getMethod() == HTTPVerb.PUT;
        String url = request.hasUrl() ? request.getUrl() : "";
        int question = url.indexOf('?');
        String path = question < 0 ? url : url.substring(0, question);
        int slash = path.indexOf('/');
        String type = slash < 0 ? path : path.substring(0, slash);
        String condition = question < 0 ? request.getIfNoneExist() : url.substring(question + 1);
        Target target = new Target(update, type, slash < 0 ? null : path.substring(slash + 1), condition);
        String wrong = null;
        if (!update && request.getMethod() != HTTPVerb.POST) {
            wrong = "request.method must be POST or PUT";
        } else if (request.hasIfMatch() || request.hasIfNoneMatch() || request.hasIfModifiedSince()) {
            wrong = "of conditions only ifNoneExist is read; the record-version says which version is meant";
        } else if (!update && (target.id() != null || question >= 0)) {
            wrong = "request.url of a POST is the type of the resource alone";
        } else if (update && target.id() == null && question < 0) {
            wrong = "request.url of a PUT is the type of the resource, and its id or identifier";
        }
        if (wrong != null) {
            return new Entry(
                    target,
                    new Records("", List.of()),
                    List.of(new Problem(ProblemCode.UNSUPPORTED_ELEMENT, at + ".request", wrong)));
        }
        return entry(target, resource, at + ".resource", protocol);
    }

    private Entry entry(Target target, JsonNode resource, String base, Protocol protocol) {
        Problem problem = null;
        Records records = new Records("", List.of());
        if (!ResourceReader.TYPES.contains(target.type())) {
            problem = new Problem(
                    ProblemCode.UNSUPPORTED_ELEMENT,
                    base,
                    "only these are taken: " + String.join(", ", ResourceReader.TYPES));
        } else if (!target.type().equals(resource.path("resourceType").asString(""))) {
            problem = new Problem(ProblemCode.NOT_FHIR, base, "the resource must be of the type of its address");
        } else {
            records = reader.read(target.type(), resource, base, protocol);
            boolean readable = records.arrivals().stream()
                    .allMatch(it -> it.raw().defects().isEmpty());
            if (readable && target.id() != null && !target.id().equals(records.id())) {
                problem = new Problem(
                        ProblemCode.INCONSISTENT, base, "the id of the address must be the value of the identifier");
            } else if (readable && target.condition() != null && !meets(target, records.id())) {
                problem = new Problem(
                        ProblemCode.INCONSISTENT,
                        base,
                        "a condition must be identifier=, and then the system and value of the resource's own identifier");
            }
        }
        return new Entry(target, records, problem == null ? List.of() : List.of(problem));
    }

    /** Whether a search asks for the resource itself: it is stored once, however often it is sent. */
    private boolean meets(Target target, String id) {
        String system = target.type().equals("ResearchSubject") ? names.participantSystem() : names.recordSystem();
        String condition = String.valueOf(target.condition());
        try {
            condition = URLDecoder.decode(condition.substring(condition.indexOf('?') + 1), UTF_8);
        } catch (IllegalArgumentException e) {
            return false;
        }
        return condition.equals("identifier=" + system + '|' + id);
    }

    private CompletableFuture<Answer> transaction(
            String trial, Requester requester, List<Entry> entries, @Nullable Duration wait) {
        List<Problem> problems =
                entries.stream().flatMap(it -> it.problems().stream()).toList();
        if (!problems.isEmpty()) {
            return CompletableFuture.completedFuture(new Answer(422, Outcomes.ofProblems(problems), null, null));
        }
        List<Arrival<?>> all = new ArrayList<>();
        entries.forEach(it -> all.addAll(it.records().arrivals()));
        return intake.take(trial, requester, List.of(all), wait)
                .thenApply(receipt -> receipt.refused() > 0
                        ? new Answer(422, Outcomes.of(receipt.results()), null, null)
                        : new Answer(200, answers(BundleType.TRANSACTIONRESPONSE, entries, receipt), null, null));
    }

    private CompletableFuture<Answer> batch(
            String trial, Requester requester, List<Entry> entries, @Nullable Duration wait) {
        List<List<Arrival<?>>> groups = new ArrayList<>();
        for (Entry entry : entries) {
            if (entry.problems().isEmpty()) {
                groups.add(entry.records().arrivals());
            }
        }
        return intake.take(trial, requester, groups, wait)
                .thenApply(receipt -> new Answer(200, answers(BundleType.BATCHRESPONSE, entries, receipt), null, null));
    }

    private static Bundle answers(BundleType type, List<Entry> entries, Receipt receipt) {
        Bundle bundle = new Bundle();
        bundle.setType(type);
        int next = 0;
        for (Entry entry : entries) {
            BundleEntryResponseComponent response;
            if (entry.problems().isEmpty()) {
                int end = next + entry.records().arrivals().size();
                response =
                        response(entry, receipt.results().subList(next, end), type == BundleType.TRANSACTIONRESPONSE);
                next = end;
            } else {
                OperationOutcome outcome = Outcomes.ofProblems(entry.problems());
                response = new BundleEntryResponseComponent()
                        .setStatus("422 Unprocessable Entity")
                        .setOutcome(outcome);
            }
            bundle.addEntry().setResponse(response);
        }
        return bundle;
    }

    /** @param stored whether the entry stands in an answer that says that all were taken */
    private static BundleEntryResponseComponent response(Entry entry, List<Result> results, boolean stored) {
        BundleEntryResponseComponent response = new BundleEntryResponseComponent();
        boolean refused = results.stream().anyMatch(it -> it.status() == Status.REFUSED);
        boolean contradicted = results.stream().anyMatch(Result::isContradicted);
        if (refused) {
            response.setStatus("422 Unprocessable Entity");
        } else if (contradicted && !stored) {
            response.setStatus("409 Conflict");
        } else {
            response.setStatus(entry.target().update() ? "200 OK" : "201 Created");
        }
        boolean outOfWindow = results.stream().anyMatch(it -> it.window() != null);
        if (refused || contradicted || outOfWindow) {
            response.setOutcome(Outcomes.of(results));
        }
        if (!refused) {
            Integer version = results.get(0).version();
            response.setLocation(entry.target().type() + '/' + entry.records().id() + "/_history/" + version);
            response.setEtag("W/\"" + version + '"');
        }
        return response;
    }
}

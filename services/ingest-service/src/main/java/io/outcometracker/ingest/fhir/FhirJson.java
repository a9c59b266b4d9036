package io.outcometracker.ingest.fhir;

import static java.nio.charset.StandardCharsets.UTF_8;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.parser.DataFormatException;
import ca.uhn.fhir.parser.IParser;
import ca.uhn.fhir.parser.StrictErrorHandler;
import ca.uhn.fhir.parser.json.BaseJsonLikeValue;
import io.outcometracker.contract.Code;
import io.outcometracker.contract.Json;
import io.outcometracker.ingest.domain.Problem;
import io.outcometracker.ingest.domain.ProblemCode;
import java.math.BigDecimal;
import java.util.List;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Resource;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Resources as JSON, by HAPI FHIR. */
final class FhirJson {
    private static final int MAX_DIGITS = 40;

    private final FhirContext context;

    FhirJson(FhirContext context) {
        this.context = context;
    }

    /** A resource, or why it is none. */
    record Reading<T>(@Nullable T resource, List<Problem> problems) {}

    /** Unknown elements, wrong types and wrong codes are refused. Problems never quote the parser, as it quotes the body. */
    <T extends Resource> Reading<T> read(JsonNode tree, Class<T> type) {
        if (hasWildNumber(tree)) {
            return new Reading<>(
                    null,
                    List.of(new Problem(
                            ProblemCode.NOT_FHIR, "", "a number may have at most " + MAX_DIGITS + " digits")));
        }
        FirstProblem first = new FirstProblem();
        IParser parser = context.newJsonParser().setParserErrorHandler(first);
        try {
            return new Reading<>(parser.parseResource(type, tree.toString()), List.of());
        } catch (RuntimeException e) {
            // Of any kind: on some wrong types the parser fails, instead of refusing them.
            return new Reading<>(null, List.of(first.problem));
        }
    }

    /** The parser writes numbers out, of which one like 1e999999999 would fill the memory. */
    private static boolean hasWildNumber(JsonNode tree) {
        if (tree.isNumber()) {
            BigDecimal number = tree.decimalValue();
            return number.precision() > MAX_DIGITS || Math.abs((long) number.scale()) > MAX_DIGITS;
        }
        return tree.valueStream().anyMatch(FhirJson::hasWildNumber);
    }

    byte[] write(IBaseResource resource) {
        return context.newJsonParser().encodeResourceToString(resource).getBytes(UTF_8);
    }

    JsonNode tree(IBaseResource resource) {
        return Json.MAPPER.readTree(write(resource));
    }

    /** Remembers where the parser stopped. */
    private static final class FirstProblem extends StrictErrorHandler {
        private Problem problem =
                new Problem(ProblemCode.NOT_FHIR, "", "the resource is not as FHIR R4 has it: a type is wrong");

        @Override
        public void unknownElement(@Nullable IParseLocation location, @Nullable String name) {
            throw stop("FHIR R4 has no such element" + named(name));
        }

        @Override
        public void unknownAttribute(@Nullable IParseLocation location, @Nullable String name) {
            throw stop("FHIR R4 has no such attribute" + named(name));
        }

        @Override
        public void unexpectedRepeatingElement(@Nullable IParseLocation location, @Nullable String name) {
            throw stop("an element must not be repeated" + named(name));
        }

        @Override
        public void incorrectJsonType(
                @Nullable IParseLocation location,
                @Nullable String name,
                BaseJsonLikeValue.@Nullable ValueType expected,
                BaseJsonLikeValue.@Nullable ScalarType expectedScalar,
                BaseJsonLikeValue.@Nullable ValueType found,
                BaseJsonLikeValue.@Nullable ScalarType foundScalar) {
            throw stop("an element has a wrong type" + named(name));
        }

        @Override
        public void invalidValue(@Nullable IParseLocation location, @Nullable String value, @Nullable String error) {
            throw stop("an element has a value that FHIR R4 does not allow"
                    + named(location == null ? null : location.getParentElementName()));
        }

        /** A name that is no code is not repeated: it may be anything. */
        private static String named(@Nullable String name) {
            return name != null && Code.isValid(name) ? ": " + name : "";
        }

        private DataFormatException stop(String message) {
            problem = new Problem(ProblemCode.NOT_FHIR, "", message);
            return new DataFormatException(message);
        }
    }
}

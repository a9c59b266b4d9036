package io.outcometracker.ingest.fhir;

import static java.util.Objects.requireNonNull;

import io.outcometracker.ingest.ProblemType;
import io.outcometracker.ingest.domain.Problem;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.converter.HttpMessageConverter;
import org.springframework.http.server.ServerHttpRequest;
import org.springframework.http.server.ServerHttpResponse;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.servlet.mvc.method.annotation.ResponseBodyAdvice;

/**
 * At FHIR's addresses every refusal is an OperationOutcome, whoever refuses: a client of FHIR understands nothing else. All
 * of them arrive here as the problems that they are at other addresses.
 */
@ControllerAdvice
class RefusalsAsOutcomes implements ResponseBodyAdvice<Object> {
    private static final Pattern ADDRESS = Pattern.compile("/api/v1/trials/[^/]+/fhir(/.*)?");

    private final FhirJson json;

    RefusalsAsOutcomes(FhirJson json) {
        this.json = json;
    }

    @Override
    public boolean supports(MethodParameter answer, Class<? extends HttpMessageConverter<?>> converter) {
        return true;
    }

    @Override
    public @Nullable Object beforeBodyWrite(
            @Nullable Object body,
            MethodParameter answer,
            MediaType type,
            Class<? extends HttpMessageConverter<?>> converter,
            ServerHttpRequest request,
            ServerHttpResponse response) {
        if (!(body instanceof ProblemDetail problem)
                || !ADDRESS.matcher(request.getURI().getRawPath()).matches()) {
            return body;
        }
        ProblemType of = ProblemType.of(requireNonNull(problem.getType()));
        response.getHeaders().setContentType(FhirController.FHIR);
        return json.tree(Outcomes.of(of, problem.getDetail(), errors(problem)));
    }

    private static List<Problem> errors(ProblemDetail problem) {
        Map<String, Object> properties = problem.getProperties();
        return properties != null && properties.get("errors") instanceof List<?> errors
                ? errors.stream().map(Problem.class::cast).toList()
                : List.of();
    }
}

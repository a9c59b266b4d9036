package io.outcometracker.ingest;

import io.outcometracker.contract.Json;
import java.io.IOException;
import java.io.Writer;
import java.util.Map;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;

/** What Tomcat refuses before a controller sees it, such as a malformed address, as {@code application/problem+json}. */
final class TomcatProblems extends ErrorReportValve {
    private static final Logger log = LoggerFactory.getLogger(TomcatProblems.class);

    @Override
    protected void report(Request request, Response response, @Nullable Throwable failure) {
        int status = response.getStatus();
        if (status < 400 || response.getContentWritten() > 0 || !response.setErrorReported()) {
            return;
        }
        ProblemType type = ProblemType.of(HttpStatusCode.valueOf(status));
        try {
            response.setContentType(MediaType.APPLICATION_PROBLEM_JSON_VALUE);
            Writer writer = response.getReporter();
            if (writer != null) {
                writer.write(Json.MAPPER.writeValueAsString(
                        Map.of("type", type.uri(), "title", type.title(), "status", status, "detail", type.title())));
                response.finishResponse();
            }
        } catch (IOException | IllegalStateException e) {
            log.atDebug().addKeyValue("error", e.getClass().getSimpleName()).log("refusal not sent");
        }
    }
}

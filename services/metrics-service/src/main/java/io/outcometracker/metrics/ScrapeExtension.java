package io.outcometracker.metrics;

import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.annotation.EndpointWebExtension;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.prometheus.PrometheusOutputFormat;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.prometheus.PrometheusScrapeEndpoint;

/** Spring Boot's endpoint for Prometheus, but that it answers with an {@link Exposition}. */
@EndpointWebExtension(endpoint = PrometheusScrapeEndpoint.class)
final class ScrapeExtension {
    private final PrometheusRegistry registry;

    ScrapeExtension(PrometheusRegistry registry) {
        this.registry = registry;
    }

    @ReadOperation(producesFrom = PrometheusOutputFormat.class)
    WebEndpointResponse<Exposition> scrape(PrometheusOutputFormat format, @Nullable Set<String> includedNames) {
        MetricSnapshots snapshots =
                includedNames == null ? registry.scrape() : registry.scrape(includedNames::contains);
        return new WebEndpointResponse<>(new Exposition(snapshots, format), format);
    }
}

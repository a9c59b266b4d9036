package io.outcometracker.metrics;

import io.outcometracker.contract.AuditWriter;
import java.time.Clock;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.servlet.HandlerExceptionResolver;

/** What a deployment for the unblinded has besides. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty(name = "outcomes.metrics.audience", havingValue = "unblinded")
class UnblindedConfiguration {
    /** After the rules of who may read what. */
    @Bean
    UnblindedReads unblindedReads(
            AuditWriter audit,
            CurrentView current,
            MetricsProperties properties,
            @Qualifier("handlerExceptionResolver") HandlerExceptionResolver answers,
            Clock clock) {
        return new UnblindedReads(audit, current, properties, answers, clock);
    }
}

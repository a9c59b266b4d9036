package io.outcometracker.ingest;

import io.github.bucket4j.TimeMeter;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** What comes before any controller. */
@Configuration(proxyBeanMethods = false)
class AdmissionConfiguration implements WebMvcConfigurer {
    private final IngestProperties properties;

    AdmissionConfiguration(IngestProperties properties) {
        this.properties = properties;
    }

    @Override
    public void addInterceptors(InterceptorRegistry registry) {
        registry.addInterceptor(new RateLimit(properties.requestsPerMinute(), TimeMeter.SYSTEM_MILLISECONDS))
                .addPathPatterns("/api/**");
    }
}

package io.outcometracker.ingest;

import io.github.bucket4j.TimeMeter;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** What comes before any controller. */
@Configuration(proxyBeanMethods = false)
class AdmissionConfiguration implements WebMvcConfigurer {
    /** Of one client. A small part of the threads of the server, of which there are 200. */
    static final int AT_ONCE = 40;

    private final RateLimit limit;

    AdmissionConfiguration(RateLimit limit) {
        this.limit = limit;
    }

    @Bean
    static RateLimit rateLimit(IngestProperties properties) {
        return new RateLimit(properties.requestsPerMinute(), AT_ONCE, TimeMeter.SYSTEM_MILLISECONDS);
    }

    @Override
    public void addInterceptors(InterceptorRegistry registry) {
        registry.addInterceptor(limit).addPathPatterns("/api/**");
    }
}

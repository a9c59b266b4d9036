package io.outcometracker.metrics;

import io.outcometracker.contract.Json;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Clock;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.servlet.config.annotation.ViewControllerRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;
import tools.jackson.databind.json.JsonMapper;

@Configuration(proxyBeanMethods = false)
class WebConfiguration implements WebMvcConfigurer {
    static final String CONTENT_SECURITY_POLICY =
            "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private static final String DOCS = "/docs/";
    /** The browsable description draws its signs from its style sheet. */
    private static final String DOCS_POLICY = CONTENT_SECURITY_POLICY + "; img-src 'self' data:";

    @Override
    public void addViewControllers(ViewControllerRegistry registry) {
        registry.addViewController(DOCS).setViewName("forward:/docs/index.html");
        registry.addRedirectViewController("/docs", DOCS);
    }

    /** REST writes what stands on the topics, so it writes it alike. */
    @Bean
    JsonMapper jsonMapper() {
        return Json.MAPPER;
    }

    @Bean
    TrialStreams trialStreams(CurrentView current, MetricsProperties properties) {
        return new TrialStreams(current, properties, Clock.systemUTC());
    }

    /** What a browser may do with what it gets: load from here alone, guess no types, tell nobody. */
    @Bean
    OncePerRequestFilter securityHeaders() {
        return new OncePerRequestFilter() {
            @Override
            protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
                    throws ServletException, IOException {
                boolean docs = request.getRequestURI().startsWith(DOCS);
                response.setHeader("Content-Security-Policy", docs ? DOCS_POLICY : CONTENT_SECURITY_POLICY);
                response.setHeader("X-Content-Type-Options", "nosniff");
                response.setHeader("Referrer-Policy", "no-referrer");
                chain.doFilter(request, response);
            }
        };
    }
}

package io.outcometracker.ingest;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.CacheControl;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.servlet.config.annotation.ResourceHandlerRegistry;
import org.springframework.web.servlet.config.annotation.ViewControllerRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** The page for sites, and the description of the API. */
@Configuration(proxyBeanMethods = false)
class PageConfiguration implements WebMvcConfigurer {
    static final String CONTENT_SECURITY_POLICY =
            "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
    private static final String DOCS = "/docs/";

    /** The browsable description draws its signs from its style sheet. */
    private static final String DOCS_POLICY = CONTENT_SECURITY_POLICY + "; img-src 'self' data:";

    @Override
    public void addResourceHandlers(ResourceHandlerRegistry registry) {
        // Of a name of its own: services that share a class path would all serve static/.
        serve(
                registry,
                "classpath:/site-page/",
                "/index.html",
                "/page.css",
                "/page.js",
                "/favicon.svg",
                "/openapi.json");
        serve(registry, "classpath:/site-page/docs/", DOCS + "**");
    }

    private static void serve(ResourceHandlerRegistry registry, String folder, String... addresses) {
        registry.addResourceHandler(addresses)
                .addResourceLocations(folder)
                .setCacheControl(CacheControl.noCache())
                // Files of a reproducible build all have the same date, so a browser could not tell a new one from an
                // old.
                .setUseLastModified(false);
    }

    @Override
    public void addViewControllers(ViewControllerRegistry registry) {
        registry.addViewController("/").setViewName("forward:/index.html");
        registry.addViewController(DOCS).setViewName("forward:/docs/index.html");
        registry.addRedirectViewController("/docs", DOCS);
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

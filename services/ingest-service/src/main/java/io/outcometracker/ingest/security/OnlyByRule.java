package io.outcometracker.ingest.security;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerInterceptor;

/**
 * An endpoint that was forgotten in the table is for nobody, while an address without one is still answered 404.
 *
 * @param refusals not there yet when interceptors are registered
 */
record OnlyByRule(ObjectProvider<Refusals> refusals) implements HandlerInterceptor {
    @Override
    public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler)
            throws IOException, ServletException {
        boolean forgotten = handler instanceof HandlerMethod
                && !Boolean.TRUE.equals(request.getAttribute(SecurityConfiguration.RULED));
        if (forgotten) {
            refusals.getObject().handle(request, response, new AccessDeniedException("no rule lets anybody do this"));
        }
        return !forgotten;
    }
}

package io.outcometracker.ingest.security;

import static io.outcometracker.ingest.domain.Role.AUDITOR;
import static io.outcometracker.ingest.domain.Role.MONITORING;
import static io.outcometracker.ingest.domain.Role.RANDOMISATION;
import static io.outcometracker.ingest.domain.Role.SITE;
import static io.outcometracker.ingest.domain.Role.STATISTICIAN;
import static io.outcometracker.ingest.domain.Role.TRIAL_MANAGER;
import static org.springframework.http.HttpMethod.GET;
import static org.springframework.http.HttpMethod.HEAD;
import static org.springframework.http.HttpMethod.POST;
import static org.springframework.http.HttpMethod.PUT;

import com.github.benmanes.caffeine.cache.Ticker;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import io.outcometracker.contract.TurnedAway;
import io.outcometracker.ingest.KnownTrials;
import io.outcometracker.ingest.RecordKind;
import io.outcometracker.ingest.domain.Caller;
import io.outcometracker.ingest.domain.Role;
import jakarta.servlet.DispatcherType;
import java.time.Clock;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.security.oauth2.server.resource.autoconfigure.OAuth2ResourceServerProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.authorization.AuthorizationDecision;
import org.springframework.security.authorization.AuthorizationManager;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configuration.EnableWebSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.config.observation.SecurityObservationSettings;
import org.springframework.security.oauth2.core.DelegatingOAuth2TokenValidator;
import org.springframework.security.oauth2.core.OAuth2TokenValidator;
import org.springframework.security.oauth2.jose.jws.SignatureAlgorithm;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtClaimNames;
import org.springframework.security.oauth2.jwt.JwtClaimValidator;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtIssuerValidator;
import org.springframework.security.oauth2.jwt.JwtValidators;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;
import org.springframework.security.oauth2.server.resource.web.authentication.BearerTokenAuthenticationFilter;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.access.intercept.RequestAuthorizationContext;
import org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher;
import org.springframework.security.web.util.matcher.RequestMatcher;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.servlet.HandlerExceptionResolver;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** Who may do what. */
@Configuration(proxyBeanMethods = false)
@EnableWebSecurity
@EnableConfigurationProperties({TokenProperties.class, OAuth2ResourceServerProperties.class})
class SecurityConfiguration implements WebMvcConfigurer {
    /** Set on a request that a rule of the table let through. */
    static final String RULED = SecurityConfiguration.class.getName() + ".ruled";

    private static final String[] PAGES = {
        "/", "/index.html", "/page.css", "/page.js", "/favicon.svg", "/openapi.json", "/docs", "/docs/**"
    };

    private final ObjectProvider<Refusals> refusals;

    SecurityConfiguration(ObjectProvider<Refusals> refusals) {
        this.refusals = refusals;
    }

    /** The whole table. What is at an address that stands here for no role is for nobody, see {@link OnlyByRule}. */
    @Bean
    SecurityFilterChain whoMayDoWhat(
            HttpSecurity http,
            TokenProperties properties,
            Refusals answers,
            JwtDecoder tokens,
            ObjectProvider<Clock> clock) {
        JwtDecoder remembered =
                new RememberedTokens(tokens, clock.getIfAvailable(Clock::systemUTC), Ticker.systemTicker());
        String trial = "/api/v1/trials/{trial}";
        return http.authorizeHttpRequests(rules -> rules.dispatcherTypeMatchers(
                                DispatcherType.ASYNC, DispatcherType.ERROR)
                        .permitAll()
                        .requestMatchers("/actuator/health/**", JwksController.ADDRESS)
                        .access(anyone())
                        // The page and the description, in which there is nobody: what is asked from there needs a
                        // token.
                        .requestMatchers(reading(PAGES))
                        .access(anyone())
                        .requestMatchers(reading("/actuator/prometheus"))
                        .access(whoever(it -> it.isOneOf(MONITORING)))
                        .requestMatchers(reading("/api/v1/instruments", "/api/v1/trials"))
                        .access(whoever(it -> true))
                        .requestMatchers(PUT, trial)
                        .access(ofTrial(TRIAL_MANAGER))
                        .requestMatchers(reading(trial))
                        .access(ofTrial(SITE, RANDOMISATION, TRIAL_MANAGER, STATISTICIAN, AUDITOR))
                        .requestMatchers(POST, trial + '/' + RecordKind.ENROLMENT.path())
                        .access(ofTrial(RecordKind.ENROLMENT.sender()))
                        .requestMatchers(POST, trial + '/' + RecordKind.FOLLOW_UP.path())
                        .access(ofTrial(RecordKind.FOLLOW_UP.sender()))
                        .requestMatchers(POST, trial + '/' + RecordKind.ADVERSE_EVENT.path())
                        .access(ofTrial(RecordKind.ADVERSE_EVENT.sender()))
                        .requestMatchers(POST, trial + '/' + RecordKind.ERASURE.path())
                        .access(ofTrial(RecordKind.ERASURE.sender()))
                        .requestMatchers(reading(trial + "/fhir/metadata"))
                        .access(ofTrial(SITE, RANDOMISATION))
                        // What is in a Bundle is looked at one by one, see Intake.
                        .requestMatchers(trial + "/fhir", trial + "/fhir/**")
                        .access(ofTrial(SITE, RANDOMISATION))
                        .requestMatchers(POST, trial + "/unblindings")
                        .access(ofTrial(RANDOMISATION, TRIAL_MANAGER))
                        .requestMatchers(
                                reading(trial + "/follow-ups/{recordId}", trial + "/adverse-events/{recordId}"))
                        .access(ofTrial(SITE, TRIAL_MANAGER, STATISTICIAN, AUDITOR))
                        .requestMatchers(reading(trial + "/{records}/{recordId}/history"))
                        .access(ofTrial(SITE, TRIAL_MANAGER, STATISTICIAN, AUDITOR))
                        // Who sees which entries, see AuditSight.
                        .requestMatchers(reading(trial + "/audit"))
                        .access(ofTrial(SITE, TRIAL_MANAGER, STATISTICIAN, AUDITOR))
                        .requestMatchers("/actuator/**")
                        .denyAll()
                        .anyRequest()
                        .authenticated())
                .oauth2ResourceServer(it -> it.jwt(jwt -> jwt.decoder(remembered)
                                .jwtAuthenticationConverter(new CallerReading(properties.rolesClaim())))
                        .authenticationEntryPoint(answers)
                        .accessDeniedHandler(answers))
                .addFilterBefore(new WithoutIssuer(answers), BearerTokenAuthenticationFilter.class)
                .exceptionHandling(it -> it.authenticationEntryPoint(answers).accessDeniedHandler(answers))
                .sessionManagement(it -> it.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
                // There is no cookie that a browser could be tricked into sending.
                .csrf(AbstractHttpConfigurer::disable)
                .requestCache(AbstractHttpConfigurer::disable)
                .logout(AbstractHttpConfigurer::disable)
                .build();
    }

    /** What is observed of a request is observed of the whole: here it would be of each filter, twice. */
    @Bean
    SecurityObservationSettings withoutFilters() {
        return SecurityObservationSettings.noObservations();
    }

    /** HEAD asks for what GET does, and is answered as it, without the body. */
    private static RequestMatcher[] reading(String... addresses) {
        return Stream.of(addresses)
                .flatMap(it -> Stream.of(
                        PathPatternRequestMatcher.pathPattern(GET, it),
                        PathPatternRequestMatcher.pathPattern(HEAD, it)))
                .toArray(RequestMatcher[]::new);
    }

    private static AuthorizationManager<RequestAuthorizationContext> ofTrial(Role... roles) {
        return (authentication, context) -> decide(
                authentication.get() instanceof CallerToken token
                        && token.caller().isOneOf(roles)
                        && token.caller()
                                .isOfTrial(Objects.requireNonNull(
                                        context.getVariables().get("trial"))),
                context);
    }

    private static AuthorizationManager<RequestAuthorizationContext> whoever(Predicate<Caller> rule) {
        return (authentication, context) ->
                decide(authentication.get() instanceof CallerToken token && rule.test(token.caller()), context);
    }

    private static AuthorizationManager<RequestAuthorizationContext> anyone() {
        return (authentication, context) -> decide(true, context);
    }

    private static AuthorizationDecision decide(boolean granted, RequestAuthorizationContext context) {
        context.getRequest().setAttribute(RULED, granted);
        return new AuthorizationDecision(granted);
    }

    /** What a token must have besides those claims that Spring Security looks at anyway: whose it is, and an end. */
    @Bean
    OAuth2TokenValidator<Jwt> subjectAndExpiry(OAuth2ResourceServerProperties properties) {
        OAuth2ResourceServerProperties.Jwt settings = properties.getJwt();
        if (settings.getJwkSetUri() != null && settings.getIssuerUri() == null) {
            // Else every issuer would do that shares these keys.
            throw new IllegalStateException(
                    "spring.security.oauth2.resourceserver.jwt.issuer-uri must be set beside jwk-set-uri");
        }
        return new DelegatingOAuth2TokenValidator<>(List.of(
                new JwtClaimValidator<String>(JwtClaimNames.SUB, it -> it != null && !it.isBlank()),
                new JwtClaimValidator<Object>(JwtClaimNames.EXP, Objects::nonNull)));
    }

    @Bean
    Refusals refusals(
            @Qualifier("handlerExceptionResolver") HandlerExceptionResolver answers,
            TurnedAway audit,
            KnownTrials trials) {
        return new Refusals(answers, audit, trials);
    }

    @Bean
    @WithoutOtherIssuer
    LocalIssuer localIssuer(TokenProperties properties, ObjectProvider<Clock> clock) {
        return LocalIssuer.of(properties.keyFile(), clock.getIfAvailable(Clock::systemUTC));
    }

    @Bean
    @WithoutOtherIssuer
    JwtDecoder localTokens(
            LocalIssuer issuer, OAuth2ResourceServerProperties properties, OAuth2TokenValidator<Jwt> subjectAndExpiry) {
        List<String> audiences = properties.getJwt().getAudiences();
        NimbusJwtDecoder decoder = NimbusJwtDecoder.withJwkSource(new ImmutableJWKSet<>(issuer.publicKeys()))
                .jwsAlgorithm(SignatureAlgorithm.ES256)
                .build();
        decoder.setJwtValidator(JwtValidators.createDefaultWithValidators(List.of(
                new JwtIssuerValidator(LocalIssuer.NAME),
                new JwtClaimValidator<List<String>>(
                        JwtClaimNames.AUD, it -> it != null && !Collections.disjoint(it, audiences)),
                subjectAndExpiry)));
        return decoder;
    }

    @Override
    public void addArgumentResolvers(List<HandlerMethodArgumentResolver> resolvers) {
        resolvers.add(new CallerArgument());
    }

    @Override
    public void addInterceptors(InterceptorRegistry registry) {
        registry.addInterceptor(new OnlyByRule(refusals));
    }
}

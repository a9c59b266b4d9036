package io.outcometracker.metrics;

import io.outcometracker.contract.TurnedAway;
import jakarta.servlet.DispatcherType;
import java.net.InetAddress;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.security.oauth2.server.resource.autoconfigure.OAuth2ResourceServerProperties;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.MethodParameter;
import org.springframework.security.authorization.AuthorizationDecision;
import org.springframework.security.authorization.AuthorizationManager;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configuration.EnableWebSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.oauth2.client.registration.ClientRegistrationRepository;
import org.springframework.security.oauth2.core.ClaimAccessor;
import org.springframework.security.oauth2.core.DelegatingOAuth2TokenValidator;
import org.springframework.security.oauth2.core.OAuth2TokenValidator;
import org.springframework.security.oauth2.core.oidc.user.OidcUser;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtClaimNames;
import org.springframework.security.oauth2.jwt.JwtClaimValidator;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.server.resource.web.authentication.BearerTokenAuthenticationFilter;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.access.intercept.RequestAuthorizationContext;
import org.springframework.security.web.firewall.RequestRejectedHandler;
import org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher;
import org.springframework.web.bind.support.WebDataBinderFactory;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.method.support.ModelAndViewContainer;
import org.springframework.web.servlet.HandlerExceptionResolver;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** Who may read what. */
@Configuration(proxyBeanMethods = false)
@EnableWebSecurity
@EnableConfigurationProperties({MetricsProperties.class, OAuth2ResourceServerProperties.class, ServerProperties.class})
class SecurityConfiguration implements WebMvcConfigurer {
    private static final String[] DATA = {"/api/**", "/actuator/**"};
    private static final String[] PAGE = {"/", "/index.html"};

    private final MetricsProperties properties;
    /** Neither tokens nor a way to sign in are set. */
    private final boolean open;

    private final boolean login;

    SecurityConfiguration(
            MetricsProperties properties,
            ServerProperties server,
            ObjectProvider<JwtDecoder> tokens,
            ObjectProvider<ClientRegistrationRepository> logins) {
        this.properties = properties;
        this.login = logins.stream().findAny().isPresent();
        this.open = !login && tokens.stream().findAny().isEmpty();
        if (open && !properties.isOpenToAll() && !isLoopback(server.getAddress())) {
            throw new OpenToOthers(
                    server.getAddress() == null
                            ? "all addresses"
                            : server.getAddress().getHostAddress());
        }
    }

    private static boolean isLoopback(@Nullable InetAddress address) {
        return address != null && address.isLoopbackAddress();
    }

    @Bean
    SecurityFilterChain whoMayReadWhat(HttpSecurity http, ServerProperties server, Refusals refusals) {
        String trial = "/api/v1/trials/{trial}";
        Audience audience = properties.audience();
        boolean ownMachine = open && isLoopback(server.getAddress());
        http.authorizeHttpRequests(rules -> rules.dispatcherTypeMatchers(DispatcherType.ASYNC, DispatcherType.ERROR)
                        .permitAll()
                        .requestMatchers("/actuator/health/**")
                        .permitAll()
                        .requestMatchers("/actuator/**")
                        .access(ownMachine ? anyone() : readers(EnumSet.of(Role.MONITORING)))
                        .requestMatchers("/api/v1/trials")
                        .access(readers(audience.readersOfCompleteness()))
                        .requestMatchers(
                                trial + "/metrics",
                                trial + "/metrics.csv",
                                trial + "/comparisons",
                                trial + "/comparisons.csv",
                                trial + "/participant-flow",
                                trial + "/participant-flow.csv",
                                trial + "/adverse-events",
                                trial + "/adverse-events.csv")
                        .access(readers(audience.readers()))
                        .requestMatchers(trial + "/completeness", trial + "/completeness.csv", trial + "/events")
                        .access(readers(audience.readersOfCompleteness()))
                        .requestMatchers(DATA)
                        .access(ownMachine ? anyone() : (authentication, context) -> new AuthorizationDecision(false))
                        .requestMatchers(PAGE)
                        .access((authentication, context) ->
                                new AuthorizationDecision(!login || reader(authentication.get()) != null))
                        // The page has no numbers of its own.
                        .anyRequest()
                        .permitAll())
                // WebConfiguration says what a browser may do.
                .headers(AbstractHttpConfigurer::disable)
                .exceptionHandling(it -> it.accessDeniedHandler(refusals));
        PathPatternRequestMatcher.Builder paths = PathPatternRequestMatcher.withDefaults();
        for (String data : DATA) {
            http.exceptionHandling(it -> it.defaultAuthenticationEntryPointFor(refusals, paths.matcher(data)));
        }
        if (login) {
            http.oauth2Login(Customizer.withDefaults());
        } else {
            http.sessionManagement(it -> it.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
                    .csrf(AbstractHttpConfigurer::disable)
                    .requestCache(AbstractHttpConfigurer::disable)
                    .logout(AbstractHttpConfigurer::disable)
                    .exceptionHandling(it -> it.authenticationEntryPoint(refusals));
        }
        if (!open) {
            http.addFilterBefore(new WithoutIssuer(refusals), BearerTokenAuthenticationFilter.class);
            http.oauth2ResourceServer(it -> it.jwt(Customizer.withDefaults())
                    .authenticationEntryPoint(refusals)
                    .accessDeniedHandler(refusals));
        }
        return http.build();
    }

    /** Of the trial, where the address has one. */
    private AuthorizationManager<RequestAuthorizationContext> readers(Set<Role> roles) {
        return (authentication, context) -> {
            Reader reader = reader(authentication.get());
            String trial = context.getVariables().get("trial");
            return new AuthorizationDecision(
                    reader != null && reader.isOneOf(roles) && (trial == null || reader.isOfTrial(trial)));
        };
    }

    private static AuthorizationManager<RequestAuthorizationContext> anyone() {
        return (authentication, context) -> new AuthorizationDecision(true);
    }

    /** Null for somebody who has not said who they are, where that is needed. */
    private @Nullable Reader reader(@Nullable Authentication authentication) {
        Object who = authentication == null ? null : authentication.getPrincipal();
        if (who instanceof Jwt token) {
            return named(token);
        }
        if (who instanceof OidcUser user) {
            return named(user.getIdToken());
        }
        return open || properties.isOpenToAll() ? Reader.ANYONE : null;
    }

    /** Whoever acts for a site must not learn arms, whatever else they are. */
    private Reader named(ClaimAccessor token) {
        Reader reader = Reader.of(token, properties.rolesClaim());
        boolean blinded = properties.audience() == Audience.UNBLINDED && reader.isOneOf(EnumSet.of(Role.SITE));
        return blinded ? new Reader(Set.of(), reader.trials(), reader.sites()) : reader;
    }

    /** What a token must have besides those claims that Spring Security looks at anyway: whose it is, and an end. */
    @Bean
    static OAuth2TokenValidator<Jwt> subjectAndExpiry(OAuth2ResourceServerProperties settings) {
        if (settings.getJwt().getJwkSetUri() != null && settings.getJwt().getIssuerUri() == null) {
            // Else every issuer would do that shares these keys.
            throw new IllegalStateException(
                    "spring.security.oauth2.resourceserver.jwt.issuer-uri must be set beside jwk-set-uri");
        }
        return new DelegatingOAuth2TokenValidator<>(List.of(
                new JwtClaimValidator<String>(JwtClaimNames.SUB, it -> it != null && !it.isBlank()),
                new JwtClaimValidator<Object>(JwtClaimNames.EXP, Objects::nonNull)));
    }

    @Bean
    static RequestRejectedHandler rejected(@Qualifier("handlerExceptionResolver") HandlerExceptionResolver answers) {
        return (request, response, failure) -> answers.resolveException(request, response, null, failure);
    }

    @Bean
    static Refusals refusals(
            @Qualifier("handlerExceptionResolver") HandlerExceptionResolver answers,
            TurnedAway audit,
            MetricsProperties properties) {
        return new Refusals(answers, audit, properties.rolesClaim());
    }

    @Override
    public void addArgumentResolvers(List<HandlerMethodArgumentResolver> resolvers) {
        resolvers.add(new HandlerMethodArgumentResolver() {
            @Override
            public boolean supportsParameter(MethodParameter parameter) {
                return parameter.getParameterType() == Reader.class;
            }

            @Override
            public Reader resolveArgument(
                    MethodParameter parameter,
                    @Nullable ModelAndViewContainer container,
                    NativeWebRequest request,
                    @Nullable WebDataBinderFactory binders) {
                return Objects.requireNonNull(
                        reader(SecurityContextHolder.getContext().getAuthentication()),
                        "a rule lets only readers through");
            }
        });
    }
}

package io.outcometracker.metrics;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/** @param audience whom this deployment serves */
@ConfigurationProperties("outcomes.metrics")
record MetricsProperties(@DefaultValue("sponsor") Audience audience) {}

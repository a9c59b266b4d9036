package io.outcometracker.metrics;

import org.springframework.context.annotation.Configuration;
import org.springframework.web.servlet.config.annotation.ResourceHandlerRegistry;
import org.springframework.web.servlet.config.annotation.ViewControllerRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** The description of the topics, for programs and for people. */
@Configuration(proxyBeanMethods = false)
class TopicsPage implements WebMvcConfigurer {
    @Override
    public void addResourceHandlers(ResourceHandlerRegistry registry) {
        registry.addResourceHandler("/asyncapi.json")
                .addResourceLocations("classpath:/asyncapi/")
                .setUseLastModified(false);
    }

    @Override
    public void addViewControllers(ViewControllerRegistry registry) {
        registry.addRedirectViewController("/topics", "/topics/");
        registry.addViewController("/topics/").setViewName("forward:/topics/index.html");
    }
}

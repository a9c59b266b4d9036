package io.outcometracker.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.outcometracker.contract.Json;
import java.io.IOException;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Each executable jar says what is in it, and all of it may be used in a product under the Apache License. */
class BillOfMaterialsIT {
    /** As SPDX names them, or as a project does that says it otherwise. Where there are several, one is chosen. */
    private static final Set<String> ACCEPTED = Set.of(
            "Apache-2.0",
            "Apache Software License 2.0",
            "BSD-2-Clause",
            "BSD-3-Clause",
            // JLine's, which has three clauses.
            "BSD-4-Clause",
            "CC0-1.0",
            "EPL-2.0",
            "MIT",
            "Public Domain");

    @ParameterizedTest
    @ValueSource(strings = {"ingest-service", "cohort-service", "metrics-service", "study-loader"})
    void namesEveryLibraryAndItsLicence(String service) throws IOException {
        try (JarFile jar = new JarFile(ServiceProcess.jar(service).toFile())) {
            ZipEntry bill = jar.getEntry("META-INF/sbom/application.cdx.json");
            assumeTrue(bill != null, "built offline, where no bill is made");
            JsonNode components = Json.MAPPER.readTree(jar.getInputStream(bill)).path("components");
            Set<String> named = components
                    .valueStream()
                    .map(it -> "%s-%s.jar"
                            .formatted(
                                    it.path("name").asString(),
                                    it.path("version").asString()))
                    .collect(Collectors.toSet());
            Set<String> packed = jar.stream()
                    .map(it -> it.getName())
                    .filter(it -> it.startsWith("BOOT-INF/lib/") && it.endsWith(".jar"))
                    .map(it -> it.substring("BOOT-INF/lib/".length()))
                    .collect(Collectors.toCollection(TreeSet::new));

            // What Spring Boot adds when it packs: its own tools.
            packed.removeIf(it -> it.startsWith("spring-boot-jarmode-tools-"));
            assertThat(named).containsAll(packed);
            assertThat(components)
                    .allSatisfy(it -> assertThat(licences(it))
                            .as("licences of %s", it.path("purl").asString())
                            .anyMatch(ACCEPTED::contains));
        }
    }

    private static Set<String> licences(JsonNode component) {
        if (component.path("group").asString().equals("io.outcometracker")) {
            return Set.of("Apache-2.0");
        }
        return component
                .path("licenses")
                .valueStream()
                .flatMap(it -> Stream.of(it.at("/license/id"), it.at("/license/name"), it.path("expression")))
                .filter(JsonNode::isString)
                .map(JsonNode::asString)
                .collect(Collectors.toSet());
    }
}

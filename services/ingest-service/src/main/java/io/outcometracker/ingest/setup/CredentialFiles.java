package io.outcometracker.ingest.setup;

import io.outcometracker.contract.AccessRules;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.config.types.Password;
import org.apache.kafka.common.security.JaasContext;

/**
 * The files by which principals show Kafka who they are, each named {@code <principal>.properties}. Of each the password
 * is read from its {@code sasl.jaas.config}, whatever that name begins with.
 */
final class CredentialFiles {
    private static final String SUFFIX = ".properties";
    /** A folder each, so that each can lie where its principal alone can read it. */
    private static final int DEPTH = 2;

    private CredentialFiles() {}

    /**
     * Passwords by principal; files of others are left alone.
     *
     * @throws IllegalArgumentException if a file does not say its principal's name and password, or there are two of one
     */
    static Map<String, String> read(Path folder) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.find(folder, DEPTH, (file, attributes) -> attributes.isRegularFile())) {
            files = all.sorted().toList();
        }
        Map<String, String> passwords = new TreeMap<>();
        for (Path file : files) {
            String name = file.getFileName().toString();
            String principal = name.endsWith(SUFFIX) ? name.substring(0, name.length() - SUFFIX.length()) : "";
            if (AccessRules.principals().contains(principal)
                    && passwords.put(principal, password(file, principal)) != null) {
                throw new IllegalArgumentException("there are two files " + name);
            }
        }
        return passwords;
    }

    private static String password(Path file, String principal) throws IOException {
        Properties settings = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            settings.load(reader);
        }
        String login = settings.stringPropertyNames().stream()
                .filter(it ->
                        it.equals(SaslConfigs.SASL_JAAS_CONFIG) || it.endsWith('.' + SaslConfigs.SASL_JAAS_CONFIG))
                .map(settings::getProperty)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(file + " has no " + SaslConfigs.SASL_JAAS_CONFIG));
        Map<String, ?> options = options(file, login);
        if (!principal.equals(options.get("username"))
                || !(options.get("password") instanceof String password)
                || password.isEmpty()) {
            throw new IllegalArgumentException(file + " does not say the name and the password of " + principal);
        }
        return password;
    }

    private static Map<String, ?> options(Path file, String login) {
        try {
            return JaasContext.loadClientContext(Map.of(SaslConfigs.SASL_JAAS_CONFIG, new Password(login)))
                    .configurationEntries()
                    .get(0)
                    .getOptions();
        } catch (IllegalArgumentException e) {
            // Without its cause, which quotes the file.
            throw new IllegalArgumentException(
                    file + " has a " + SaslConfigs.SASL_JAAS_CONFIG + " that cannot be read");
        }
    }
}

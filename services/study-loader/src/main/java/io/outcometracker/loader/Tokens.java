package io.outcometracker.loader;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What the loader shows to the services: it plays the sites, the randomisation system and the trial manager, and reads as
 * the statistician.
 *
 * @param byRole where one is absent, requests are sent without
 */
public record Tokens(Map<String, String> byRole) {
    public static final Tokens NONE = new Tokens(Map.of());

    static final String SITE = "site";
    static final String RANDOMISATION = "randomisation";
    static final String TRIAL_MANAGER = "trial-manager";
    static final String STATISTICIAN = "statistician";

    public Tokens {
        byRole = Map.copyOf(byRole);
    }

    /**
     * From a file for each role, with its name.
     *
     * @throws LoadFailure if a file cannot be read
     */
    static Tokens in(Path folder) {
        Map<String, String> tokens = new HashMap<>();
        for (String role : new String[] {SITE, RANDOMISATION, TRIAL_MANAGER, STATISTICIAN}) {
            try {
                tokens.put(role, Files.readString(folder.resolve(role)).strip());
            } catch (IOException e) {
                throw new LoadFailure("there is no token to read in " + folder.resolve(role));
            }
        }
        return new Tokens(tokens);
    }

    Optional<String> of(String role) {
        return Optional.ofNullable(byRole.get(role));
    }

    /** Whoever has one may act by it. */
    @Override
    public String toString() {
        return "Tokens" + byRole.keySet();
    }
}

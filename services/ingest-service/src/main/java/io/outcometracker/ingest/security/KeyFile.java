package io.outcometracker.ingest.security;

import static java.util.Objects.requireNonNullElse;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.text.ParseException;
import java.util.Set;

/** A private key (P-256, as a JSON Web Key) in a file that only its owner may read. */
final class KeyFile {
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");

    private KeyFile() {}

    /** @throws KeyFileRefused saying what is wrong with the file */
    static ECKey open(Path file) {
        try {
            if (Files.notExists(file)) {
                make(file);
            }
            return read(file);
        } catch (IOException | UnsupportedOperationException e) {
            throw new KeyFileRefused(file + " cannot be used (" + e + ")", e);
        }
    }

    /** It appears whole or not at all, and of several who make it at the same time, one wins. */
    private static void make(Path file) throws IOException {
        Path folder = requireNonNullElse(file.toAbsolutePath().getParent(), file);
        Files.createDirectories(folder);
        Path draft =
                Files.createTempFile(folder, ".token-key-", ".tmp", PosixFilePermissions.asFileAttribute(OWNER_ONLY));
        try {
            Files.writeString(draft, newKey().toJSONString());
            // A move would take the place of another's key, with which tokens may have been signed by now.
            Files.createLink(file, draft);
        } catch (FileAlreadyExistsException e) {
            // Somebody else's, which serves as well.
        } finally {
            Files.delete(draft);
        }
    }

    private static ECKey newKey() {
        try {
            return new ECKeyGenerator(Curve.P_256)
                    .keyUse(KeyUse.SIGNATURE)
                    .algorithm(JWSAlgorithm.ES256)
                    .keyIDFromThumbprint(true)
                    .generate();
        } catch (JOSEException e) {
            throw new IllegalStateException("every Java platform has P-256", e);
        }
    }

    private static ECKey read(Path file) throws IOException {
        if (!Files.getPosixFilePermissions(file).equals(OWNER_ONLY)) {
            throw new KeyFileRefused(
                    "%s must be readable and writable by its owner alone: chmod 600 %s, and if others may have read it, delete it, so that a new one is made"
                            .formatted(file, file));
        }
        try {
            ECKey key = ECKey.parse(Files.readString(file));
            if (key.isPrivate() && Curve.P_256.equals(key.getCurve()) && key.getKeyID() != null) {
                return key;
            }
        } catch (ParseException e) {
            // Refused as another kind of key is; what it says may quote the file.
        }
        throw new KeyFileRefused(file + " does not hold a private P-256 key as a JSON Web Key");
    }
}

package io.outcometracker.allinone;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.jspecify.annotations.Nullable;

/**
 * Where broker and services listen, on 127.0.0.1.
 *
 * @param kafka 0 for any that is free, as for the others
 * @param unblinded of a second metrics-service, for the unblinded; absent if there is none
 */
record Ports(
        int kafka,
        int ingest,
        int cohort,
        int metrics,
        @Nullable Integer unblinded) {

    /** Replaces each 0 by a port that is free. */
    Ports chosen() {
        return new Ports(
                chosen(kafka),
                chosen(ingest),
                chosen(cohort),
                chosen(metrics),
                unblinded == null ? null : Integer.valueOf(chosen(unblinded)));
    }

    /** @throws IllegalStateException saying which port is taken and how to choose another */
    void requireFree() {
        requireFree("Kafka", kafka, "kafka");
        requireFree("ingest-service", ingest, "ingest");
        requireFree("cohort-service", cohort, "cohort");
        requireFree("metrics-service", metrics, "metrics");
        if (unblinded != null) {
            requireFree("metrics-service of the unblinded", unblinded, "unblinded");
        }
    }

    private static int chosen(int port) {
        if (port != 0) {
            return port;
        }
        try (ServerSocket socket = listen(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void requireFree(String who, int port, String option) {
        try (ServerSocket socket = listen(port)) {
            socket.getLocalPort();
        } catch (IOException e) {
            throw new IllegalStateException(
                    "port %d, meant for %s, is taken: stop the program that uses it, or choose another with --%s-port (mvn -Pdemo: -Ddemo.%s.port)"
                            .formatted(port, who, option, option),
                    e);
        }
    }

    private static ServerSocket listen(int port) throws IOException {
        return new ServerSocket(port, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
    }
}

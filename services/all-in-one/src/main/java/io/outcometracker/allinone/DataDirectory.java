package io.outcometracker.allinone;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A directory that one broker at a time may use. Kafka has such a lock too, but takes it only after it has begun to
 * write to the log of its metadata. The operating system gives the lock back when a process dies, however it dies.
 */
final class DataDirectory implements AutoCloseable {

    /**
     * Some systems drop all locks of a process on a file as soon as it closes any channel to it, so a directory that is
     * held by this JVM must not even be tried.
     */
    private static final Set<Path> HELD_BY_THIS_JVM = ConcurrentHashMap.newKeySet();

    private final Path path;
    private final FileChannel lock;

    private DataDirectory(Path path, FileChannel lock) {
        this.path = path;
        this.lock = lock;
    }

    /**
     * Creates the directory if it is missing.
     *
     * @throws IllegalStateException if it is in use, cannot be written to, or has a name that Kafka cannot take
     */
    static DataDirectory hold(Path directory) {
        if (directory.toAbsolutePath().toString().contains(",")) {
            throw new IllegalStateException(
                    "the data directory %s has a comma in its name, which Kafka takes for two directories: choose another one with %s"
                            .formatted(directory.toAbsolutePath(), EmbeddedBroker.DIRECTORY_OPTION));
        }
        try {
            Path path = Files.createDirectories(directory).toRealPath();
            if (!HELD_BY_THIS_JVM.add(path)) {
                throw inUse(path);
            }
            try {
                return new DataDirectory(path, lock(path));
            } catch (IOException | RuntimeException e) {
                HELD_BY_THIS_JVM.remove(path);
                throw e;
            }
        } catch (IOException e) {
            throw new IllegalStateException(
                    "cannot write to the data directory %s (%s): make it writable, or choose another one with %s"
                            .formatted(directory.toAbsolutePath(), e, EmbeddedBroker.DIRECTORY_OPTION),
                    e);
        }
    }

    private static FileChannel lock(Path path) throws IOException {
        FileChannel channel =
                FileChannel.open(path.resolve("in-use.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (channel.tryLock() == null) {
            channel.close();
            throw inUse(path);
        }
        return channel;
    }

    private static IllegalStateException inUse(Path path) {
        return new IllegalStateException(
                "the data directory %s is in use by another broker: stop that one, or choose another directory with %s"
                        .formatted(path, EmbeddedBroker.DIRECTORY_OPTION));
    }

    Path path() {
        return path;
    }

    @Override
    public void close() {
        try {
            lock.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            HELD_BY_THIS_JVM.remove(path);
        }
    }
}

package io.outcometracker.benchmarks.stage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A JVM of its own: what is measured shares no heap, compiler or collector with what loads it. Ends when it is closed. */
public final class JavaProcess implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Path JDKS = Path.of("/usr/lib/jvm");

    private final String name;
    private final Process process;
    private final Path log;

    private JavaProcess(String name, Process process, Path log) {
        this.name = name;
        this.process = process;
        this.log = log;
    }

    /** A main class of the benchmarks' own class path. */
    public static JavaProcess ofClass(
            String name, Path directory, List<String> jvmOptions, Class<?> main, List<String> arguments) {
        List<String> program = new ArrayList<>(List.of("-classpath", System.getProperty("java.class.path")));
        program.add(main.getName());
        program.addAll(arguments);
        return start(name, directory, List.of(), jvmOptions, program, Map.of());
    }

    public static JavaProcess ofJar(
            String name,
            Path jar,
            Path directory,
            List<String> jvmOptions,
            List<String> arguments,
            Map<String, String> environment) {
        return ofJar(name, jar, directory, List.of(), jvmOptions, arguments, environment);
    }

    /** @param launcher a command that the JVM's own is the end of */
    static JavaProcess ofJar(
            String name,
            Path jar,
            Path directory,
            List<String> launcher,
            List<String> jvmOptions,
            List<String> arguments,
            Map<String, String> environment) {
        List<String> program = new ArrayList<>(List.of("-jar", jar.toString()));
        program.addAll(arguments);
        return start(name, directory, launcher, jvmOptions, program, environment);
    }

    private static JavaProcess start(
            String name,
            Path directory,
            List<String> launcher,
            List<String> jvmOptions,
            List<String> program,
            Map<String, String> environment) {
        List<String> command = new ArrayList<>(launcher);
        command.addAll(List.of(
                java().toString(),
                "-XX:+IgnoreUnrecognizedVMOptions",
                "--sun-misc-unsafe-memory-access=allow",
                "--enable-native-access=ALL-UNNAMED"));
        command.addAll(jvmOptions);
        command.addAll(program);
        try {
            Path home = Files.createDirectories(directory);
            Path log = home.resolve(name + ".log");
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(home.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
            builder.environment().putAll(environment);
            Process process = builder.start();
            Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
            return new JavaProcess(name, process, log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** That of JDK 25, which the images have; where it is not installed, of the JDK that runs this. */
    static Path java() {
        if (Files.isDirectory(JDKS)) {
            try (Stream<Path> jdks = Files.list(JDKS)) {
                Path found = jdks.filter(it -> it.getFileName().toString().contains("-25-"))
                        .map(it -> it.resolve("bin/java"))
                        .filter(Files::isExecutable)
                        .findFirst()
                        .orElse(null);
                if (found != null) {
                    return found;
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return Path.of(System.getProperty("java.home"), "bin", "java");
    }

    /** Of the JDK that the services run on. */
    static String version() {
        try {
            Process process = new ProcessBuilder(java().toString(), "--version").start();
            String first = process.inputReader(StandardCharsets.UTF_8).readLine();
            process.waitFor();
            return first;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** The executable jar of a module. */
    public static Path jar(String module) {
        Path target = Path.of("..", module, "target").toAbsolutePath().normalize();
        try (DirectoryStream<Path> jars = Files.newDirectoryStream(target, "*-exec.jar")) {
            return jars.iterator().next();
        } catch (IOException e) {
            throw new UncheckedIOException("package the services first", e);
        }
    }

    /** @throws IllegalStateException if the process ends first, or it takes minutes */
    public void awaitUntil(BooleanSupplier condition) {
        awaitUntil(condition, PATIENCE);
    }

    /** @throws IllegalStateException if the process ends first, or time is up */
    public void awaitUntil(BooleanSupplier condition, Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        while (!condition.getAsBoolean()) {
            if (!process.isAlive()) {
                throw new IllegalStateException(name + " has ended; its log: " + log);
            }
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException(name + " did not get there in " + patience + "; its log: " + log);
            }
            pause();
        }
    }

    /**
     * Of a program that ends by itself.
     *
     * @throws IllegalStateException if it fails, or takes minutes
     */
    public void awaitSuccess() {
        try {
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IllegalStateException(name + " did not succeed; its log: " + log);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(5);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    public long pid() {
        return process.pid();
    }

    public Path log() {
        return log;
    }

    /** Of all its threads since it started. */
    public Duration cpuTime() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    /** Resident memory in bytes, as Linux tells it. */
    public long residentBytes() {
        try (Stream<String> lines = Files.lines(Path.of("/proc", String.valueOf(pid()), "status"))) {
            return lines.filter(it -> it.startsWith("VmRSS:"))
                    .mapToLong(it -> Long.parseLong(it.replaceAll("\\D", "")) * 1024)
                    .findFirst()
                    .orElse(0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Bytes that are in use on its heap after all that is garbage was collected. */
    public long heapAfterCollection() {
        diagnose("GC.run");
        Matcher used = Pattern.compile("used (\\d+)K").matcher(diagnose("GC.heap_info"));
        if (!used.find()) {
            throw new IllegalStateException("its heap is not told of");
        }
        return Long.parseLong(used.group(1)) * 1024;
    }

    private String diagnose(String command) {
        try {
            Process jcmd = new ProcessBuilder(java().resolveSibling("jcmd").toString(), String.valueOf(pid()), command)
                    .start();
            String told = new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            jcmd.waitFor();
            return told;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** As a power failure would, but for the disk. */
    public void kill() {
        process.destroyForcibly();
        awaitEnd();
    }

    private void awaitEnd() {
        try {
            if (!process.waitFor(40, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
        }
    }

    /** Ends it as SIGTERM does. */
    @Override
    public void close() {
        process.destroy();
        awaitEnd();
    }
}

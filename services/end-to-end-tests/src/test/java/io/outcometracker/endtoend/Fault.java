package io.outcometracker.endtoend;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import io.outcometracker.contract.Topic;
import io.outcometracker.contract.Topics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What may happen to containers, and ends when {@link #strike} does; what it leaves is for the product to get over. */
enum Fault {
    INGEST_SERVICE_KILLED("kill -9 of ingest-service") {
        @Override
        void strike(ComposeProduct product, Load load) {
            kill(product, product.containers(ComposeProduct.INGEST).get(0));
        }
    },
    COHORT_SERVICE_KILLED("kill -9 of cohort-service") {
        @Override
        void strike(ComposeProduct product, Load load) {
            kill(product, product.containers(ComposeProduct.COHORT).get(0));
        }
    },
    METRICS_SERVICE_KILLED("kill -9 of metrics-service") {
        @Override
        void strike(ComposeProduct product, Load load) {
            kill(product, product.containers(ComposeProduct.METRICS).get(0));
        }
    },
    BROKER_KILLED("kill -9 of the broker") {
        @Override
        void strike(ComposeProduct product, Load load) {
            kill(product, product.broker());
        }
    },
    MACHINE_KILLED("kill -9 of all containers") {
        @Override
        void strike(ComposeProduct product, Load load) {
            kill(product, product.allContainers().toArray(String[]::new));
        }
    },
    BROKER_PAUSED("broker paused for 30 s") {
        @Override
        void strike(ComposeProduct product, Load load) {
            product.docker("pause", product.broker());
            last(Duration.ofSeconds(30));
            product.docker("unpause", product.broker());
        }
    },
    BROKER_CUT_OFF("network cut between the broker and all services") {
        @Override
        void strike(ComposeProduct product, Load load) {
            cutOff(product, product.broker());
        }
    },
    COHORT_SERVICE_CUT_OFF("network cut between cohort-service and the broker") {
        @Override
        void strike(ComposeProduct product, Load load) {
            cutOff(product, product.containers(ComposeProduct.COHORT).get(0));
        }
    },
    CLOCK_JUMPED("clock of the services an hour ahead, and set right") {
        @Override
        void strike(ComposeProduct product, Load load) {
            product.requireClock();
            product.setClock(Duration.ofHours(1));
            last(CUT);
            product.setClock(Duration.ZERO);
        }
    },
    DISK_FULL("disk of the broker full") {
        @Override
        void strike(ComposeProduct product, Load load) {
            String disk = product.container("disk");
            product.docker("exec", disk, "sh", "-c", "cat /dev/zero > /disk/ballast 2>/dev/null; df /disk >&2");
            await().atMost(ProductProcess.PATIENCE)
                    .until(() -> !product.inspect(product.broker(), "{{.State.Status}} {{.RestartCount}}")
                            .equals("running 0"));
            product.docker("exec", disk, "rm", "/disk/ballast");
            // Docker waits longer each time before it starts it again; an operator who made room does not.
            product.docker("restart", "--time=0", product.broker());
        }
    },
    SAME_ID("two instances of cohort-service with the same id, and one in the directory of another") {
        @Override
        void strike(ComposeProduct product, Load load) {
            List<String> instances = List.of(
                    instance(product, "/tmp/state", "--spring.kafka.streams.properties.group.instance.id=same"),
                    instance(product, "/tmp/state", "--spring.kafka.streams.properties.group.instance.id=same"),
                    instance(product, "/data"));
            load.awaitMore(300);
            instances.forEach(it -> product.docker("rm", "--force", it));
        }

        private String instance(ComposeProduct product, String directory, String... arguments) {
            List<String> command = new ArrayList<>(List.of(
                    "run",
                    "--detach",
                    "--no-deps",
                    "-e",
                    "OUTCOMES_COHORT_STATE_DIR=" + directory,
                    ComposeProduct.COHORT));
            command.addAll(List.of(arguments));
            String[] said = product.compose(command.toArray(String[]::new)).split("\\s+");
            return said[said.length - 1];
        }
    },
    POISON("messages that are none on every topic") {
        @Override
        void strike(ComposeProduct product, Load load) {
            onEveryTopic(product, UNREADABLE);
            // They are there still when the services start again.
            kill(
                    product,
                    product.container(ComposeProduct.INGEST),
                    product.container(ComposeProduct.COHORT),
                    product.container(ComposeProduct.METRICS));
            // What verify would name on the topics of results goes as an operator makes it go.
            onEveryTopic(
                    product,
                    UNREADABLE.stream()
                            .map(it -> it.split("\t")[0] + '\t' + ComposeProduct.TOMBSTONE)
                            .toList());
        }

        private void onEveryTopic(ComposeProduct product, List<String> messages) {
            for (Topic<?> topic : Topics.all()) {
                product.produce(topic.name(), messages);
            }
        }
    },
    ROLLING_RESTART("two instances of each service, stopped and started one after the other") {
        @Override
        void strike(ComposeProduct product, Load load) {
            List<String> services = List.of(ComposeProduct.INGEST, ComposeProduct.COHORT, ComposeProduct.METRICS);
            services.forEach(it -> product.scale(it, 2));
            for (String service : services) {
                for (String instance : product.containers(service)) {
                    product.docker("stop", "--time=40", instance);
                    // Ingest goes on while one is away.
                    load.awaitMore(50);
                    product.docker("start", instance);
                    product.awaitHealth();
                }
            }
            services.forEach(it -> product.scale(it, 1));
        }
    },
    SLOW_CONSUMER("readers of a topic and of events who do not read on") {
        @Override
        void strike(ComposeProduct product, Load load) {
            List<Socket> readers = new ArrayList<>();
            try {
                URI metrics = product.metrics().get(0);
                for (int i = 0; i < 20; i++) {
                    Socket reader = new Socket();
                    readers.add(reader);
                    reader.setReceiveBufferSize(1024);
                    reader.connect(new InetSocketAddress(metrics.getHost(), metrics.getPort()));
                    reader.getOutputStream()
                            .write(
                                    "GET /api/v1/trials/%s/events HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\n\r\n"
                                            .formatted(
                                                    load.trials().get(0),
                                                    product.tokens().byRole().get("statistician"))
                                            .getBytes(UTF_8));
                }
                product.docker(
                        "exec",
                        "--detach",
                        product.broker(),
                        "sh",
                        "-c",
                        product.kafkaTool("kafka-console-consumer") + " --topic " + Topics.COHORT_METRICS.name()
                                + " --from-beginning | sleep 60");
                load.awaitMore(500);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } finally {
                readers.forEach(Fault::close);
            }
        }
    };

    /** Key and value with a tab between them. */
    private static final List<String> UNREADABLE = List.of(
            "poison\tthis is no JSON",
            "poison|P-1\t{}",
            "poison|P-2\t{\"trial\":1,\"participant\":[],\"version\":\"x\"}",
            "|\tnull",
            "poison|P-3\t{\"trial\":\"other\",\"participant\":\"P-4\",\"recordId\":\"R\",\"version\":1}");

    private static final Duration OUTAGE = Duration.ofSeconds(3);
    /** Longer than members of a group, and transactions, are waited for. */
    private static final Duration CUT = Duration.ofSeconds(15);

    private final String says;

    Fault(String says) {
        this.says = says;
    }

    abstract void strike(ComposeProduct product, Load load);

    private static void kill(ComposeProduct product, String... containers) {
        List<String> kill = new ArrayList<>(List.of("kill", "--signal=KILL"));
        kill.addAll(List.of(containers));
        product.docker(kill.toArray(String[]::new));
        last(OUTAGE);
        List<String> start = new ArrayList<>(List.of("start"));
        start.addAll(List.of(containers));
        product.docker(start.toArray(String[]::new));
    }

    private static void cutOff(ComposeProduct product, String container) {
        String service = product.inspect(container, "{{index .Config.Labels \"com.docker.compose.service\"}}");
        product.docker("network", "disconnect", product.network(), container);
        last(CUT);
        product.docker("network", "connect", "--alias", service, product.network(), container);
    }

    private static void last(Duration duration) {
        await().pollDelay(duration).timeout(duration.multipliedBy(10)).until(() -> true);
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String toString() {
        return says;
    }
}

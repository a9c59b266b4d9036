package io.outcometracker.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

@ExtendWith(OutputCaptureExtension.class)
class StartWithoutKafkaIT {
    @Test
    void saysWhatToDoWhenKafkaIsAway(CapturedOutput output, @TempDir Path state) throws Exception {
        int nobody;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            nobody = socket.getLocalPort();
        }

        assertThatThrownBy(() -> IngestApplication.application()
                        .run(
                                "--server.port=0",
                                Site.KEY_SETTING,
                                "--spring.kafka.streams.state-dir=" + state,
                                "--spring.kafka.bootstrap-servers=127.0.0.1:" + nobody,
                                "--spring.kafka.admin.properties[default.api.timeout.ms]=1000",
                                "--spring.kafka.admin.properties[request.timeout.ms]=500"))
                .isNotNull();

        assertThat(output.getAll()).contains("ingest-service cannot use Kafka", "set OUTCOMES_KAFKA");
    }
}

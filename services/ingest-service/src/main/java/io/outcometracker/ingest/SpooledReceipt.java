package io.outcometracker.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.outcometracker.contract.Json;
import io.outcometracker.ingest.Receipt.Result;
import io.outcometracker.ingest.Receipt.Status;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import org.apache.commons.io.output.DeferredFileOutputStream;
import org.springframework.http.HttpStatus;
import tools.jackson.databind.node.ObjectNode;

/**
 * A receipt that may be longer than the memory. The results wait, on disk if they are many, until all are known: the
 * status of the answer comes first.
 */
final class SpooledReceipt implements Closeable {
    private static final int IN_MEMORY = 1 << 17;

    private final String trial;
    private final boolean table;
    private final DeferredFileOutputStream spool = DeferredFileOutputStream.builder()
            .setThreshold(IN_MEMORY)
            .setPrefix("outcomes-receipt-")
            .get();
    private final OutputStream results = new BufferedOutputStream(spool);
    private int accepted;
    private int refused;

    /** @param table whether it is CSV, and not JSON */
    SpooledReceipt(String trial, boolean table) {
        this.trial = trial;
        this.table = table;
    }

    void add(Result result) {
        try {
            if (table) {
                results.write(ReceiptTable.rows(result).getBytes(UTF_8));
            } else {
                if (accepted + refused > 0) {
                    results.write(',');
                }
                results.write(Json.MAPPER.writeValueAsBytes(result));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (result.status() == Status.ACCEPTED) {
            accepted++;
        } else {
            refused++;
        }
    }

    HttpStatus status() {
        return Receipt.status(accepted, refused);
    }

    /** To be called once, when there are no more results. */
    void writeTo(OutputStream out) throws IOException {
        results.close();
        if (table) {
            out.write(ReceiptTable.header().getBytes(UTF_8));
            spool.writeTo(out);
        } else {
            byte[] frame = Json.MAPPER.writeValueAsBytes(frame());
            // All of the object but its closing brace.
            out.write(frame, 0, frame.length - 1);
            out.write(",\"results\":[".getBytes(UTF_8));
            spool.writeTo(out);
            out.write("]}".getBytes(UTF_8));
        }
    }

    private ObjectNode frame() {
        ObjectNode frame = Json.MAPPER.createObjectNode();
        if (accepted == 0) {
            ProblemType type = ProblemType.RECORDS_REFUSED;
            frame.put("type", type.uri().toString())
                    .put("title", type.title())
                    .put("status", type.status().value())
                    .put("detail", Receipt.WHY_REFUSED);
        }
        return frame.put("trial", trial).put("accepted", accepted).put("refused", refused);
    }

    @Override
    public void close() throws IOException {
        results.close();
        if (!spool.isInMemory()) {
            Files.deleteIfExists(spool.getPath());
        }
    }
}

package io.outcometracker.ingest;

import java.util.concurrent.Semaphore;
import org.springframework.util.unit.DataSize;

/** How many bytes of bodies may be held at a time, by all requests together, so that no load can fill the memory. */
public final class BodyBudget {
    private final Semaphore free;

    BodyBudget(DataSize size) {
        free = new Semaphore(Math.toIntExact(size.toBytes()));
    }

    /** @throws RequestRefused if there is no room now */
    void take(int bytes) {
        if (!free.tryAcquire(bytes)) {
            throw new RequestRefused(ProblemType.OVERLOADED, "send the same again later; send less at a time");
        }
    }

    void giveBack(int bytes) {
        free.release(bytes);
    }

    int free() {
        return free.availablePermits();
    }
}

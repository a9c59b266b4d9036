package io.outcometracker.benchmarks.stage;

import com.sun.management.ThreadMXBean;
import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/** What the threads of another JVM have put on its heap since they started. */
public final class Allocation implements AutoCloseable {
    private final JMXConnector connector;
    private final ThreadMXBean threads;

    private Allocation(JMXConnector connector, ThreadMXBean threads) {
        this.connector = connector;
        this.threads = threads;
    }

    /**
     * Of threads that have not ended.
     *
     * @param named of those that were asked for by name
     */
    public record Bytes(long named, long all) {
        public Bytes minus(Bytes before) {
            return new Bytes(named - before.named, all - before.all);
        }
    }

    @SuppressWarnings("BanJNDI") // What answers is a process that the benchmark started itself.
    public static Allocation of(JavaProcess process) {
        try {
            VirtualMachine machine = VirtualMachine.attach(String.valueOf(process.pid()));
            String address;
            try {
                address = machine.startLocalManagementAgent();
            } finally {
                machine.detach();
            }
            JMXConnector connector = JMXConnectorFactory.connect(new JMXServiceURL(address));
            return new Allocation(
                    connector,
                    ManagementFactory.newPlatformMXBeanProxy(
                            connector.getMBeanServerConnection(),
                            ManagementFactory.THREAD_MXBEAN_NAME,
                            ThreadMXBean.class));
        } catch (AttachNotSupportedException e) {
            throw new IllegalStateException(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @param beginning of the names of threads */
    public Bytes bytes(String beginning) {
        long[] ids = threads.getAllThreadIds();
        ThreadInfo[] infos = threads.getThreadInfo(ids);
        long[] bytes = threads.getThreadAllocatedBytes(ids);
        long named = 0;
        long all = 0;
        for (int i = 0; i < ids.length; i++) {
            // -1 of one that has ended since.
            all += Math.max(0, bytes[i]);
            if (infos[i] != null && infos[i].getThreadName().startsWith(beginning)) {
                named += Math.max(0, bytes[i]);
            }
        }
        return new Bytes(named, all);
    }

    @Override
    public void close() {
        try {
            connector.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

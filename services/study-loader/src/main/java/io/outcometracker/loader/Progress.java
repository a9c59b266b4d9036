package io.outcometracker.loader;

import java.io.PrintStream;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** Tells how far a task is: a bar on a terminal, elsewhere a line per quarter. */
final class Progress implements AutoCloseable {
    private static final int MILESTONES = 4;
    private static final int BAR_WIDTH = 100;

    private final PrintStream out;
    private final String task;
    private final long total;
    private final @Nullable ProgressBar bar;
    private long done;

    Progress(PrintStream out, String task, long total) {
        this.out = out;
        this.task = task;
        this.total = total;
        this.bar = out.equals(System.out) && isTerminal()
                ? new ProgressBarBuilder()
                        .setTaskName(task)
                        .setInitialMax(total)
                        .setStyle(ProgressBarStyle.ASCII)
                        .setMaxRenderedLength(BAR_WIDTH)
                        .build()
                : null;
    }

    /** Java 17 and 25 have a console only where input and output are a terminal. */
    @SuppressWarnings("SystemConsoleNull")
    private static boolean isTerminal() {
        return System.console() != null;
    }

    void advance(long steps) {
        long before = done;
        done += steps;
        if (bar != null) {
            bar.stepBy(steps);
        } else if (done * MILESTONES / total > before * MILESTONES / total) {
            out.println(task + ": " + done + " of " + total);
        }
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
        }
    }
}

package io.outcometracker.endtoend.architecture.forbidden.benchmarks;

public final class PrintsItsResult {
    void print() {
        System.out.println(1);
    }
}

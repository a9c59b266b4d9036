package io.outcometracker.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReceiptTableTest {
    @ParameterizedTest
    @ValueSource(strings = {"=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx"})
    void marksAsTextWhatASpreadsheetWouldCompute(String cell) {
        assertThat(ReceiptTable.guarded(cell)).isEqualTo("'" + cell);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "R1", "1-1", "a=b"})
    void leavesOtherTextAsItIs(String cell) {
        assertThat(ReceiptTable.guarded(cell)).isEqualTo(cell);
    }
}

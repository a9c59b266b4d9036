package io.outcometracker.loader;

import static org.assertj.core.api.Assertions.assertThat;

import io.outcometracker.contract.CohortMetric;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PublishedComparisonTest {
    @TempDir
    Path folder;

    private List<PublishedComparison.Line> compare(String figure) {
        List<String> rows = new ArrayList<>();
        // 200 pairs of which 57 are halved: 28.5 %, which as a double is a little less
        for (int i = 0; i < 200; i++) {
            rows.add("T1,S1,P" + i + ",A,BL,1,NRS,8");
            rows.add("T1,S1,P" + i + ",A,M1,30,NRS," + (i < 57 ? 4 : 7));
        }
        Study study = new FolderWriter(folder)
                .with("instruments.csv", FolderWriter.INSTRUMENTS)
                .withScores(rows.toArray(String[]::new))
                .with("published.csv", "visit,arm,instrument,metric,value,decimals\n" + figure + '\n')
                .read();
        List<CohortMetric> metrics = Recomputation.of(study, LocalDate.of(2026, 11, 1));
        return PublishedComparison.of(study, metrics);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "M1,A,NRS,n,200,0                        | true",
                "M1,A,NRS,n,201,0                        | false",
                "M1,A,NRS,mean,6.145,3                   | true",
                "M1,A,NRS,mean,6.15,2                    | false",
                "M1,A,NRS,mean,6.14,2                    | true",
                "M1,A,NRS,mean,6.1,1                     | true",
                "M1,A,NRS,sd,1.358,3                     | true",
                "M1,A,NRS,median,7.0,1                   | true",
                "M1,A,NRS,changeMean,-1.855,3            | true",
                "M1,A,NRS,changeSd,1.358,3               | true",
                "M1,A,NRS,responder50NriPercent,29,0     | true",
                "M1,A,NRS,responder50NriPercent,28,0     | false",
                "M1,A,NRS,responder50NriPercent,28.5,1   | true",
                "M1,A,NRS,responder30NriPercent,28.50,2  | true",
                "BL,A,NRS,changeMean,0,0                 | false",
                "M1,A,NRS,responderMcidNriPercent,29,0   | false",
            })
    void comparesToThePrintedDigit(String figure, boolean agrees) {
        assertThat(compare(figure)).extracting(PublishedComparison.Line::agrees).containsExactly(agrees);
    }

    @Test
    void findsNothingWhereThereIsNoCohort() {
        PublishedComparison.Line line =
                new PublishedComparison.Line(compare("M1,A,NRS,n,200,0").get(0).printed(), null);

        assertThat(line.agrees()).isFalse();
    }
}

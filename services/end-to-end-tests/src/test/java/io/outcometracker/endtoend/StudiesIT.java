package io.outcometracker.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.outcometracker.contract.Disposition;
import io.outcometracker.contract.Topics;
import io.outcometracker.loader.LoadReport;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whole studies, loaded as their sites would. */
class StudiesIT {
    @RegisterExtension
    static final SharedProduct product = new SharedProduct();

    /** Whose data the journal's readers can download, so that anybody can say whether our numbers are right. */
    @Test
    void reproducesEveryPrintedFigureOfAPublishedTrial() {
        LoadReport report = Study.REAL.load(product.process());

        assertThat(report.printed()).isEqualTo(66);
        assertThat(report.printedAgree()).isEqualTo(66);
        assertThat(report.figuresDifferent()).isZero();
        assertThat(report.applied()).isEqualTo(report.posted());
    }

    @ParameterizedTest
    @EnumSource
    void loadingAStudyTwiceChangesNothing(Study study) {
        LoadReport first = study.load(product.process());
        var metrics = product.client().metrics(study.trial());
        Map<String, String> standings = standings(study);

        LoadReport second = study.load(product.process());

        assertThat(second).isEqualTo(first);
        assertThat(standings(study)).isEqualTo(standings).hasSizeGreaterThan(1000);
        // Not even computed anew: with the times.
        assertThat(product.client().metrics(study.trial())).isEqualTo(metrics);
    }

    /** Which version of each record stands, and what became of it. */
    private static Map<String, String> standings(Study study) {
        Map<String, String> standings = new TreeMap<>();
        product.process().read(Topics.DISPOSITIONS, it -> {}).forEach(message -> {
            Disposition disposition = message.value();
            if (disposition != null && disposition.trial().equals(study.trial())) {
                standings.put(disposition.key(), disposition.currentVersion() + " " + disposition.currentFate());
            }
        });
        return standings;
    }
}

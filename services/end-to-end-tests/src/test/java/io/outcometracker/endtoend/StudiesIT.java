package io.outcometracker.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.outcometracker.contract.Disposition;
import io.outcometracker.contract.Topics;
import io.outcometracker.loader.LoadReport;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/** Whole studies, loaded as their sites would. */
class StudiesIT {
    @RegisterExtension
    static final SharedProduct product = new SharedProduct();

    /** Anybody can download the data of the published one, and say whether our numbers are right. */
    @ParameterizedTest
    @EnumSource
    void everyRecordCountsAndEveryPrintedFigureAgrees(Study study) {
        LoadReport report = study.loadOnce(product.process());

        assertThat(report.applied()).isEqualTo(report.posted());
        // Of a masked trial the sponsor is shown what was released, which may lag behind and is not compared.
        assertThat(report.figuresEqual() > 1000).isEqualTo(study != Study.MASKED);
        assertThat(report.figuresDifferent()).isZero();
        assertThat(report.printed()).isEqualTo(study == Study.REAL ? 66 : 0);
        assertThat(report.printedAgree()).isEqualTo(report.printed());
    }

    /** But for what is released in batches, which may be released just then. */
    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "MASKED")
    void loadingAStudyAgainChangesNothing(Study study) {
        LoadReport first = study.loadOnce(product.process());
        JsonNode metrics = product.client().settledMetrics(study.trial());
        Map<String, String> standings = standings(study);

        LoadReport second = study.load(product.process());

        assertThat(second).isEqualTo(first);
        assertThat(standings(study)).isEqualTo(standings).hasSizeGreaterThan(300);
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

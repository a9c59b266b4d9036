package io.outcometracker.endtoend.architecture;

import static com.tngtech.archunit.core.importer.ImportOption.Predefined.DO_NOT_INCLUDE_TESTS;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import io.outcometracker.endtoend.architecture.forbidden.benchmarks.PrintsItsResult;
import io.outcometracker.endtoend.architecture.forbidden.cohort.SeesIngest;
import io.outcometracker.endtoend.architecture.forbidden.cohort.chart.SeesKafka;
import io.outcometracker.endtoend.architecture.forbidden.cohort.tally.SeesMicrometer;
import io.outcometracker.endtoend.architecture.forbidden.cohort.verify.SeesChart;
import io.outcometracker.endtoend.architecture.forbidden.cohort.verify.SeesStatisticsToo;
import io.outcometracker.endtoend.architecture.forbidden.cohort.verify.SeesTally;
import io.outcometracker.endtoend.architecture.forbidden.contract.SeesStatistics;
import io.outcometracker.endtoend.architecture.forbidden.ingest.InjectsAField;
import io.outcometracker.endtoend.architecture.forbidden.ingest.LogsByJavaUtilLogging;
import io.outcometracker.endtoend.architecture.forbidden.ingest.RecordUtil;
import io.outcometracker.endtoend.architecture.forbidden.ingest.SeesMetrics;
import io.outcometracker.endtoend.architecture.forbidden.ingest.domain.SeesSpring;
import io.outcometracker.endtoend.architecture.forbidden.loader.SeesCohort;
import io.outcometracker.endtoend.architecture.forbidden.metrics.MetricsOfCohort;
import io.outcometracker.endtoend.architecture.forbidden.statistics.SeesContract;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ArchitectureTest {
    private static final ArchitectureRules RULES = new ArchitectureRules("io.outcometracker");
    private static final ArchitectureRules FOR_FORBIDDEN =
            new ArchitectureRules("io.outcometracker.endtoend.architecture.forbidden");

    private static JavaClasses product;
    private static JavaClasses forbidden;

    @BeforeAll
    static void read() {
        product = new ClassFileImporter().withImportOption(DO_NOT_INCLUDE_TESTS).importPackages(RULES.base());
        forbidden = new ClassFileImporter().importPackages(FOR_FORBIDDEN.base());
    }

    @TestFactory
    Stream<DynamicTest> theProductKeepsEveryRule() {
        return RULES.all().stream()
                .map(rule -> DynamicTest.dynamicTest(rule.getDescription(), () -> rule.check(product)));
    }

    @Test
    void looksAtEveryModule() {
        assertThat(product.stream().map(JavaClass::getPackageName).map(it -> it.split("\\.")[2]))
                .contains("allinone", "cohort", "contract", "ingest", "loader", "metrics", "statistics", "testkit");
    }

    static Stream<Arguments> violations() {
        return Stream.of(
                Arguments.of(FOR_FORBIDDEN.theEventContractStandsAlone(), List.of(SeesStatistics.class)),
                Arguments.of(FOR_FORBIDDEN.theStatisticsStandAlone(), List.of(SeesContract.class)),
                Arguments.of(FOR_FORBIDDEN.aServiceDoesNotSeeTheOthers("ingest"), List.of(SeesMetrics.class)),
                Arguments.of(FOR_FORBIDDEN.aServiceDoesNotSeeTheOthers("cohort"), List.of(SeesIngest.class)),
                Arguments.of(FOR_FORBIDDEN.aServiceDoesNotSeeTheOthers("metrics"), List.of(MetricsOfCohort.class)),
                Arguments.of(FOR_FORBIDDEN.onlyWhatRunsServicesSeesThem(), List.of(SeesCohort.class)),
                Arguments.of(
                        FOR_FORBIDDEN.domainPackagesSeeNoFramework(),
                        List.of(SeesSpring.class, SeesKafka.class, SeesMicrometer.class)),
                Arguments.of(
                        FOR_FORBIDDEN.verificationSharesNoComputation(),
                        List.of(SeesChart.class, SeesTally.class, SeesStatisticsToo.class)),
                Arguments.of(FOR_FORBIDDEN.everyPackageIsNullMarked(), List.of(PrintsItsResult.class)),
                Arguments.of(FOR_FORBIDDEN.dependenciesComeThroughConstructors(), List.of(InjectsAField.class)),
                Arguments.of(FOR_FORBIDDEN.loggingIsSlf4j(), List.of(LogsByJavaUtilLogging.class)),
                Arguments.of(FOR_FORBIDDEN.onlyWhatATerminalRunsPrints(), List.of(PrintsItsResult.class)),
                Arguments.of(FOR_FORBIDDEN.namesSayWhatAClassIsFor(), List.of(RecordUtil.class)));
    }

    /** A rule that finds nothing wrong anywhere would be kept by anything. */
    @ParameterizedTest
    @MethodSource("violations")
    void everyRuleFindsItsViolation(ArchRule rule, List<Class<?>> violators) {
        List<String> details = rule.evaluate(forbidden).getFailureReport().getDetails();

        assertThat(violators)
                .allSatisfy(violator -> assertThat(details)
                        .anySatisfy(detail -> assertThat(detail).contains(violator.getName())));
    }

    @Test
    void hasAViolationForEveryRule() {
        assertThat(violations().map(it -> ((ArchRule) it.get()[0]).getDescription()))
                .containsExactlyInAnyOrderElementsOf(FOR_FORBIDDEN.all().stream()
                        .map(ArchRule::getDescription)
                        .toList());
    }
}

package io.outcometracker.endtoend.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.lang.SimpleConditionEvent.violated;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_USE_FIELD_INJECTION;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;

/**
 * The rules of the code's structure.
 *
 * @param base package of the product
 */
record ArchitectureRules(String base) {
    private static final List<String> SERVICES = List.of("ingest", "cohort", "metrics");

    List<ArchRule> all() {
        return Stream.concat(
                        SERVICES.stream().map(this::aServiceDoesNotSeeTheOthers),
                        Stream.of(
                                theEventContractStandsAlone(),
                                theStatisticsStandAlone(),
                                onlyWhatRunsServicesSeesThem(),
                                domainPackagesSeeNoFramework(),
                                verificationSharesNoComputation(),
                                everyPackageIsNullMarked(),
                                dependenciesComeThroughConstructors(),
                                loggingIsSlf4j(),
                                onlyWhatATerminalRunsPrints(),
                                namesSayWhatAClassIsFor()))
                .toList();
    }

    ArchRule theEventContractStandsAlone() {
        return standsAlone("contract")
                .because("every service shares it, so whatever it imported would be shared by all of them");
    }

    ArchRule theStatisticsStandAlone() {
        return standsAlone("statistics")
                .because("pure functions can be checked, and used, without anything else of ours");
    }

    private ArchRule standsAlone(String module) {
        return noClasses()
                .that()
                .resideInAPackage(in(module))
                .should()
                .dependOnClassesThat(JavaClass.Predicates.resideInAPackage(base + "..")
                        .and(JavaClass.Predicates.resideOutsideOfPackage(in(module))))
                .as("%s imports nothing else of ours".formatted(module));
    }

    ArchRule aServiceDoesNotSeeTheOthers(String service) {
        String[] others = SERVICES.stream()
                .filter(it -> !it.equals(service))
                .map(this::in)
                .toArray(String[]::new);
        return noClasses()
                .that()
                .resideInAPackage(in(service))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(others)
                .as("the %s-service does not see the other services".formatted(service))
                .because("services are deployed, scaled and changed one by one; topics are what they share");
    }

    ArchRule onlyWhatRunsServicesSeesThem() {
        String[] services = SERVICES.stream().map(this::in).toArray(String[]::new);
        String[] maySee = Stream.concat(
                        Stream.of(services),
                        Stream.of("allinone", "endtoend", "benchmarks").map(this::in))
                .toArray(String[]::new);
        return noClasses()
                .that()
                .resideOutsideOfPackages(maySee)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(services)
                .as("only all-in-one, end-to-end-tests and benchmarks see services")
                .because("others meet a service as its users do, over HTTP and Kafka");
    }

    ArchRule domainPackagesSeeNoFramework() {
        return noClasses()
                .that()
                .resideInAnyPackage(in("ingest.domain"), in("cohort.chart"), in("cohort.tally"))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.springframework..", "org.apache.kafka..", "io.micrometer..")
                .as("domain packages see no Spring, Kafka or Micrometer")
                .because("the rules of trial work are read and tested without knowing what carries them");
    }

    /** The rule of small cells is shared: it decides what is shown, and computes nothing that is. */
    ArchRule verificationSharesNoComputation() {
        DescribedPredicate<JavaClass> counting = JavaClass.Predicates.resideInAPackage(in("cohort.tally"))
                .and(not(nameMatching(Pattern.quote(base) + "\\.cohort\\.tally\\.(Disclosure|Cell)(\\$.*)?")));
        return noClasses()
                .that()
                .resideInAPackage(in("cohort.verify"))
                .should()
                .dependOnClassesThat(JavaClass.Predicates.resideInAnyPackage(
                                in("cohort.chart"), in("cohort.stream"), in("statistics"))
                        .or(counting))
                .as("verification uses none of the charts, tallies, streams and statistics that it checks")
                .because("what is computed twice in the same way agrees also when it is wrong");
    }

    ArchRule everyPackageIsNullMarked() {
        return classes()
                .should(new ArchCondition<>("be in a package that is @NullMarked") {
                    @Override
                    public void check(JavaClass item, ConditionEvents events) {
                        if (!item.getPackage().isAnnotatedWith(NullMarked.class)) {
                            events.add(violated(item, item.getName() + " is in a package that is not @NullMarked"));
                        }
                    }
                })
                .because("the compiler checks for null only there");
    }

    ArchRule dependenciesComeThroughConstructors() {
        return NO_CLASSES_SHOULD_USE_FIELD_INJECTION.because(
                "a constructor shows what a class needs, and fields stay final");
    }

    ArchRule loggingIsSlf4j() {
        return noClasses()
                .that()
                .resideOutsideOfPackage(in("testkit"))
                .should()
                .dependOnClassesThat()
                .resideInAPackage("java.util.logging..")
                .because("one logging system has one configuration; the driver of the browser in tests has its own");
    }

    ArchRule onlyWhatATerminalRunsPrints() {
        return noClasses()
                .that()
                .resideOutsideOfPackages(in("loader"), in("allinone"), in("testkit"))
                .and()
                .doNotHaveFullyQualifiedName(base + ".cohort.CohortApplication")
                .and()
                .doNotHaveFullyQualifiedName(base + ".ingest.IngestApplication")
                .should(ACCESS_STANDARD_STREAMS)
                .because("a service logs; what is printed is read only by people at a terminal");
    }

    ArchRule namesSayWhatAClassIsFor() {
        return classes()
                .should()
                .haveNameNotMatching(".*(Util|Utils|Helper|Manager|Impl|DTO|Dto)")
                .because("such a name says how a class is used, not what it is");
    }

    private String in(String module) {
        return base + "." + module + "..";
    }
}

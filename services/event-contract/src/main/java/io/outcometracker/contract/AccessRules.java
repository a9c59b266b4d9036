package io.outcometracker.contract;

import static java.util.stream.Collectors.toCollection;

import io.outcometracker.contract.Topic.Audience;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/**
 * Who may do what on Kafka, as it follows from the catalogue: a service writes what it owns and reads what it needs, an
 * audience reads what is for it. Nobody may do anything that is not here. To write or to read includes to describe.
 */
public final class AccessRules {
    /**
     * What the names of cohort-service's consumer group, transactions and internal topics begin with. Internal topics
     * hold arms and scores.
     */
    public static final String COHORT_INTERNALS = "outcomes-cohort-service";

    private static final String ANY_HOST = "*";

    private AccessRules() {}

    /** The name of an audience's analysts: they share one, and what it may read. */
    public static String analysts(Audience audience) {
        return audience.name().toLowerCase(Locale.ROOT);
    }

    /** All that there are rules for. */
    public static List<String> principals() {
        return Stream.concat(
                        Services.all().stream(),
                        Arrays.stream(Audience.values()).map(AccessRules::analysts))
                .toList();
    }

    public static Set<AclBinding> all() {
        return Stream.concat(
                        Services.all().stream().flatMap(AccessRules::ofService),
                        Arrays.stream(Audience.values()).flatMap(AccessRules::ofAudience))
                .collect(toCollection(LinkedHashSet::new));
    }

    private static Stream<AclBinding> ofService(String service) {
        Stream<AclBinding> topics = Topics.of(service).stream().flatMap(it -> ofService(service, it));
        return service.equals(Services.COHORT) ? Stream.concat(topics, internalsOf(service)) : topics;
    }

    /** How a topic is kept a service checks when it starts. */
    private static Stream<AclBinding> ofService(String service, Topic<?> topic) {
        return Stream.of(
                        topic.isWrittenBy(service) ? Stream.of(AclOperation.WRITE) : Stream.<AclOperation>empty(),
                        topic.isReadBy(service) ? Stream.of(AclOperation.READ) : Stream.<AclOperation>empty(),
                        Stream.of(AclOperation.DESCRIBE_CONFIGS))
                .flatMap(it -> it)
                .map(it -> rule(service, ResourceType.TOPIC, PatternType.LITERAL, topic.name(), it));
    }

    /** Kafka Streams deletes from its repartition topics what it has read, for which it needs to be allowed to delete. */
    private static Stream<AclBinding> internalsOf(String service) {
        return Stream.concat(
                Stream.of(
                                AclOperation.CREATE,
                                AclOperation.WRITE,
                                AclOperation.READ,
                                AclOperation.DELETE,
                                AclOperation.DESCRIBE_CONFIGS)
                        .map(it -> rule(service, ResourceType.TOPIC, PatternType.PREFIXED, COHORT_INTERNALS + "-", it)),
                Stream.of(
                        rule(service, ResourceType.GROUP, PatternType.PREFIXED, COHORT_INTERNALS, AclOperation.READ),
                        rule(
                                service,
                                ResourceType.TRANSACTIONAL_ID,
                                PatternType.PREFIXED,
                                COHORT_INTERNALS + "-",
                                AclOperation.WRITE)));
    }

    private static Stream<AclBinding> ofAudience(Audience audience) {
        String analysts = analysts(audience);
        return Stream.concat(
                Topics.all().stream()
                        .filter(it -> it.audiences().contains(audience))
                        .map(it ->
                                rule(analysts, ResourceType.TOPIC, PatternType.LITERAL, it.name(), AclOperation.READ)),
                Stream.of(rule(analysts, ResourceType.GROUP, PatternType.PREFIXED, analysts + "-", AclOperation.READ)));
    }

    private static AclBinding rule(
            String principal, ResourceType type, PatternType pattern, String name, AclOperation operation) {
        return new AclBinding(
                new ResourcePattern(type, name, pattern),
                new AccessControlEntry(user(principal), ANY_HOST, operation, AclPermissionType.ALLOW));
    }

    /** As Kafka writes a principal that has a user's name. */
    static String user(String principal) {
        return "User:" + principal;
    }
}

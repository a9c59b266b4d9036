package io.outcometracker.contract;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import io.outcometracker.contract.Topic.Audience;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.Test;

class AccessRulesTest {
    private static final Set<Topic<?>> WITH_ARMS =
            Set.of(Topics.ENROLMENTS, Topics.COHORT_METRICS_UNBLINDED, Topics.TRIAL_SUMMARIES_UNBLINDED);

    @Test
    void onlyTheOwnerWritesATopic() {
        for (Topic<?> topic : Topics.all()) {
            assertThat(who(AclOperation.WRITE, topic.name()))
                    .as(topic.name())
                    .isEqualTo(topic.equals(Topics.AUDIT) ? Set.copyOf(Services.all()) : Set.of(topic.owner()));
        }
    }

    @Test
    void nobodyBlindedReadsArms() {
        for (Topic<?> topic : WITH_ARMS) {
            assertThat(who(AclOperation.READ, topic.name()))
                    .as(topic.name())
                    .doesNotContain(Services.METRICS, Services.METRICS_PUBLIC, "sponsor", "public", "auditors");
        }
    }

    @Test
    void noAnalystReadsWhatIsOfParticipants() {
        Set<String> analysts =
                Arrays.stream(Audience.values()).map(AccessRules::analysts).collect(toSet());
        assertThat(Topics.OF_PARTICIPANTS)
                .allSatisfy(topic ->
                        assertThat(who(AclOperation.READ, topic.name())).doesNotContainAnyElementsOf(analysts));
        assertThat(who(AclOperation.READ, Topics.DISPOSITIONS.name())).doesNotContainAnyElementsOf(analysts);
    }

    @Test
    void cohortServiceAloneReachesItsInternalTopics() {
        assertThat(AccessRules.all())
                .filteredOn(it -> it.pattern().resourceType() == ResourceType.TOPIC
                        && it.pattern().patternType() != PatternType.LITERAL)
                .isNotEmpty()
                .allSatisfy(it -> {
                    assertThat(it.entry().principal()).isEqualTo("User:" + Services.COHORT);
                    assertThat(it.pattern().name()).isEqualTo("outcomes-cohort-service-");
                });
    }

    @Test
    void nobodyMayDoAnythingToTheClusterOrToEveryTopic() {
        assertThat(AccessRules.all()).allSatisfy(it -> {
            assertThat(it.pattern().resourceType())
                    .isIn(ResourceType.TOPIC, ResourceType.GROUP, ResourceType.TRANSACTIONAL_ID);
            assertThat(it.pattern().name()).doesNotContain("*");
            assertThat(it.entry().permissionType()).isEqualTo(AclPermissionType.ALLOW);
            assertThat(it.entry().operation())
                    .isNotIn(AclOperation.ALL, AclOperation.ALTER, AclOperation.ALTER_CONFIGS);
        });
    }

    @Test
    void everyPrincipalHasRights() {
        assertThat(AccessRules.all().stream().map(it -> it.entry().principal()).distinct())
                .containsExactlyElementsOf(AccessRules.principals().stream()
                        .map(it -> "User:" + it)
                        .toList());
    }

    private static Set<String> who(AclOperation operation, String topic) {
        List<AclBinding> rules = AccessRules.all().stream()
                .filter(it -> it.entry().operation() == operation
                        && it.pattern().resourceType() == ResourceType.TOPIC
                        && it.pattern().name().equals(topic))
                .toList();
        return rules.stream()
                .map(it -> it.entry().principal().substring("User:".length()))
                .collect(toSet());
    }
}

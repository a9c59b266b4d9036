package io.outcometracker.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TopicsTest {

    @Test
    void theCatalogueIsComplete() throws IllegalAccessException {
        List<Object> constants = new ArrayList<>();
        for (Field field : Topics.class.getDeclaredFields()) {
            if (field.getType() == Topic.class && Modifier.isPublic(field.getModifiers())) {
                constants.add(field.get(null));
            }
        }
        assertThat(Topics.all()).hasSize(16).isEqualTo(constants);
    }

    @Test
    void namesFollowOneForm() {
        assertThat(Topics.all())
                .extracting(Topic::name)
                .doesNotHaveDuplicates()
                .allMatch(it -> it.matches("outcomes\\.[a-z]+(-[a-z]+)*\\.v[1-9]\\d*"));
        assertThat(Topics.COHORT_METRICS_UNBLINDED.schema())
                .isEqualTo("/schemas/cohort-metrics-unblinded-v1.schema.json");
    }

    @Test
    void historyIsNeverCompacted() {
        assertThat(Topics.OF_PARTICIPANTS).extracting(Topic::kept).containsOnly(Topic.Kept.FOR_EVER);
        assertThat(Topics.UNBLINDINGS.kept()).isEqualTo(Topic.Kept.FOR_EVER);
        assertThat(Topics.AUDIT.kept()).isEqualTo(Topic.Kept.FOR_EVER);
    }

    @Test
    void joinedTopicsHaveTheSamePartitions() {
        assertThat(Topics.OF_PARTICIPANTS)
                .contains(Topics.ENROLMENTS, Topics.FOLLOW_UPS, Topics.ADVERSE_EVENTS, Topics.ERASURES)
                .extracting(Topic::partitions)
                .containsOnly(Topics.ENROLMENTS.partitions());
    }
}

package io.outcometracker.contract;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** What a later description of the topics has broken of what an earlier one promised within a major version. */
final class Promise {
    /** For people, or no more than an example. */
    private static final Set<String> PROSE = Set.of("title", "summary", "description", "info", "examples");
    /** From names, which stay, to what each stands for; more may come. */
    private static final Set<String> GROWING_MAPS =
            Set.of("channels", "operations", "messages", "schemas", "properties", "$defs");
    /** What is in them stays; more may come. */
    private static final Set<String> GROWING_LISTS = Set.of("enum", "tags");

    private Promise() {}

    /** Where, as JSON pointers, and how; empty if the promise is kept. */
    static List<String> broken(JsonNode before, JsonNode after) {
        List<String> broken = new ArrayList<>();
        compare("", before, after, broken);
        return broken;
    }

    private static void compare(String path, JsonNode before, JsonNode after, List<String> broken) {
        if (before.isObject() && after.isObject()) {
            compareObjects(path, before, after, broken);
        } else if (before.isArray() && after.isArray() && before.size() == after.size()) {
            for (int i = 0; i < before.size(); i++) {
                compare(path + '/' + i, before.get(i), after.get(i), broken);
            }
        } else if (!Golden.same(before, after)) {
            broken.add(path + " is another");
        }
    }

    private static void compareObjects(String path, JsonNode before, JsonNode after, List<String> broken) {
        boolean growing = GROWING_MAPS.contains(path.substring(path.lastIndexOf('/') + 1));
        Set<String> names = new HashSet<>(before.propertyNames());
        names.addAll(after.propertyNames());
        for (String name : names) {
            String child = path + '/' + name;
            if (!growing && PROSE.contains(name)) {
                continue;
            }
            if (!after.has(name)) {
                broken.add(child + " is gone");
            } else if (!before.has(name)) {
                if (!growing) {
                    broken.add(child + " came");
                }
            } else if (!growing && GROWING_LISTS.contains(name)) {
                before.get(name).forEach(it -> {
                    if (after.get(name).valueStream().noneMatch(it::equals)) {
                        broken.add(child + " is without " + it);
                    }
                });
            } else if (!growing && name.equals("required")) {
                if (!values(before.get(name)).equals(values(after.get(name)))) {
                    broken.add(child + " is another");
                }
            } else {
                compare(child, before.get(name), after.get(name), broken);
            }
        }
    }

    private static Set<JsonNode> values(JsonNode list) {
        return new HashSet<>(list.values());
    }
}

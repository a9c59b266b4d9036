package io.outcometracker.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.outcometracker.testkit.Browser;
import io.outcometracker.testkit.TestKafka;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a monitor sees on the page while a site posts. */
@Tag("browser")
class LivePageIT {
    @RegisterExtension
    static final SharedProduct product = new SharedProduct();

    @Test
    void aPostedRecordChangesTheNumbersUnderTheEyesOfWhoLooks() {
        Client client = product.client();
        String trial = TestKafka.unique("live");
        Suite.read("late-baseline").run(client, trial);
        try (Browser browser = Browser.open(1280, 1000)) {
            browser.go(client.metricsService().resolve("/") + "#trial=" + trial + "&instrument=NRS&by=all");
            // Gone if the page were loaded again.
            browser.run("window.untouched = true");
            browser.until(() -> assertThat(m4(browser)).startsWith("3", "5.0 (1.00)"));

            post(client, trial, """
                    {"recordId":"P3-M4","version":2,"status":"amended","reasonForChange":"transcription error","site":"S2",
                     "participant":"P3","visit":"M4","instrument":"NRS","value":9,"assessedOn":"2025-06-03"}""");
            browser.until(() -> assertThat(m4(browser)).startsWith("3", "6.0 (2.65)"));

            post(client, trial, """
                    {"recordId":"P3-M4","version":3,"status":"entered-in-error","reasonForChange":"other participant","site":"S2",
                     "participant":"P3","visit":"M4","instrument":"NRS"}""");
            browser.until(() -> assertThat(m4(browser)).startsWith("2", "4.5 (0.71)"));
            assertThat(browser.run("return window.untouched")).isEqualTo(true);
        }
    }

    /** The cells of month 4 after its name. */
    private static List<String> m4(Browser browser) {
        return browser.rows("#scores").stream()
                .filter(it -> it.get(0).startsWith("M4"))
                .map(it -> it.subList(1, it.size()))
                .findFirst()
                .orElse(List.of());
    }

    private static void post(Client client, String trial, String record) {
        assertThat(client.post(trial, "follow-ups", "application/json", record).status())
                .isEqualTo(202);
    }
}

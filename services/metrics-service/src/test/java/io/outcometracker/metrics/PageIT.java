package io.outcometracker.metrics;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.outcometracker.contract.Cohort;
import io.outcometracker.contract.CohortMetric;
import io.outcometracker.contract.CohortMetric.ArmComparison;
import io.outcometracker.contract.CohortMetric.Distribution;
import io.outcometracker.contract.CohortMetric.Interval;
import io.outcometracker.contract.CohortMetric.MeanDifference;
import io.outcometracker.contract.CohortMetric.ResponderRate;
import io.outcometracker.contract.CohortMetric.Responders;
import io.outcometracker.contract.CohortMetric.Undefined;
import io.outcometracker.contract.Completeness;
import io.outcometracker.contract.Json;
import io.outcometracker.contract.Protocol;
import io.outcometracker.contract.Topics;
import io.outcometracker.contract.TrialSummary;
import io.outcometracker.testkit.Browser;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;
import org.w3c.dom.NodeList;

/** What a person sees, in a real browser. */
@Tag("browser")
class PageIT {
    /** Where the pictures of the README are renewed: {@code -Dpictures=docs}, from the module's folder. */
    private static final @Nullable String PICTURES = System.getProperty("pictures");

    private static final List<String> VIEWS =
            List.of("trend", "distribution", "responders", "differences", "completeness", "participants", "events");

    private static final List<String> OF_TRIAL = List.of("participants", "events");

    private static OwnBroker broker;
    private static RunningService service;
    private static Browser browser;

    @BeforeAll
    static void start() {
        browser = Browser.open(1280, 1000);
        broker = new OwnBroker();
        broker.createTopics();
        service = new RunningService(broker.bootstrapServers());
    }

    @AfterAll
    static void stop() {
        if (service != null) {
            service.close();
            broker.close();
        }
        if (browser != null) {
            browser.close();
        }
    }

    @AfterEach
    void leave() {
        browser.reset();
    }

    @Test
    void leadsFromNothingToNumbersThatFollowEveryCorrectionByThemselves() {
        try (OwnBroker fresh = new OwnBroker()) {
            fresh.createTopics();
            RunningService own = new RunningService(fresh.bootstrapServers());
            browser.until(() -> assertThat(own.isReady()).isTrue());
            browser.go(own.address() + "/#view=report");
            // Gone if the page were loaded again.
            browser.run("window.untouched = true");
            browser.until(() -> assertThat(browser.text("#empty")).startsWith("No trial yet"));

            fresh.publish(Topics.TRIALS, "T1", SampleTrial.protocol("T1"));
            browser.until(() -> assertThat(browser.text("#trend-why")).startsWith("No scores yet for NRS"));

            fresh.publish(SampleMetric.full("T1", "M6", "NRS", Cohort.ALL));
            browser.until(() -> assertThat(browser.rows("#scores"))
                    .containsExactly(List.of("Month 6", "24", "4.5 (1.25)", "4.0 to 5.0", "4.0 [3.5, 6.0]", "1 to 9")));
            assertThat(browser.rows("#changes"))
                    .containsExactly(List.of("Month 6", "20", "−2.2 (1.50)", "−2.9 to −1.5", "−2.0 [−3.0, −1.0]"));
            assertThat(browser.rows("#responders"))
                    .containsExactly(List.of(
                            "Month 6",
                            "10/19 (52.6 %) 31.7 to 72.7",
                            "10/30 (33.3 %) 19.2 to 51.2",
                            "5/19 (26.3 %) 11.8 to 48.8",
                            "5/30 (16.7 %) 7.3 to 33.6",
                            "13/20 (65.0 %) 43.3 to 81.9",
                            "13/30 (43.3 %) 27.4 to 60.8"));
            browser.find("#view-trend .picture")
                    .sendKeys(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT, Keys.ARROW_RIGHT, Keys.ARROW_RIGHT);
            assertThat(said()).isEqualTo("Month 6. All participants: 4.5 (4.0 to 5.0), n 24");

            fresh.publish(SampleMetric.of("T1", "M6", "NRS", Cohort.ALL, 25, 3));
            browser.until(() -> assertThat(browser.rows("#scores"))
                    .containsExactly(List.of("Month 6", "25", "3.0 (–)", "–", "3.0 [3.0, 3.0]", "3 to 3")));
            assertThat(browser.find("#changes").isDisplayed()).isFalse();

            fresh.publish(Topics.COHORT_METRICS, "T1|M6|NRS|all", null);
            browser.until(() -> assertThat(browser.text("#trend-why")).startsWith("No scores yet for NRS"));
            assertThat(browser.run("return window.untouched")).isEqualTo(true);
            assertThat(browser.complaints()).isEmpty();

            own.close();
            browser.until(() -> assertThat(browser.text("#notice")).startsWith("The service has not answered since"));
            assertThat(browser.text("#status")).isEqualTo("Service does not answer");
        }
    }

    @Test
    void asksForATokenWhereOneIsNeededAndSaysWhenItIsNotEnough() {
        try (IdentityProvider provider = new IdentityProvider();
                RunningService closed = new RunningService(
                        broker.bootstrapServers(),
                        "--spring.security.oauth2.resourceserver.jwt.issuer-uri=" + provider.issuer())) {
            publishSample("CLOSED");
            browser.until(() -> assertThat(closed.isReady()).isTrue());
            browser.go(closed.address());
            browser.until(() -> assertThat(browser.text("#empty-title")).isEqualTo("Sign in"));
            assertThat(browser.find("#content").isDisplayed()).isFalse();

            provider.role = "randomisation";
            browser.find("#token").sendKeys(provider.token("outcome-tracker"), Keys.ENTER);
            browser.until(() -> assertThat(browser.text("#empty-title")).isEqualTo("Not for you"));

            browser.run("delete sessionStorage.token");
            browser.until(() -> assertThat(browser.text("#empty-title")).isEqualTo("Sign in"));
            provider.role = "auditor";
            browser.find("#token").sendKeys(provider.token("outcome-tracker"), Keys.ENTER);
            browser.until(
                    () -> assertThat(browser.find("#content").isDisplayed()).isTrue());
            assertThat(browser.find("#sign-in").isDisplayed()).isFalse();
        }
    }

    @Test
    void saysThatTheServiceIsStillReading() {
        try (RunningService unready = new RunningService("127.0.0.1:1")) {
            browser.go(unready.address());

            browser.until(() -> assertThat(browser.text("#empty")).startsWith("Still reading"));
        }
    }

    @Test
    void showsACohortOfTheChosenGroupingPerRowInTheOrderOfTheProtocol() {
        SampleTrial sample = publishSample("ORDER");

        open("ORDER", "&instrument=NRS&by=arm");

        browser.until(() -> assertThat(browser.rows("#scores"))
                .extracting(it -> it.get(0))
                .startsWith(
                        "Baseline day −7",
                        "Bone-marrow MSC",
                        "Sham injection (control)",
                        "Week 4 day 28",
                        "Bone-marrow MSC"));
        CohortMetric sham = sample.metrics().stream()
                .filter(it -> it.key().equals("ORDER|W4|NRS|arm=SHAM"))
                .findFirst()
                .orElseThrow();
        assertThat(browser.rows("#scores").get(5).get(1))
                .isEqualTo(Long.toString(sham.value().n()));
        assertThat(browser.texts("#legend button")).containsExactly("Bone-marrow MSC", "Sham injection (control)");
        assertThat(browser.text("#about")).contains("ORDER · protocol version 3 · 2 arms · 4 sites");
    }

    @Test
    void roundsAsTrialTablesDo() {
        broker.publish(Topics.TRIALS, "ROUND", SampleTrial.protocol("ROUND"));
        // The doubles next to 2.15 and 1.005 lie just below them; a rounded -0.04 is no longer negative.
        Distribution value =
                new Distribution(9, 2.15, 1.005, 0.3, new Interval(-0.05, -0.04), 2.25, 0.35, 1e-7, 0.0, 100.0);
        broker.publish(new CohortMetric(
                "ROUND", "M6", "NRS", Cohort.ALL, value, null, null, null, null, false, null, Instant.EPOCH, 1));

        open("ROUND", "&by=all");

        browser.until(() -> assertThat(browser.rows("#scores"))
                .containsExactly(List.of("Month 6", "9", "2.2 (1.01)", "−0.1 to 0.0", "2.3 [0.4, 0.0]", "0 to 100")));
    }

    @Test
    void showsWhatIsNotKnownAndWhatMustNotBeShownAsSuch() {
        broker.publish(Topics.TRIALS, "GAPS", SampleTrial.protocol("GAPS"));
        broker.publish(
                SampleMetric.full("GAPS", "M6", "NRS", Cohort.arm("BM-MSC")),
                SampleMetric.empty("GAPS", "M12", "NRS", Cohort.arm("BM-MSC")),
                SampleMetric.suppressed("GAPS", "M6", "NRS", Cohort.arm("SHAM"), "fewer than 5 participants"));

        open("GAPS", "&view=report");

        browser.until(() -> assertThat(browser.rows("#scores"))
                .containsExactly(
                        List.of("Month 6 day 180"),
                        List.of("Bone-marrow MSC", "24", "4.5 (1.25)", "4.0 to 5.0", "4.0 [3.5, 6.0]", "1 to 9"),
                        List.of("Sham injection (control)", "fewer than 5 participants"),
                        List.of("Month 12 day 365"),
                        List.of("Bone-marrow MSC", "0", "–", "–", "–", "–")));
        assertThat(browser.rows("#responders").get(4))
                .containsExactly("Bone-marrow MSC", "0/0", "0/0", "0/0", "0/0", "–", "–");
    }

    @Test
    void showsEachArmAgainstControl() {
        broker.publish(Topics.TRIALS, "ARMS", SampleTrial.protocol("ARMS"));
        broker.publish(
                SampleMetric.full("ARMS", "M6", "NRS", Cohort.arm("SHAM")),
                SampleMetric.everything("ARMS", "M6", "NRS", Cohort.arm("BM-MSC")));

        open("ARMS", "&view=report");

        browser.until(() -> assertThat(browser.rows("#between"))
                .containsExactly(
                        List.of("Month 6 day 180"),
                        List.of(
                                "Bone-marrow MSC",
                                "20, 18",
                                "−1.4 −2.3 to −0.4",
                                "0.0050",
                                "−0.96 −1.61 to −0.30",
                                "20, 18",
                                "−1.3 −2.0 to −0.5",
                                "< 0.0001")));
        assertThat(browser.text("#between-note"))
                .startsWith("Each arm minus Sham injection.")
                .endsWith("Descriptive, unadjusted for repeated looks.");
        assertThat(browser.texts("#between thead th"))
                .containsExactly(
                        "Arm",
                        "Change from baseline",
                        "Standardised",
                        "Adjusted for baseline",
                        "n (arm, control)",
                        "Difference",
                        "p",
                        "Hedges’ g",
                        "n (arm, control)",
                        "Difference",
                        "p");
        assertThat(browser.rows("#scores").get(1)).endsWith("4.3 3.8 to 4.9", "2");
    }

    @Test
    void showsNoPWhereNoneIsPublishedAndWhyANumberIsNotThere() {
        SampleTrial sample = publishSample("NOP");
        CohortMetric one = sample.metrics().stream()
                .filter(it -> it.key().equals("NOP|W4|NRS|arm=BM-MSC"))
                .findFirst()
                .orElseThrow();
        MeanDifference none = new MeanDifference(24, 1, null, null, null, null, null, null, null, Undefined.TOO_FEW);
        broker.publish(new CohortMetric(
                one.trial(),
                one.visit(),
                one.instrument(),
                one.cohort(),
                one.value(),
                one.change(),
                null,
                null,
                null,
                null,
                null,
                new ArmComparison("SHAM", none, none, null),
                null,
                false,
                null,
                null,
                null,
                one.asOf(),
                one.protocolVersion()));

        open("NOP", "&view=differences");

        browser.until(() -> assertThat(browser.rows("#between").get(1))
                .containsExactly("Bone-marrow MSC", "24, 1", "– too few participants", "–", "–", "–"));
        assertThat(browser.rows("#between")).extracting(it -> it.get(0)).doesNotContain("Baseline day −7");
        assertThat(browser.texts("#between thead th")).doesNotContain("p");
    }

    @Test
    void comparesScoresWhereAnInstrumentHasNoBaseline() {
        publishSample("PGIC");

        open("PGIC", "&view=differences&instrument=PGIC");

        browser.until(() -> assertThat(browser.texts("#between thead th"))
                .containsExactly("Arm", "Score", "Standardised", "n (arm, control)", "Difference", "Hedges’ g"));
        assertThat(browser.rows("#between")).hasSize(8);
    }

    @Test
    void showsHowTheTrialGoes() {
        broker.publish(Topics.TRIALS, "GOES", SampleTrial.protocol("GOES"));
        for (Cohort cohort : List.of(Cohort.ALL, Cohort.site("LUND"))) {
            broker.publish(
                    Topics.COMPLETENESS,
                    "GOES|M6|NRS|" + cohort,
                    SampleMetric.completeness("GOES", "M6", "NRS", cohort));
            broker.publish(Topics.TRIAL_SUMMARIES, "GOES|" + cohort, SampleMetric.summary("GOES", cohort));
        }

        browser.go(service.address() + "/#trial=GOES&view=report&by=site");

        browser.until(() -> assertThat(browser.rows("#completeness"))
                .containsExactly(
                        List.of("Month 6 day 180"),
                        List.of("LUND", "38", "24", "63.2 %", "1, 3", "1", "6", "7"),
                        List.of("All sites", "38", "24", "63.2 %", "1, 3", "1", "6", "7")));
        browser.until(() -> assertThat(browser.rows("#flow"))
                .containsExactly(List.of(
                        "LUND", "40", "6 SCREEN FAILURE 6", "34", "32", "30", "1", "4 ADVERSE EVENT 3 DEATH 1")));
        assertThat(browser.rows("#events"))
                .containsExactly(List.of("LUND", "32", "8 25.0 %", "1", "5", "2", "1", "12", "2", "8.0"));
        assertThat(browser.text("#trend-why")).startsWith("No scores yet for NRS");
        assertThat(browser.captions()).containsExactly("Completeness, NRS", "Participant flow", "Adverse events");

        broker.publish(Topics.TRIAL_SUMMARIES, "GOES|site=LUND", null);
        browser.until(() -> assertThat(browser.find("#events").isDisplayed()).isFalse());
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void saysOfAMaskedTrialWhatIsKeptAndWhy() {
        String plan = Json.MAPPER
                .writeValueAsString(SampleTrial.protocol("MASKED"))
                .replace("\"masked\":false", "\"masked\":true");
        broker.publish(Topics.TRIALS, "MASKED", Json.MAPPER.readValue(plan, Protocol.class));
        CohortMetric full = SampleMetric.full("MASKED", "M6", "NRS", Cohort.ALL);
        ResponderRate full30 = requireNonNull(full.responders()).thirtyPercent();
        broker.publish(
                new CohortMetric(
                        full.trial(),
                        full.visit(),
                        full.instrument(),
                        full.cohort(),
                        full.value(),
                        null,
                        null,
                        null,
                        new Responders(
                                full30,
                                new ResponderRate(
                                        requireNonNull(full.responders().fiftyPercent())
                                                .observed(),
                                        null),
                                null),
                        null,
                        null,
                        null,
                        null,
                        false,
                        null,
                        List.of("change", "percentChange", "responders.50.imputed", "responders.mcid"),
                        Map.of(Topics.FOLLOW_UPS.name(), List.of(7L)),
                        full.asOf(),
                        3),
                SampleMetric.suppressed("MASKED", "M12", "NRS", Cohort.ALL, "SMALL_CELL"));
        broker.publish(
                Topics.COMPLETENESS,
                "MASKED|M6|NRS|site=LUND",
                SampleMetric.completeness("MASKED", "M6", "NRS", Cohort.site("LUND")));

        open("MASKED", "&view=report&by=all");

        String notShown = "Not shown: it would tell of fewer than 5 participants";
        browser.until(() -> assertThat(browser.rows("#changes"))
                .containsExactly(List.of("Month 6", notShown), List.of("Month 12", notShown)));
        assertThat(browser.rows("#scores").get(1)).containsExactly("Month 12", notShown);
        assertThat(browser.rows("#responders").get(0))
                .containsExactly(
                        "Month 6",
                        "10/19 (52.6 %) 31.7 to 72.7",
                        "10/30 (33.3 %) 19.2 to 51.2",
                        "5/19 (26.3 %) 11.8 to 48.8",
                        "not shown",
                        "not shown",
                        "not shown");
        assertThat(browser.text("#batches"))
                .startsWith("This view is released in batches, last on")
                .contains("2026");
        assertThat(browser.text("#about")).contains("masked: arms are not shown here");

        assertThat(browser.text("#differences-why"))
                .isEqualTo("This trial is masked: what is shown here names no arm, nor a difference between arms.");

        browser.until(() -> browser.find("#by input[value=site]").sendKeys(Keys.SPACE));
        browser.until(() -> assertThat(browser.text("#trend-why"))
                .isEqualTo("No scores of NRS by site. They are shown of all participants together."));
        assertThat(browser.rows("#completeness")).hasSize(2);
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void worksByKeyboardAndKeepsTheChoiceInItsAddress() {
        publishSample("KEYS");
        open("KEYS", "");
        browser.until(() -> assertThat(browser.rows("#scores")).isNotEmpty());

        browser.find("#by input[value=arm]").sendKeys(Keys.ARROW_RIGHT);
        browser.find("#instrument").sendKeys("ODI");
        browser.until(() -> browser.find("#trend-show").sendKeys("Change"));

        browser.until(() -> assertThat(title("trend")).startsWith("Mean change from baseline by visit"));
        assertThat(browser.rows("#scores")).extracting(it -> it.get(0)).contains("LEIDEN", "LUND");
        assertThat(browser.address()).endsWith("#trial=KEYS&view=trend&instrument=ODI&by=site&show=change");

        browser.find("#views a[data-view=responders]").sendKeys(Keys.ENTER);
        browser.until(() -> assertThat(title("responders")).startsWith("Responders by visit, ≥ 30 % (observed)"));
        browser.find("#responders-rule").sendKeys("MCID (imputed)");
        browser.until(() -> assertThat(title("responders")).startsWith("Responders by visit, MCID (imputed)"));
        assertThat(browser.address())
                .endsWith("#trial=KEYS&view=responders&instrument=ODI&by=site&show=change&rule=mcid-imputed");

        browser.go("about:blank");
        open("KEYS", "&instrument=ODI&by=site&show=change");
        browser.until(() -> assertThat(browser.text("#view-trend .note")).startsWith("ODI: Oswestry Disability Index"));
        assertThat(title("trend")).startsWith("Mean change from baseline by visit");
        assertThat(browser.rows("#scores")).extracting(it -> it.get(0)).contains("LEIDEN", "LUND");
    }

    @Test
    void showsWhatItWasAskedForAsSoonAsItIsThere() {
        publishSample("AHEAD");
        browser.go(service.address() + "/#trial=LATER&instrument=ODI&by=site");
        browser.until(() -> assertThat(browser.text("#about")).startsWith("AHEAD"));
        assertThat(browser.text("#notice"))
                .as("whoever is given an address must not take one trial for another")
                .isEqualTo("There is no trial LATER here, or it is not for you. This is AHEAD.");
        browser.find("#trend-show").sendKeys("Change");

        broker.publish(Topics.TRIALS, "LATER", SampleTrial.protocol("LATER"));
        browser.until(() -> assertThat(browser.text("#about")).startsWith("LATER"));
        browser.until(() -> assertThat(browser.find("#notice").isDisplayed()).isFalse());
        assertThat(browser.text("#trend-why")).startsWith("No scores yet for ODI");

        publishSample("LATER");
        browser.until(() -> assertThat(title("trend")).startsWith("Mean change from baseline by visit"));
        assertThat(browser.rows("#scores")).extracting(it -> it.get(0)).contains("LEIDEN", "LUND");
        assertThat(browser.address()).endsWith("#trial=LATER&view=trend&instrument=ODI&by=site&show=change");
    }

    @Test
    void givesItsConnectionBackWhileNobodyLooksAtItsTab() {
        publishSample("TABS");
        open("TABS", "&by=all");
        browser.until(() -> assertThat(browser.rows("#scores")).isNotEmpty());
        browser.run("""
                const {fetch} = window;
                window.streams = [];
                window.fetch = (path, how) => {
                  if (path.includes('/events')) streams.push(how.signal);
                  return fetch(path, how);
                };
                window.look = hidden => {
                  Object.defineProperty(document, 'hidden', {value: hidden, configurable: true});
                  document.dispatchEvent(new Event('visibilitychange'));
                };
                """);
        browser.find("#instrument").sendKeys("ODI");
        browser.until(() -> assertThat(browser.text("#scores")).contains("Scores, ODI"));

        browser.run("look(true)");
        assertThat(browser.run("return streams.map(it => it.aborted)")).isEqualTo(List.of(true));
        assertThat(browser.text("#status")).isEqualTo("Connecting");

        browser.run("look(false)");
        browser.until(() -> assertThat(browser.text("#status")).startsWith("Live"));
        assertThat(browser.run("return streams.map(it => it.aborted)")).isEqualTo(List.of(true, false));
    }

    @Test
    void goesOnFromWhereItWasToldAllAndReadsEveryCharacter() {
        browser.go(service.address());
        Object asked = browser.run("""
                const [asked, told] = [[], []];
                const answers = [
                  'id:one\\nevent:trial\\ndata:{"trial":"A\\u2028B"}\\n\\nid:two\\nevent:current\\ndata:{}\\n\\nevent:trial\\ndata:{}\\n\\n',
                  'id:\\nretry:1\\nevent:reset\\ndata:{}\\n\\nevent:trial\\ndata:{}\\n\\n',
                ];
                const {fetch} = window;
                window.fetch = async (path, how) => {
                  if (!path.includes('trials/T/')) return fetch(path, how);
                  asked.push(how.headers['Last-Event-ID'] ?? 'none');
                  return new Response(answers[asked.length - 1], {status: asked.length > answers.length ? 503 : 200});
                };
                const {follow} = await import('/feed.js');
                await new Promise(done => {
                  const stop = follow('T', 'I', {current: it => told.push(it.trial.trial), lost: () => { stop(); done(); }});
                });
                window.fetch = fetch;
                return [...asked, ...told];
                """);
        assertThat(asked).isEqualTo(List.of("none", "two", "none", "A\u2028B"));
    }

    @Test
    void hidesACohortInPicturesButNotInTables() {
        publishSample("HIDE");
        open("HIDE", "&by=arm");
        browser.until(() -> assertThat(browser.all("#legend button")).hasSize(2));

        browser.all("#legend button").get(0).click();

        assertThat(browser.all("#legend button").get(0).getDomAttribute("aria-pressed"))
                .isEqualTo("false");
        browser.find("#view-trend .picture").sendKeys(Keys.ARROW_RIGHT);
        assertThat(said()).startsWith("Baseline. Sham injection (control): ");
        assertThat(browser.rows("#scores")).extracting(it -> it.get(0)).contains("Bone-marrow MSC");
        assertThat(browser.address()).endsWith("&hide=BM-MSC");
    }

    @Test
    void callsAnArmByItsCodeWhereItsLabelIsLong() {
        String label = "Injection of the participant's own bone-marrow mesenchymal cells";
        broker.publish(
                Topics.TRIALS,
                "LONG",
                Json.MAPPER.readValue(
                        Json.MAPPER
                                .writeValueAsString(SampleTrial.protocol("LONG"))
                                .replace("Bone-marrow MSC", label),
                        Protocol.class));
        broker.publish(SampleMetric.full("LONG", "M6", "NRS", Cohort.arm("BM-MSC")));
        broker.publish(SampleMetric.full("LONG", "M6", "NRS", Cohort.arm("SHAM")));

        open("LONG", "");

        browser.until(
                () -> assertThat(browser.text("#legend")).isEqualTo("BM-MSC: " + label + " Sham injection (control)"));
        assertThat(browser.rows("#scores"))
                .extracting(it -> it.get(0))
                .containsExactly("Month 6 day 180", "BM-MSC", "Sham injection (control)");
    }

    @Test
    void takesTextsOfTheDataForNothingButTexts(@TempDir Path folder) throws Exception {
        String nasty = "<img src=x onerror=\"window.hacked = true\">";
        Protocol protocol = Json.MAPPER.readValue(
                Json.MAPPER
                        .writeValueAsString(SampleTrial.protocol("NASTY"))
                        .replace("Mesenchymal stromal cells for chronic low back pain", nasty.replace("\"", "\\\""))
                        .replace("Month 6", "<b>Month 6</b>")
                        .replace("Average back pain last week", "</option><script>window.hacked = true</script>"),
                Protocol.class);
        broker.publish(Topics.TRIALS, "NASTY", protocol);
        broker.publish(SampleMetric.full("NASTY", "M6", "NRS", new Cohort("cellSource", nasty)));
        broker.publish(SampleMetric.full("NASTY", "M6", "NRS", new Cohort("cellSource", "marrow, own & {a|b}")));

        browser.downloadTo(folder);
        open("NASTY", "&by=cellSource");

        browser.until(() -> assertThat(browser.text("#scores")).contains("<b>Month 6</b>", nasty));
        assertThat(browser.text("#title")).isEqualTo(nasty);
        assertThat(browser.all("main img, main script, main b b, #scores b")).isEmpty();
        assertThat(browser.run("return window.hacked")).isNull();

        browser.find("#view-trend [data-file=svg]").click();
        Path svg = folder.resolve("NASTY-NRS-trend.svg");
        browser.until(() -> assertThat(svg).isNotEmptyFile());
        assertThat(texts(svg)).contains(nasty, "marrow, own & {a|b}");

        browser.all("#legend button").get(0).click();
        browser.find("#view-trend .picture")
                .sendKeys(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT, Keys.ARROW_RIGHT, Keys.ARROW_RIGHT);
        assertThat(said()).contains("Month 6", "marrow").doesNotContain("<img");
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void fitsAPhone() {
        publishSample("PHONE");
        browser.shrink(375, 700);

        open("PHONE", "&view=report&by=site");

        browser.until(() -> assertThat(browser.rows("#responders")).isNotEmpty());
        assertThat(browser.run("return document.documentElement.scrollWidth")).isEqualTo(375L);
        assertThat(browser.all(".picture svg"))
                .hasSize(7)
                .allSatisfy(it -> assertThat(it.getSize().width).isLessThan(375));
    }

    @Test
    void keepsEveryPictureAsAFileAndItsNumbersToo(@TempDir Path folder) throws Exception {
        publishSample("FILES");
        browser.downloadTo(folder);
        open("FILES", "&view=report&by=arm");
        browser.until(() -> assertThat(browser.all(".picture svg")).hasSize(VIEWS.size()));

        for (String view : VIEWS) {
            String name = OF_TRIAL.contains(view) ? "FILES-" + view : "FILES-NRS-" + view;
            for (String kind : List.of("png", "svg", "csv")) {
                browser.find("#view-" + view + " [data-file=" + kind + "]").sendKeys(Keys.ENTER);
                browser.until(
                        () -> assertThat(folder.resolve(name + '.' + kind)).isNotEmptyFile());
            }
            BufferedImage png = ImageIO.read(folder.resolve(name + ".png").toFile());
            assertThat(png.getWidth()).as(view).isEqualTo(2000);
            assertThat(png.getRGB(1, 1))
                    .as("light, also where the page is dark")
                    .isEqualTo(0xFFFFFFFF);
            assertThat(inks(png)).as("colours of " + view).isGreaterThan(3);
            assertThat(texts(folder.resolve(name + ".svg")))
                    .contains(title(view))
                    .anySatisfy(it -> assertThat(it).startsWith("FILES, Mesenchymal stromal cells for chronic low"));
        }
        assertThat(folder.resolve("FILES-NRS-trend.csv"))
                .hasContent(service.get("/api/v1/trials/FILES/metrics.csv?instrument=NRS&by=arm")
                        .body());
        assertThat(folder.resolve("FILES-NRS-differences.csv"))
                .hasContent(service.get("/api/v1/trials/FILES/comparisons.csv?instrument=NRS")
                        .body());
        assertThat(folder.resolve("FILES-events.csv"))
                .hasContent(
                        service.get("/api/v1/trials/FILES/adverse-events.csv").body());
        assertThat(texts(folder.resolve("FILES-NRS-completeness.svg"))).contains("LEIDEN", "All sites", "Month 6");
        assertThat(texts(folder.resolve("FILES-participants.svg")))
                .contains("Assessed for eligibility", "n = 108", "Screen failure: 12", "Randomised", "n = 96");
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void saysInAPictureFromWhenItsNumbersAre(@TempDir Path folder) throws Exception {
        publishSample("STALE");
        browser.downloadTo(folder);
        open("STALE", "");
        browser.until(() -> assertThat(browser.rows("#scores")).isNotEmpty());
        browser.run("""
                const {fetch} = window;
                window.fetch = async (path, how) => {
                  const answer = await fetch(path, how);
                  if (!path.includes('/events')) return answer;
                  const old = new TransformStream({transform: (text, to) =>
                    to.enqueue(text.replace(/"completeAsOf":"[^"]*"/, '"completeAsOf":"2020-01-31T10:00:00Z"'))});
                  return new Response(answer.body.pipeThrough(new TextDecoderStream()).pipeThrough(old).pipeThrough(new TextEncoderStream()));
                };
                """);
        browser.find("#instrument").sendKeys("ODI");
        browser.until(() -> assertThat(browser.text("#notice")).contains("These numbers are from then"));

        browser.find("#view-trend [data-file=svg]").click();
        Path svg = folder.resolve("STALE-ODI-trend.svg");
        browser.until(() -> assertThat(svg).isNotEmptyFile());
        assertThat(texts(svg)).anySatisfy(it -> assertThat(it).contains("as of Jan 31, 2020"));
    }

    @Test
    void hasNoFaultForPeopleWithADisabilityInAnyView() {
        publishSample("OPEN");
        for (boolean phone : List.of(false, true)) {
            for (boolean dark : List.of(false, true)) {
                browser.reset();
                if (phone) {
                    browser.shrink(375, 700);
                }
                if (dark) {
                    browser.darken();
                }
                open("OPEN", "&view=report&by=arm");
                browser.until(() -> assertThat(browser.all(".picture svg")).hasSize(VIEWS.size()));

                assertThat(browser.faults())
                        .as("faults%s%s", phone ? " on a phone" : "", dark ? " in the dark" : "")
                        .isEmpty();
                if (PICTURES != null && phone == dark) {
                    takePictures(
                            Path.of(PICTURES), phone ? List.of("trend") : VIEWS, phone ? "-phone-dark.png" : ".png");
                }
            }
        }
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void worksByKeyboardAlone() {
        publishSample("TAB");
        open("TAB", "&by=arm");
        browser.until(() -> assertThat(browser.all("#view-trend .picture svg")).hasSize(1));

        browser.tabTo("#views a[data-view=differences]");
        browser.press(Keys.ENTER);
        browser.until(() -> assertThat(browser.rows("#between")).isNotEmpty());
        browser.tabTo("#differences-method");
        browser.press("ANCOVA");
        browser.until(() -> assertThat(browser.text("#view-differences .note")).contains("analysis of covariance"));
        browser.tabTo("#view-differences [data-file=svg]");
        browser.tabTo("#view-differences .picture");
        browser.tabTo("#view-differences .scroll");
    }

    private static void takePictures(Path folder, List<String> views, String ending) {
        for (String view : views) {
            open("OPEN", "&view=" + view + "&by=arm");
            browser.until(() -> assertThat(
                            browser.find("#view-" + view + " .picture svg").isDisplayed())
                    .isTrue());
            browser.run("if (innerWidth < 500) document.querySelector('#views').scrollIntoView()");
            browser.picture(folder.resolve(view + ending));
        }
    }

    /** What a picture tells those who read it by the arrow keys. */
    private static String said() {
        return browser.run("return document.querySelector('#view-trend [aria-live]').textContent")
                .toString();
    }

    private static String title(String view) {
        return browser.text("#view-" + view + " h2");
    }

    private static long inks(BufferedImage picture) {
        return IntStream.range(0, picture.getHeight())
                .flatMap(y -> IntStream.range(0, picture.getWidth()).map(x -> picture.getRGB(x, y)))
                .distinct()
                .count();
    }

    private static List<String> texts(Path svg) throws Exception {
        NodeList found = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(svg.toFile())
                .getElementsByTagName("text");
        return IntStream.range(0, found.getLength())
                .mapToObj(it -> found.item(it).getTextContent())
                .toList();
    }

    private static void open(String trial, String more) {
        browser.go(service.address() + "/#trial=" + trial + more);
    }

    /** Returns once the service has all of its metrics. */
    private SampleTrial publishSample(String trial) {
        SampleTrial sample = SampleTrial.of(trial, 7);
        broker.publish(Topics.TRIALS, trial, sample.protocol());
        broker.publish(sample.metrics().toArray(CohortMetric[]::new));
        broker.publish(Topics.COMPLETENESS, sample.completeness(), Completeness::key);
        broker.publish(Topics.TRIAL_SUMMARIES, sample.summaries(), TrialSummary::key);
        browser.until(() ->
                assertThat(service.metrics(trial)).hasSize(sample.metrics().size()));
        return sample;
    }
}

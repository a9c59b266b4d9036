package io.outcometracker.ingest;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import io.outcometracker.contract.Disposition;
import io.outcometracker.contract.Disposition.Assessed;
import io.outcometracker.contract.Disposition.Fate;
import io.outcometracker.contract.Disposition.Subject;
import io.outcometracker.contract.FollowUp;
import io.outcometracker.contract.Topics;
import io.outcometracker.testkit.Browser;
import io.outcometracker.testkit.TestKafka;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.UseMainMethod;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** What a site's data manager sees, in a real browser. */
@Tag("browser")
@DirtiesContext
@SpringBootTest(useMainMethod = UseMainMethod.ALWAYS, webEnvironment = WebEnvironment.RANDOM_PORT)
class SitePageIT {
    private static final Path PICTURES = Path.of("target", "pictures");
    private static final String HEADER =
            "recordId,site,participant,visit,instrument,value,assessedOn,reasonForChange\r\n";
    private static final String GOOD = "R1,S01,P-0007,BL,NRS,7,2026-01-05,\r\n";
    private static final String TOO_HIGH = "R2,S01,P-0007,M4,NRS,44,2026-05-05,\r\n";
    private static final String ALSO_GOOD = "R3,S01,P-0008,BL,NRS,5,2026-01-06,\"typing error, corrected\"\r\n";
    private static final String IDENTIFYING = "R4,S01,P-0009,BL,NRS,5,2026-01-06,ask jane@example.org\r\n";

    @RegisterExtension
    static final TestKafka kafka = new TestKafka();

    @TempDir
    static Path state;

    private static Browser browser;

    @TempDir
    Path files;

    @DynamicPropertySource
    static void settings(DynamicPropertyRegistry registry) {
        Site.addSettings(registry, kafka, state);
    }

    private final String trial = TestKafka.unique("T");
    private final String token = Site.TOKENS.of("site", trial, "S01");
    private Site site;

    @BeforeAll
    static void open() {
        browser = Browser.open(1100, 1000);
    }

    @AfterAll
    static void close() {
        if (browser != null) {
            browser.close();
        }
    }

    @BeforeEach
    void open(@LocalServerPort int port) {
        site = new Site(port);
        browser.startAnew();
        browser.downloadTo(files);
        assertThat(site.put("/api/v1/trials/" + trial, "application/yaml", """
                        version: 1
                        title: Cells for backs
                        sites: [S01]
                        visits:
                          - {code: BL, day: 1, windowOpen: -14, windowClose: 1, baseline: true}
                          - {code: M4, day: 121, windowOpen: 107, windowClose: 135}
                        instruments:
                          - {code: NRS, min: 0, max: 10, decimals: 0, step: 1, higherIsWorse: true}
                        """).statusCode())
                .isEqualTo(201);
        browser.go(site.address() + "/");
        enter(token);
        awaitTrial();
        browser.find("#trial option[value=" + trial + "]").click();
    }

    private void choose(String name, String csv) throws IOException {
        browser.find("#file")
                .sendKeys(Files.writeString(files.resolve(name), csv).toString());
    }

    private void enter(String other) {
        browser.find("#token").clear();
        browser.find("#token").sendKeys(other, Keys.TAB);
    }

    private void awaitTrial() {
        browser.until(() ->
                assertThat(browser.all("#trial option[value=" + trial + "]")).hasSize(1));
    }

    private List<FollowUp> written(int count) {
        return kafka
                .read(
                        Topics.FOLLOW_UPS,
                        all -> assertThat(all)
                                .filteredOn(it -> it.key().startsWith(trial + "|"))
                                .hasSize(count))
                .stream()
                .filter(it -> it.key().startsWith(trial + "|"))
                .map(it -> it.value())
                .toList();
    }

    private void decide(FollowUp record, Fate fate) {
        decide(record, fate, null);
    }

    private void decide(FollowUp record, Fate fate, @Nullable Assessed assessed) {
        Disposition disposition = new Disposition(
                trial,
                record.participant(),
                Subject.FOLLOW_UP,
                record.recordId(),
                1,
                fate,
                1,
                fate,
                Instant.now(),
                record.site(),
                assessed);
        kafka.produce(Topics.DISPOSITIONS, disposition.key(), disposition);
    }

    @Test
    void hasNoFaultForPeopleWithADisability() throws IOException {
        browser.drop("#drop", "scores.csv", HEADER + GOOD + TOO_HIGH);
        browser.until(
                () -> assertThat(browser.text("#verdict-title")).isEqualTo("1 row in order, 1 row with problems"));

        assertThat(browser.faults()).isEmpty();
        browser.darken();
        assertThat(browser.faults()).as("in the dark").isEmpty();
        browser.shrink(375, 700);
        assertThat(browser.faults()).as("on a phone in the dark").isEmpty();
    }

    @Test
    void saysBeforeAndAfterSendingWhatBecomesOfEachRow() throws IOException {
        browser.drop("#drop", "scores.csv", HEADER + GOOD + TOO_HIGH + ",,,,,,,\r\n" + ALSO_GOOD + IDENTIFYING);

        browser.until(
                () -> assertThat(browser.text("#verdict-title")).isEqualTo("2 rows in order, 2 rows with problems"));
        assertThat(browser.text("#about")).isEqualTo("scores.csv: nothing is sent yet.");
        assertThat(browser.text("#send")).isEqualTo("Send the 2 rows in order");
        assertThat(browser.rows("#rows"))
                .containsExactly(
                        List.of("3", "R2", "Refused", "value must be 0 to 10 (NRS)"),
                        List.of(
                                "6",
                                "R4",
                                "Refused",
                                "reasonForChange has what looks like an e-mail or web address; say it without anything that may tell who somebody is"));
        browser.picture(PICTURES.resolve("before.png"));
        browser.find("input[value=all]").sendKeys(Keys.SPACE);
        assertThat(browser.rows("#rows"))
                .extracting(it -> it.get(2))
                .containsExactly("In order", "Refused", "In order", "Refused");
        assertThat(browser.rows("#rows")).extracting(it -> it.get(0)).containsExactly("2", "3", "5", "6");
        assertThat(written(0)).isEmpty();

        browser.find("#download").click();
        Path problems = files.resolve("problems.csv");
        browser.until(() -> assertThat(problems).exists());
        assertThat(Files.readAllLines(problems))
                .hasSize(3)
                .contains("\"3\",\"R2\",\"value\",\"OUT_OF_RANGE\",\"value must be 0 to 10 (NRS)\"")
                .anyMatch(it -> it.startsWith("\"6\",\"R4\",\"reasonForChange\",\"IDENTIFYING_VALUE\","))
                .noneMatch(it -> it.contains("jane"));

        browser.find("#send").click();
        List<FollowUp> sent = written(2);
        assertThat(sent).extracting(FollowUp::recordId).containsExactlyInAnyOrder("R1", "R3");
        sent.forEach(it -> decide(it, it.recordId().equals("R1") ? Fate.APPLIED : Fate.CONFLICT));
        browser.until(
                () -> assertThat(browser.text("#verdict-title")).isEqualTo("2 rows received, 1 settled, 3 to look at"));
        browser.find("input[value=all]").sendKeys(Keys.SPACE);
        assertThat(browser.rows("#rows"))
                .extracting(it -> it.get(2))
                .containsExactly("Counts", "Refused", "Conflict", "Refused");
        assertThat(browser.rows("#rows").get(2).get(3))
                .startsWith("Another record holds the same visit and instrument.");
        assertThat(browser.find("#send").isDisplayed()).isFalse();
        browser.picture(PICTURES.resolve("after.png"));

        browser.find("#record").sendKeys("R3", Keys.ENTER);
        browser.until(() -> assertThat(browser.text("#fate")).contains("P-0008", "Conflict", "Another record holds"));
        assertThat(browser.complaints()).isEmpty();
        assertThat(browser.address()).isEqualTo(site.address() + "/");
        assertThat(browser.run("return JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie])"))
                .isEqualTo("[{},{\"token\":\"" + token + "\"},\"\"]");
    }

    @Test
    void marksWhatWasAssessedOutsideItsWindow() throws IOException {
        choose("late.csv", HEADER + GOOD);
        browser.until(() -> assertThat(browser.text("#send")).isEqualTo("Send 1 row"));
        browser.find("#send").click();
        decide(written(1).get(0), Fate.APPLIED, new Assessed("BL", 13));

        browser.until(
                () -> assertThat(browser.text("#verdict-title")).isEqualTo("1 row received, 0 settled, 1 to look at"));
        String late = "assessed 12 days after the window closed; kept and counted as late";
        assertThat(browser.rows("#rows")).containsExactly(List.of("2", "R1", "Counts, late", "assessedOn: " + late));
        browser.find("#record").sendKeys("R1", Keys.ENTER);
        browser.until(() -> assertThat(browser.text("#fate")).contains("Counts, late", late));
    }

    @Test
    void sendsTheSameRowsAgainWithoutHarm() throws IOException {
        choose("one.csv", HEADER + GOOD);
        browser.until(() -> assertThat(browser.text("#send")).isEqualTo("Send 1 row"));
        browser.find("#send").click();
        decide(written(1).get(0), Fate.APPLIED);
        browser.until(() -> assertThat(browser.text("#verdict-title")).startsWith("1 row received, 1 settled"));

        choose("one.csv", HEADER + GOOD);
        browser.until(() -> assertThat(browser.text("#send")).isEqualTo("Send 1 row"));
        browser.find("#send").click();
        decide(written(2).get(1), Fate.DUPLICATE);

        browser.until(() -> assertThat(browser.rows("#rows").get(0).get(2)).isEqualTo("There already"));
    }

    @Test
    void worksByKeyboardAlone() throws IOException {
        browser.run("sessionStorage.clear()");
        browser.go(site.address() + "/");
        browser.until(() -> assertThat(browser.text("#notice")).isEqualTo("Enter your access token first."));
        browser.press(Keys.TAB);
        browser.tabTo("#token");
        browser.press(token, Keys.TAB);
        awaitTrial();
        browser.tabTo("#trial");
        browser.tabTo("#kind");
        browser.tabTo("#file");
        choose("scores.csv", HEADER + GOOD + TOO_HIGH);
        browser.until(() ->
                assertThat(browser.run("return document.activeElement.id")).isEqualTo("verdict-title"));

        browser.tabTo("#send");
        browser.press(Keys.ENTER);
        decide(written(1).get(0), Fate.APPLIED);
        browser.until(() -> assertThat(browser.text("#verdict-title")).startsWith("1 row received"));
        assertThat(browser.run("return document.activeElement.id")).isEqualTo("verdict-title");
        assertThat(browser.run("return document.getElementById('live').textContent"))
                .isEqualTo(browser.text("#verdict-title"));

        browser.tabTo("input[name=shown]");
        browser.press(Keys.ARROW_RIGHT);
        assertThat(browser.rows("#rows")).hasSize(2);
        browser.tabTo("#record");
        browser.press("R1", Keys.ENTER);
        browser.until(() -> assertThat(browser.text("#fate")).contains("Counts"));
        assertThat(browser.run("return sessionStorage.getItem('token')")).isEqualTo(token);
        assertThat(browser.run("return localStorage.length")).isEqualTo(0L);
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void saysWhatIsWrongWithAWholeFile() throws IOException {
        choose("names.csv", "recordId,Date of birth\r\nR1,1955-03-13\r\n");
        browser.until(() -> assertThat(browser.text("#notice"))
                .contains("Column 2 (Date of birth): this may tell who the participant is"));

        choose("typo.csv", "record_id\r\nR1\r\n");
        browser.until(() -> assertThat(browser.text("#notice")).contains("did you mean recordId?"));

        choose("empty.csv", "recordId\r\n\r\n");
        browser.until(() -> assertThat(browser.text("#notice")).isEqualTo("The file has a header and no rows."));
        assertThat(browser.find("#verdict").isDisplayed()).isFalse();
        browser.picture(PICTURES.resolve("notice.png"));
    }

    @Test
    void saysWhatAnAccessTokenIsNotGoodFor() throws IOException {
        choose("scores.csv", HEADER + GOOD);
        browser.until(() -> assertThat(browser.text("#send")).isEqualTo("Send 1 row"));

        enter("not-a-token");
        browser.until(() -> assertThat(browser.text("#notice"))
                .startsWith("The service does not accept this access token.")
                .contains("ask your trial manager for a new one"));
        assertThat(browser.all("#trial option")).isEmpty();
        browser.find("#record").sendKeys("R1", Keys.ENTER);
        browser.until(() -> assertThat(browser.text("#fate")).isEqualTo("Choose a trial first."));

        enter(Site.TOKENS.of("site", "OTHER", "S01"));
        browser.until(() ->
                assertThat(browser.text("#notice")).isEqualTo("There is no trial yet that your access token is for."));

        enter(Site.TOKENS.of("auditor", trial, "*"));
        browser.until(() -> assertThat(browser.text("#notice"))
                .startsWith(
                        "Your access token does not allow this: it is for another trial, or not for such records."));
        assertThat(browser.find("#verdict").isDisplayed()).isFalse();
        browser.picture(PICTURES.resolve("forbidden.png"));

        enter(Site.TOKENS.of("site", trial, "S02"));
        browser.until(
                () -> assertThat(browser.text("#verdict-title")).isEqualTo("0 rows in order, 1 row with problems"));
        assertThat(browser.rows("#rows").get(0).get(3)).startsWith("site ");

        enter(token);
        browser.find("#record").clear();
        browser.find("#clear").click();
        choose("scores.csv", HEADER + GOOD);
        browser.until(() -> assertThat(browser.text("#send")).isEqualTo("Send 1 row"));
        assertThat(written(0)).isEmpty();
    }

    @Test
    void takesTextsOfTheFileForNothingButTexts() {
        browser.drop(
                "#drop", "<b>x</b>.csv", HEADER + "<img src=x onerror=alert(1)>,S01,P-0007,BL,NRS,7,2026-01-05,\r\n");

        browser.until(() -> assertThat(browser.rows("#rows").get(0).get(1)).isEqualTo("<img src=x onerror=alert(1)>"));
        assertThat(browser.text("#about")).startsWith("<b>x</b>.csv");
        assertThat(browser.all("main img, main b")).isEmpty();
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void staysUsableWithThousandsOfRows() {
        String rows = IntStream.range(0, 5000)
                .mapToObj(it -> "L" + it + ",S01,P-0007,BL,NRS," + (it % 10 == 0 ? 11 : 4) + ",2026-01-05,\r\n")
                .collect(joining());

        browser.drop("#drop", "many.csv", HEADER + rows);

        browser.until(() ->
                assertThat(browser.text("#verdict-title")).isEqualTo("4,500 rows in order, 500 rows with problems"));
        assertThat(browser.run("return document.querySelectorAll('#rows tbody tr').length"))
                .isEqualTo(200L);
        browser.find("#more").click();
        assertThat(browser.run("return document.querySelectorAll('#rows tbody tr').length"))
                .isEqualTo(400L);
    }

    @Test
    void fitsAPhoneByDayAndNight() {
        browser.shrink(390, 800);
        browser.drop("#drop", "scores.csv", HEADER + GOOD + TOO_HIGH + IDENTIFYING);
        browser.until(() -> assertThat(browser.rows("#rows")).hasSize(2));

        assertThat(browser.run("return document.documentElement.scrollWidth")).isEqualTo(390L);
        browser.picture(PICTURES.resolve("phone.png"));
        browser.run("document.getElementById('verdict').scrollIntoView()");
        browser.picture(PICTURES.resolve("phone-verdict.png"));
        browser.darken();
        browser.picture(PICTURES.resolve("phone-dark.png"));
        browser.run("scrollTo(0, 0)");
        browser.picture(PICTURES.resolve("phone-dark-top.png"));
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void showsTheDescriptionOfTheApi() {
        browser.go(site.address() + "/docs/");

        browser.until(() -> assertThat(browser.all("#api .opblock")).hasSizeGreaterThan(8));
        browser.picture(PICTURES.resolve("api.png"));
        assertThat(browser.complaints()).isEmpty();
    }
}

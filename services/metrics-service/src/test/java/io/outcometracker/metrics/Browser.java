package io.outcometracker.metrics;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.awaitility.core.ThrowingRunnable;
import org.openqa.selenium.By;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/** Chromium without a screen, as Debian has it. */
final class Browser implements AutoCloseable {
    /** Held, so that it stays as quiet as it is made below. */
    private static final Logger SELENIUM = Logger.getLogger("org.openqa.selenium");

    private final ChromeDriver driver;

    private Browser(ChromeDriver driver) {
        this.driver = driver;
    }

    /** Skips the test where there is no Chromium with its driver. */
    static Browser open() {
        assumeTrue(isOnPath("chromium") && isOnPath("chromedriver"), "needs chromium and chromedriver on the path");
        SELENIUM.setLevel(Level.SEVERE);
        LoggingPreferences logs = new LoggingPreferences();
        logs.enable(LogType.BROWSER, Level.SEVERE);
        ChromeOptions options = new ChromeOptions()
                .setBinary(onPath("chromium"))
                .addArguments(
                        "--headless",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--disable-quic",
                        "--disable-dev-shm-usage",
                        "--no-first-run",
                        "--disable-background-networking",
                        "--disable-component-update",
                        "--disable-sync",
                        "--lang=en-GB",
                        "--window-size=1280,1000");
        options.setCapability("goog:loggingPrefs", logs);
        ChromeDriverService service = new ChromeDriverService.Builder()
                .usingDriverExecutable(onPath("chromedriver"))
                .build();
        return new Browser(new ChromeDriver(service, options));
    }

    private static boolean isOnPath(String program) {
        return path(program).findAny().isPresent();
    }

    private static File onPath(String program) {
        return path(program).findFirst().orElseThrow();
    }

    private static Stream<File> path(String program) {
        return Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                .map(it -> new File(it, program))
                .filter(File::canExecute);
    }

    /** Becomes a phone held upright. */
    void shrink() {
        driver.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", 375, "height", 700, "deviceScaleFactor", 2, "mobile", true));
    }

    void go(String address) {
        driver.get(address);
    }

    WebElement find(String css) {
        return driver.findElement(By.cssSelector(css));
    }

    List<WebElement> all(String css) {
        return driver.findElements(By.cssSelector(css));
    }

    /** Shown text, line breaks as blanks. */
    String text(String css) {
        return find(css).getText().replaceAll("\\s+", " ").strip();
    }

    /** Shown texts of all that there are, line breaks as blanks. */
    List<String> texts(String css) {
        return all(css).stream()
                .map(it -> it.getText().replaceAll("\\s+", " ").strip())
                .toList();
    }

    /** Of the tables that are shown, for those who do not see them. */
    List<String> captions() {
        return all("table").stream()
                .filter(WebElement::isDisplayed)
                .map(it -> it.findElement(By.tagName("caption")).getDomProperty("textContent"))
                .toList();
    }

    /** The rows of a table, a visit's heading or a cohort's label and its cells. */
    List<List<String>> rows(String css) {
        return all(css + " tbody tr").stream()
                .map(row -> row.findElements(By.cssSelector("th, td")).stream()
                        .map(it -> it.getText().replaceAll("\\s+", " ").strip())
                        .toList())
                .toList();
    }

    Object run(String script) {
        return driver.executeScript(script);
    }

    String address() {
        return driver.getCurrentUrl();
    }

    void until(ThrowingRunnable assertion) {
        await().atMost(Duration.ofSeconds(30)).ignoreExceptions().untilAsserted(assertion);
    }

    /** What the page complained of: errors of its script, what its policy forbade. */
    List<String> complaints() {
        return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
                .map(LogEntry::getMessage)
                .toList();
    }

    @Override
    public void close() {
        driver.quit();
    }
}

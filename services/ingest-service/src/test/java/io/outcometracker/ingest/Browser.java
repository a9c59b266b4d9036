package io.outcometracker.ingest;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.awaitility.core.ThrowingRunnable;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/** Chromium without a screen, as Debian has it, in the hands of somebody with a file. */
final class Browser implements AutoCloseable {
    /** Held, so that it stays as quiet as it is made below. */
    private static final Logger SELENIUM = Logger.getLogger("org.openqa.selenium");

    private static final String DROP = """
            const [name, text] = arguments;
            const files = new DataTransfer();
            files.items.add(new File([text], name, {type: 'text/csv'}));
            const drop = document.getElementById('drop');
            for (const type of ['dragover', 'drop']) {
              drop.dispatchEvent(new DragEvent(type, {dataTransfer: files, bubbles: true, cancelable: true}));
            }""";

    private final ChromeDriver driver;

    private Browser(ChromeDriver driver) {
        this.driver = driver;
    }

    /** Skips the test where there is no Chromium with its driver. */
    static Browser open(Path downloads) {
        assumeTrue(
                path("chromium").findAny().isPresent()
                        && path("chromedriver").findAny().isPresent(),
                "needs chromium and chromedriver on the path");
        SELENIUM.setLevel(Level.SEVERE);
        LoggingPreferences logs = new LoggingPreferences();
        logs.enable(LogType.BROWSER, Level.SEVERE);
        ChromeOptions options = new ChromeOptions()
                .setBinary(path("chromium").findFirst().orElseThrow())
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
                        "--window-size=1100,1000");
        options.setCapability("goog:loggingPrefs", logs);
        ChromeDriverService service = new ChromeDriverService.Builder()
                .usingDriverExecutable(path("chromedriver").findFirst().orElseThrow())
                .build();
        ChromeDriver driver = new ChromeDriver(service, options);
        driver.executeCdpCommand(
                "Browser.setDownloadBehavior", Map.of("behavior", "allow", "downloadPath", downloads.toString()));
        return new Browser(driver);
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
                Map.of("width", 390, "height", 800, "deviceScaleFactor", 2, "mobile", true));
    }

    void darken() {
        driver.executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", "dark"))));
    }

    void go(String address) {
        driver.get(address);
    }

    String address() {
        return driver.getCurrentUrl();
    }

    WebElement find(String css) {
        return driver.findElement(By.cssSelector(css));
    }

    List<WebElement> all(String css) {
        return driver.findElements(By.cssSelector(css));
    }

    void choose(String name, String csv, Path folder) throws IOException {
        find("#file").sendKeys(Files.writeString(folder.resolve(name), csv).toString());
    }

    void drop(String name, String csv) {
        driver.executeScript(DROP, name, csv);
    }

    /** Types where the focus is. */
    void press(CharSequence... keys) {
        new Actions(driver).sendKeys(keys).perform();
    }

    /** Goes on by the tabulator until the element has the focus. */
    void tabTo(String css) {
        for (int i = 0; i < 30; i++) {
            if (Boolean.TRUE.equals(driver.executeScript("return document.activeElement.matches(arguments[0])", css))) {
                return;
            }
            press(Keys.TAB);
        }
        throw new AssertionError("the tabulator does not lead to " + css);
    }

    /** Shown text, line breaks as blanks. */
    String text(String css) {
        return find(css).getText().replaceAll("\\s+", " ").strip();
    }

    /** The cells of a table that is shown. */
    List<List<String>> rows() {
        return all("#rows tbody tr").stream()
                .map(row -> row.findElements(By.tagName("td")).stream()
                        .map(it -> it.getText().replaceAll("\\s+", " ").strip())
                        .toList())
                .toList();
    }

    Object run(String script) {
        return driver.executeScript(script);
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

    /** Takes a picture, for those who work on the page. */
    void picture(Path file) {
        try {
            Files.createDirectories(file.getParent());
            Files.write(file, driver.getScreenshotAs(OutputType.BYTES));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        driver.quit();
    }
}

package io.outcometracker.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.awaitility.core.ThrowingRunnable;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.WindowType;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/** Chromium without a screen, as Debian has it. */
public final class Browser implements AutoCloseable {
    /** Held, so that it stays as quiet as it is made below. */
    private static final Logger SELENIUM = Logger.getLogger("org.openqa.selenium");

    private static final String DROP = """
            const [css, name, text] = arguments;
            const files = new DataTransfer();
            files.items.add(new File([text], name, {type: 'text/csv'}));
            const drop = document.querySelector(css);
            for (const type of ['dragover', 'drop']) {
              drop.dispatchEvent(new DragEvent(type, {dataTransfer: files, bubbles: true, cancelable: true}));
            }""";

    private static final String FAULTS = """
            const told = arguments[0];
            axe.run(document, {resultTypes: ['violations']}).then(({violations}) => told(violations
              .filter(it => it.impact === 'serious' || it.impact === 'critical')
              .flatMap(it => it.nodes.map(node => `${it.id} at ${node.target.join(' ')}: ${node.failureSummary}`))));""";

    private final ChromeDriver driver;

    private Browser(ChromeDriver driver) {
        this.driver = driver;
    }

    /**
     * Skips the test where there is no Chromium with its driver.
     *
     * @param width of the window, in pixels, as is its height
     */
    public static Browser open(int width, int height) {
        assumeTrue(Command.areOnPath("chromium", "chromedriver"), "needs chromium and chromedriver on the path");
        SELENIUM.setLevel(Level.SEVERE);
        LoggingPreferences logs = new LoggingPreferences();
        logs.enable(LogType.BROWSER, Level.SEVERE);
        ChromeOptions options = new ChromeOptions()
                .setBinary(Command.find("chromium"))
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
                        "--window-size=" + width + "," + height);
        options.setCapability("goog:loggingPrefs", logs);
        ChromeDriverService service = new ChromeDriverService.Builder()
                .usingDriverExecutable(Command.find("chromedriver"))
                .build();
        return new Browser(new ChromeDriver(service, options));
    }

    /** Goes on in a new tab, which knows nothing of the one before; much quicker than another browser. */
    public void startAnew() {
        String before = driver.getWindowHandle();
        driver.switchTo().newWindow(WindowType.TAB);
        String next = driver.getWindowHandle();
        driver.switchTo().window(before).close();
        driver.switchTo().window(next);
        complaints();
    }

    /** Puts what is downloaded there, without asking. */
    public void downloadTo(Path folder) {
        driver.executeCdpCommand(
                "Browser.setDownloadBehavior", Map.of("behavior", "allow", "downloadPath", folder.toString()));
    }

    /** Becomes a phone held upright. */
    public void shrink(int width, int height) {
        driver.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 2, "mobile", true));
    }

    public void darken() {
        driver.executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", "dark"))));
    }

    /** As opened: neither dark nor a phone, nowhere, and without complaints. */
    public void reset() {
        go("about:blank");
        driver.executeCdpCommand("Emulation.clearDeviceMetricsOverride", Map.of());
        driver.executeCdpCommand("Emulation.setEmulatedMedia", Map.of("features", List.of()));
        var unused = complaints();
    }

    public void go(String address) {
        driver.get(address);
    }

    public String address() {
        return driver.getCurrentUrl();
    }

    public WebElement find(String css) {
        return driver.findElement(By.cssSelector(css));
    }

    public List<WebElement> all(String css) {
        return driver.findElements(By.cssSelector(css));
    }

    /** Drops a file of CSV there. */
    public void drop(String css, String name, String csv) {
        driver.executeScript(DROP, css, name, csv);
    }

    /** Types where the focus is. */
    public void press(CharSequence... keys) {
        new Actions(driver).sendKeys(keys).perform();
    }

    /** Goes on by the tabulator until the element has the focus. */
    public void tabTo(String css) {
        for (int i = 0; i < 30; i++) {
            if (Boolean.TRUE.equals(driver.executeScript("return document.activeElement.matches(arguments[0])", css))) {
                return;
            }
            press(Keys.TAB);
        }
        throw new AssertionError("the tabulator does not lead to " + css);
    }

    /** Shown text, line breaks as blanks. */
    public String text(String css) {
        return find(css).getText().replaceAll("\\s+", " ").strip();
    }

    /** The rows of a table, each the shown texts of its cells, line breaks as blanks. */
    public List<List<String>> rows(String css) {
        return all(css + " tbody tr").stream()
                .map(row -> row.findElements(By.cssSelector("th, td")).stream()
                        .map(it -> it.getText().replaceAll("\\s+", " ").strip())
                        .toList())
                .toList();
    }

    /** Shown texts of all that there are, line breaks as blanks. */
    public List<String> texts(String css) {
        return all(css).stream()
                .map(it -> it.getText().replaceAll("\\s+", " ").strip())
                .toList();
    }

    /** Of the tables that are shown, for those who do not see them. */
    public List<String> captions() {
        return all("table").stream()
                .filter(WebElement::isDisplayed)
                .map(it -> it.findElement(By.tagName("caption")).getDomProperty("textContent"))
                .toList();
    }

    public Object run(String script) {
        return driver.executeScript(script);
    }

    public void until(ThrowingRunnable assertion) {
        await().atMost(Duration.ofSeconds(30)).ignoreExceptions().untilAsserted(assertion);
    }

    /** What the page complained of: errors of its script, what its policy forbade. */
    public List<String> complaints() {
        return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
                .map(LogEntry::getMessage)
                .toList();
    }

    /** What stands in the way of people with a disability, as far as axe-core finds it: serious and critical faults. */
    @SuppressWarnings("unchecked")
    public List<String> faults() {
        try (InputStream axe = requireNonNull(Browser.class.getResourceAsStream("/axe.min.js"), "axe-core")) {
            driver.executeScript(new String(axe.readAllBytes(), UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return (List<String>) requireNonNull(driver.executeAsyncScript(FAULTS), "what axe-core found");
    }

    /** Takes a picture, for those who work on the page. */
    public void picture(Path file) {
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

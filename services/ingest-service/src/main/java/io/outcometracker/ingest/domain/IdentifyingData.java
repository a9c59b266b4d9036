package io.outcometracker.ingest.domain;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.text.Normalizer;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds what may tell who somebody is: in names of fields, in codes and in free text. It errs on the side of refusing,
 * and cannot find everything; a bare name in a sentence, for one.
 */
final class IdentifyingData {
    private static final Set<String> WHOLE_NAMES = new HashSet<>();
    private static final List<String> PARTS_OF_NAMES = new ArrayList<>();

    static {
        readNames();
    }

    /** What something looks like. */
    enum Kind {
        EMAIL("an e-mail or web address"),
        PHONE("a phone number"),
        DATE("a date"),
        BIRTH("a date of birth"),
        NATIONAL_ID("a national identity number"),
        LONG_NUMBER("the number of a phone, patient record or identity card"),
        PERSON("somebody's name");

        private final String words;

        Kind(String words) {
            this.words = words;
        }

        String words() {
            return words;
        }
    }

    // Identity numbers whose form hardly any trial code has.
    private static final Pattern UNMISTAKABLE = Pattern.compile(
            "\\d{3}-\\d{2}-\\d{4}" // United States
                    + "|\\d{3}\\.\\d{3}\\.\\d{3}-\\d{2}" // Brazil
                    + "|756\\.\\d{4}\\.\\d{4}\\.\\d{2}" // Switzerland
                    + "|[A-Z]{6}\\d{2}[A-EHLMPR-T]\\d{2}[A-Z]\\d{3}[A-Z]" // Italy
                    + "|[A-Z]{4}\\d{6}[HM][A-Z]{5}[A-Z0-9]\\d"); // Mexico

    private static final Pattern BRITISH =
            Pattern.compile("[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]-?\\d{2}-?\\d{2}-?\\d{2}-?[A-D]");
    private static final Pattern SPANISH = Pattern.compile("([XYZ0-9]\\d{7})-?([A-Z])");
    private static final String SPANISH_LETTERS = "TRWAGMYFPDXBNJZSQVHLCKE";
    private static final Pattern CHILEAN = Pattern.compile("(\\d{1,2})\\.?(\\d{3})\\.?(\\d{3})-([0-9K])");
    private static final Pattern IRISH = Pattern.compile("(\\d{7})([A-W])([A-I]?)");
    private static final Pattern NORDIC = Pattern.compile("(\\d{2})(\\d{2})(\\d{2})[-+A](\\d{3}[0-9A-Y])");

    private static final Pattern ISO_DATE = Pattern.compile("(?<!\\d)(\\d{4})[-._/](\\d{1,2})[-._/](\\d{1,2})(?!\\d)");
    private static final Pattern DAY_OR_MONTH_FIRST =
            Pattern.compile("(?<!\\d)(\\d{1,2})[-._/ ](\\d{1,2})[-._/ ](\\d{4})(?!\\d)");
    private static final Pattern SHORT_YEAR = Pattern.compile("(?<!\\d)(\\d{1,2})([-./])(\\d{1,2})\\2(\\d{2})(?!\\d)");
    private static final Pattern DIGITS = Pattern.compile("\\d+");
    private static final int LONG_IN_CODE = 9;
    private static final int LONG_IN_TEXT = 7;
    private static final int DATE_DIGITS = 8;
    private static final Pattern AMERICAN_PHONE = Pattern.compile("(1-)?\\d{3}[-._]\\d{3}[-._]\\d{4}");
    private static final Pattern PHONE_IN_CODE = Pattern.compile("0\\d*([-._]\\d+)+");
    private static final int PHONE_DIGITS = 10;

    private static final String MONTHS =
            "(?:jan|feb|fev|fév|mar|mär|mrz|apr|avr|abr|may|mai|mag|maj|mei|jun|jui|giu|jul|lug"
                    + "|aug|aou|aoû|ago|sep|set|oct|okt|out|ott|nov|dec|dez|dic|déc)\\p{L}{0,8}";
    private static final Pattern DATE_IN_WORDS = words("\\d{1,2}(?:\\.|st|nd|rd|th)? ?(?:of |de |di )?" + MONTHS
            + "\\.?,? ?(?:de |of )?(?:19|20)\\d{2}|" + MONTHS + " \\d{1,2}(?:st|nd|rd|th)?,? ?(?:19|20)\\d{2}");
    private static final Pattern BIRTH =
            words("(?:born|dob|d\\.o\\.b|geboren|geb|née|né|naissance|nacid[oa]|nat[oa]|nascid[oa])\\b\\D{0,12}\\d");
    private static final Pattern EMAIL = Pattern.compile("[\\p{L}\\d._%+-]@[\\p{L}\\d-]{1,63}\\.\\p{L}");
    private static final Pattern WEB = words("https?://|www\\.|[\\[(] ?(?:at|arroba) ?[\\])]");
    private static final Pattern PHONE_WITH_PREFIX =
            Pattern.compile("(?<!\\d)(?:\\+\\d|0[1-9]|00[1-9])[\\d ()./-]{5,}");
    private static final Pattern PHONE_IN_GROUPS =
            Pattern.compile("(?<!\\d)\\(?\\d{3,4}\\)?[ -]\\d{3,4}(?:[ -]\\d{3,4})?(?!\\d)");
    private static final Pattern NUMBER_OF_A_FILE = words(
            "(?:mrn|ssn|nhs|dni|nie|bsn|cpr|pesel|hospital (?:no|number|id)|patient (?:no|number|id)|chart (?:no|number))\\b\\D{0,4}\\d{3,}");
    private static final Pattern PERSON = Pattern.compile(
            "(?<!\\p{L})(?:Mr|Mrs|Ms|Miss|Mister|Dr|Prof|Herr|Herrn|Frau|Monsieur|Madame|Mme|Mlle|Señora?|Sra?|Signora?|Sig|Dhr|Mevr|Mevrouw|Dona|Pan|Pani)\\.? \\p{Lu}\\p{L}+"
                    + "|(?<!\\p{L})(?i:name|nom|nombre|nome|naam|surname)(?!\\p{L}) ?[:=]");

    private IdentifyingData() {}

    private static Pattern words(String alternatives) {
        return Pattern.compile(
                "(?<![\\p{L}\\d])(?:" + alternatives + ")", Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);
    }

    private static void readNames() {
        try (BufferedReader in = new BufferedReader(new InputStreamReader(
                requireNonNull(IdentifyingData.class.getResourceAsStream("/identifying/field-names.txt")), UTF_8))) {
            for (String line : in.lines()
                    .filter(it -> !it.isBlank() && !it.startsWith("#"))
                    .toList()) {
                for (String word : line.substring(1).strip().split(" ")) {
                    (line.startsWith("=") ? WHOLE_NAMES : PARTS_OF_NAMES).add(lettersOf(word));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether the field, by its name, would tell who somebody is. */
    static boolean isField(String name) {
        if (name.length() > Fields.MAX_NAME) {
            return false;
        }
        String letters = lettersOf(name);
        return WHOLE_NAMES.contains(letters) || PARTS_OF_NAMES.stream().anyMatch(letters::contains);
    }

    /** Without accents, capitals, and what is no letter. */
    private static String lettersOf(String name) {
        String bare = Normalizer.normalize(name, Normalizer.Form.NFKD).replaceAll("[^\\p{L}]", "");
        return Normalizer.normalize(bare, Normalizer.Form.NFKC)
                .toLowerCase(Locale.ROOT)
                .replace("ß", "ss")
                .replace('ø', 'o')
                .replace('ł', 'l')
                .replace('ı', 'i');
    }

    /** In a code of which nobody expects that it says anything, such as that of a record. */
    static Optional<Kind> inCode(String code) {
        return UNMISTAKABLE.matcher(code.toUpperCase(Locale.ROOT)).matches()
                ? Optional.of(Kind.NATIONAL_ID)
                : Optional.empty();
    }

    /**
     * In a participant's code.
     *
     * @param planned whether the code has the form that the protocol gives; what only may be identifying then is not
     */
    static Optional<Kind> inParticipant(String code, boolean planned) {
        if (anyDate(ISO_DATE, code, it -> isDay(it.group(1), it.group(2), it.group(3)))) {
            return Optional.of(Kind.DATE);
        }
        Optional<Kind> unmistakable = inCode(code);
        return planned || unmistakable.isPresent() ? unmistakable : likely(code.toUpperCase(Locale.ROOT));
    }

    private static Optional<Kind> likely(String code) {
        if (isNationalId(code)) {
            return Optional.of(Kind.NATIONAL_ID);
        }
        if (AMERICAN_PHONE.matcher(code).matches()
                || (PHONE_IN_CODE.matcher(code).matches() && digits(code) >= PHONE_DIGITS)) {
            return Optional.of(Kind.PHONE);
        }
        if (anyDate(DAY_OR_MONTH_FIRST, code, IdentifyingData::isDayOrMonthFirst)) {
            return Optional.of(Kind.DATE);
        }
        Matcher run = DIGITS.matcher(code);
        while (run.find()) {
            String digits = run.group();
            if (digits.length() >= LONG_IN_CODE) {
                return Optional.of(Kind.LONG_NUMBER);
            }
            if (digits.length() == DATE_DIGITS
                    && (isDay(digits.substring(0, 4), digits.substring(4, 6), digits.substring(6))
                            || isDay(digits.substring(4), digits.substring(2, 4), digits.substring(0, 2))
                            || isDay(digits.substring(4), digits.substring(0, 2), digits.substring(2, 4)))) {
                return Optional.of(Kind.DATE);
            }
        }
        return Optional.empty();
    }

    private static boolean isNationalId(String code) {
        return BRITISH.matcher(code).matches()
                || matches(SPANISH, code, it -> isSpanish(it.group(1), it.group(2)))
                || matches(CHILEAN, code, it -> isChilean(it.group(1) + it.group(2) + it.group(3), it.group(4)))
                || matches(IRISH, code, it -> isIrish(it.group(1), it.group(2), it.group(3)))
                || matches(NORDIC, code, it -> isNordic(it.group(1), it.group(2), it.group(3)));
    }

    private static boolean matches(Pattern pattern, String code, Predicate<MatchResult> check) {
        Matcher matcher = pattern.matcher(code);
        return matcher.matches() && check.test(matcher);
    }

    private static boolean isSpanish(String number, String letter) {
        String digits = number.replace('X', '0').replace('Y', '1').replace('Z', '2');
        return SPANISH_LETTERS.charAt(Integer.parseInt(digits) % SPANISH_LETTERS.length()) == letter.charAt(0);
    }

    private static boolean isChilean(String digits, String check) {
        int sum = 0;
        for (int i = 0; i < digits.length(); i++) {
            sum += (digits.charAt(digits.length() - 1 - i) - '0') * (2 + i % 6);
        }
        int rest = (11 - sum % 11) % 11;
        return check.equals(rest == 10 ? "K" : Integer.toString(rest));
    }

    private static boolean isIrish(String digits, String check, String second) {
        int sum = second.isEmpty() ? 0 : 9 * (second.charAt(0) - 'A' + 1);
        for (int i = 0; i < digits.length(); i++) {
            sum += (digits.charAt(i) - '0') * (8 - i);
        }
        return check.charAt(0) == (sum % 23 == 0 ? 'W' : (char) ('A' + sum % 23 - 1));
    }

    /** Day first in Denmark, Finland, Iceland; year first in Sweden. */
    private static boolean isNordic(String first, String month, String last) {
        return isDay("20" + last, month, first) || isDay("20" + first, month, last);
    }

    /** In a sentence that was written by hand; the text has at most some hundred characters. */
    static Optional<Kind> inText(String written) {
        // Most that is written: all but a name has a digit or a sign.
        if (isPlain(written)) {
            return person(written);
        }
        String text = asTyped(written);
        if (EMAIL.matcher(text).find() || WEB.matcher(text).find()) {
            return Optional.of(Kind.EMAIL);
        }
        if (BIRTH.matcher(text).find()) {
            return Optional.of(Kind.BIRTH);
        }
        if (anyDate(ISO_DATE, text, it -> isDay(it.group(1), it.group(2), it.group(3)))
                || anyDate(DAY_OR_MONTH_FIRST, text, IdentifyingData::isDayOrMonthFirst)
                || anyDate(SHORT_YEAR, text, IdentifyingData::isShortYear)
                || DATE_IN_WORDS.matcher(text).find()) {
            return Optional.of(Kind.DATE);
        }
        for (String word : text.split("[ ,;:()]+")) {
            String code = word.toUpperCase(Locale.ROOT).replaceAll("\\.$", "");
            if (inCode(code).isPresent() || isNationalId(code)) {
                return Optional.of(Kind.NATIONAL_ID);
            }
        }
        if (PHONE_WITH_PREFIX.matcher(text).results().anyMatch(it -> digits(it.group()) >= LONG_IN_TEXT)
                || PHONE_IN_GROUPS.matcher(text).find()) {
            return Optional.of(Kind.PHONE);
        }
        if (NUMBER_OF_A_FILE.matcher(text).find()
                || DIGITS.matcher(text).results().anyMatch(it -> it.group().length() >= LONG_IN_TEXT)) {
            return Optional.of(Kind.LONG_NUMBER);
        }
        return person(text);
    }

    private static Optional<Kind> person(String text) {
        return PERSON.matcher(text).find() ? Optional.of(Kind.PERSON) : Optional.empty();
    }

    /** Nothing but blanks and letters of ASCII, each of which is what it looks like. */
    private static boolean isPlain(String text) {
        for (int i = 0; i < text.length(); i++) {
            char it = text.charAt(i);
            if (it != ' ' && (it < 'a' || it > 'z') && (it < 'A' || it > 'Z')) {
                return false;
            }
        }
        return true;
    }

    /** With the digits, dashes and blanks of a keyboard, whatever they were written with, and nothing that is not seen. */
    private static String asTyped(String text) {
        StringBuilder typed = new StringBuilder();
        Normalizer.normalize(text, Normalizer.Form.NFKC).codePoints().forEach(it -> {
            if (Character.isDigit(it)) {
                typed.append(Character.digit(it, 10));
            } else if (Character.getType(it) == Character.DASH_PUNCTUATION) {
                typed.append('-');
            } else if (Character.isWhitespace(it) || Character.isSpaceChar(it)) {
                typed.append(' ');
            } else if (Character.getType(it) != Character.FORMAT) {
                typed.appendCodePoint(it);
            }
        });
        return typed.toString();
    }

    private static long digits(String text) {
        return text.chars().filter(it -> it >= '0' && it <= '9').count();
    }

    private static boolean anyDate(Pattern form, String text, Predicate<MatchResult> isDate) {
        Matcher found = form.matcher(text);
        while (found.find()) {
            if (isDate.test(found)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isDayOrMonthFirst(MatchResult it) {
        return isDay(it.group(3), it.group(2), it.group(1)) || isDay(it.group(3), it.group(1), it.group(2));
    }

    private static boolean isShortYear(MatchResult it) {
        String year = "20" + it.group(4);
        return isDay(year, it.group(3), it.group(1)) || isDay(year, it.group(1), it.group(3));
    }

    /** Of somebody who may be alive, or will be born. */
    private static boolean isDay(String year, String month, String day) {
        try {
            int inYear = LocalDate.of(Integer.parseInt(year), Integer.parseInt(month), Integer.parseInt(day))
                    .getYear();
            return inYear >= 1900 && inYear < 2100;
        } catch (DateTimeException e) {
            return false;
        }
    }
}

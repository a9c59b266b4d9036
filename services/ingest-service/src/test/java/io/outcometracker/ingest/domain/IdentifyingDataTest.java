package io.outcometracker.ingest.domain;

import static io.outcometracker.ingest.domain.ProblemCode.IDENTIFYING_FIELD;
import static io.outcometracker.ingest.domain.ProblemCode.IDENTIFYING_VALUE;
import static org.assertj.core.api.Assertions.assertThat;

import io.outcometracker.contract.Protocol;
import io.outcometracker.ingest.domain.Checked.Refused;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

/** What may tell who somebody is, and what only looks like it, in many languages. All of it is invented. */
class IdentifyingDataTest {
    private static final String AMENDED = """
            {"recordId": "R1", "site": "S01", "participant": "P-0007", "visit": "M4", "instrument": "NRS", "value": 4,
             "assessedOn": "2026-03-01", "version": 2, "reasonForChange": "typing error"}""";

    private static List<Problem> check(Protocol protocol, String field, String value) {
        Checked<?> checked = new FollowUpRules()
                .check(Example.json(AMENDED, (ObjectNode node) -> node.put(field, value)), protocol, Example.NOW);
        return checked instanceof Refused<?> refused ? refused.problems() : List.of();
    }

    private static List<Problem> check(String field, String value) {
        return check(Example.protocol(), field, value);
    }

    private static Protocol withCodes(String pattern) {
        return ProtocolReader.read(Example.json(Example.PROTOCOL, it -> it.put("participantCode", pattern)), "T1")
                .protocol();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = ';', quoteCharacter = '`', textBlock = """
                    name
                    Name
                    patientName
                    first_name
                    FIRSTNAME
                    surname
                    initials
                    dateOfBirth
                    Date of Birth
                    date-of-birth
                    DOB
                    birthYear
                    email
                    e-mail
                    E.Mail
                    phone
                    phoneNumber2
                    mobile
                    address
                    homeAddress
                    postcode
                    zip_code
                    MRN
                    medicalRecordNumber
                    SSN
                    nhs_number
                    passportNo
                    insuranceNumber
                    comment
                    notes
                    photo
                    Vorname
                    Nachname
                    Geburtsdatum
                    Straße
                    Versichertennummer
                    prénom
                    date_de_naissance
                    courriel
                    numéro de sécurité sociale
                    apellidos
                    fecha de nacimiento
                    teléfono
                    DNI
                    sobrenome
                    data_nascimento
                    CPF
                    cognome
                    codiceFiscale
                    data di nascita
                    achternaam
                    geboortedatum
                    BSN
                    efternamn
                    personnummer
                    fødselsdato
                    CPR
                    henkilötunnus
                    nazwisko
                    PESEL
                    rodné číslo
                    doğum tarihi
                    ονοματεπώνυμο
                    дата рождения
                    Фамилия
                    الاسم
                    תאריך לידה
                    जन्मतिथि
                    姓名
                    出生日期
                    生年月日
                    電話番号
                    이름
                    생년월일
                    """)
    void refusesFieldsThatMayTellWhoSomebodyIs(String name) {
        assertThat(check(name, "x")).extracting(Problem::code).containsExactly(IDENTIFYING_FIELD);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "siteName", "visitName", "instrumentName", "visitDate", "score", "arm", "trial", "protocolVersion", "assessor",
        "dosage", "weight", "nominal", "telemetry", "mailed", "ssnx", "phoneme", "dobutamine", "geburtshilfe"
    })
    void callsOtherFieldsJustUnknown(String name) {
        assertThat(check(name, "x")).extracting(Problem::code).containsExactly(ProblemCode.UNKNOWN_FIELD);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = ';', quoteCharacter = '`', textBlock = """
                    123-45-6789;          social security number, United States
                    123456789;            the same without hyphens
                    1955-03-13;           date, year first
                    P-1955-03-13;         date after a letter
                    1955.03.13;           date with dots
                    13.03.1955;           date, day first
                    03-13-1955;           date, month first
                    19550313;             date without separators
                    JD-19550313;          initials and date
                    13031955;             date without separators, day first
                    03131955;             date without separators, month first
                    555-123-4567;         phone, United States
                    1-555-123-4567;       the same with its prefix
                    0171-1234567;         phone, Germany
                    06-12-34-56-78;       phone, France
                    4915112345678;        phone with the country
                    9434765919;           NHS number, England
                    AB123456C;            National Insurance number, United Kingdom
                    AB-12-34-56-C;        the same with hyphens
                    12345678Z;            DNI, Spain
                    12345678-Z;           the same with a hyphen
                    X1234567L;            NIE, Spain
                    RSSMRA80A01H501U;     codice fiscale, Italy
                    rssmra80a01h501u;     the same in small letters
                    GOMC800101HDFRRR09;   CURP, Mexico
                    123.456.789-09;       CPF, Brazil
                    12345678-5;           RUT, Chile
                    12.345.678-5;         the same with dots
                    1234567T;             PPSN, Ireland
                    1234567FA;            the same with a second letter
                    756.1234.5678.97;     AHV, Switzerland
                    131055-1234;          CPR, Denmark
                    131052-308T;          henkilotunnus, Finland
                    811218-9876;          personnummer, Sweden
                    01055512345;          fodselsnummer, Norway
                    55031312345;          PESEL, Poland
                    155037512345678;      NIR, France
                    """)
    void refusesParticipantCodesThatMayTellWhoSomebodyIs(String code, String what) {
        assertThat(Example.brief(check("participant", code)))
                .as(what)
                .containsExactly("IDENTIFYING_VALUE /participant");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "P-0007",
        "12",
        "1001",
        "101001",
        "1001-0001",
        "001-0032",
        "101-001-0001a",
        "S01-0007",
        "CLBP-CELL-01-0007",
        "A1B2C3",
        "ACT12345678",
        "00120034",
        "10019999",
        "99999999",
        "BOULDER-12",
        "X1234567A",
        "12345678A",
        "1234567GA",
        "1234567A",
        "12345678-9",
        "131399-1234",
        "M80012345",
        "SUBJ-2026-17",
        "2026-0412",
        "S1-2026-99-99"
    })
    void takesParticipantCodesThatOnlyLookLikeIt(String code) {
        assertThat(check("participant", code)).isEmpty();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = ';', quoteCharacter = '`', textBlock = """
                    ask jane.doe@example.org
                    jane.doe＠example.org
                    JANE@MAIL.EXAMPLE.CO.UK called
                    jane (at) example dot org
                    see www.example.org/jane
                    called +49 171 1234567
                    called 0171/1234567
                    call 06 12 34 56 78 again
                    tel. (555) 123-4567
                    555 123 4567 was wrong
                    +1-555-123-4567
                    ٠٦١٢٣٤٥٦٧٨ is right
                    born 1955
                    geb. 13.3.55
                    née en 1955
                    nacida el 13 de marzo
                    DOB was wrong: 1955
                    was 1955-03-13
                    was 13.03.1955
                    was 3/13/1955
                    on 13/3/55
                    on 12/31/55
                    assessed 2026–01–05
                    assessed on 5 January 2026
                    le 5 février 2026
                    am 5. März 2026
                    January 5th, 2026
                    SSN 123-45-6789
                    123-45-6789 belongs to another
                    DNI 12345678Z is another one
                    codice RSSMRA80A01H501U.
                    MRN 48213
                    hospital no. 4821
                    file 1234567
                    file 12345​67
                    belongs to Mr Smith
                    belongs to Mrs. Smith
                    Frau Müller was ill
                    Mme Dupont absente
                    la Señora García
                    name: somebody
                    Nom : quelqu'un
                    """)
    void refusesSentencesThatMayTellWhoSomebodyIs(String sentence) {
        List<Problem> problems = check("reasonForChange", sentence);

        assertThat(Example.brief(problems)).containsExactly("IDENTIFYING_VALUE /reasonForChange");
        assertThat(problems.get(0).message()).doesNotContain(sentence);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = ';', quoteCharacter = '`', textBlock = """
                    typing error
                    score 7.5 instead of 5.7
                    4 of 10 items were missing
                    items 1 2 3 4 5 6 7 8 were left out
                    blood pressure 120/80 130/85
                    version 1.2.3 of the form
                    30/50 % responder
                    pain 4 @ rest, 7@M4
                    query 10234 answered
                    query 123456
                    visit M4 was entered as M12
                    12/24 weeks
                    page 3/4/5
                    45/45/20 of 99.99.2020
                    raised by +1 2345
                    0171 is no phone
                    arm 3-4-5
                    unblinded at 10:30
                    belongs to another participant
                    may 12 be right
                    in March 2026
                    Mr and Mrs
                    participant unwell, nationality unknown
                    the name of the site was wrong
                    0.1234 mg
                    0.123456 mg
                    rated 0-10 not 0-100
                    falsche Skala (VAS statt NRS)
                    saisie erronée
                    nationwide outage, 2 days
                    評価の誤り
                    error de transcripción
                    born in mind
                    """)
    void takesSentencesThatTellNothing(String sentence) {
        assertThat(check("reasonForChange", sentence)).isEmpty();
    }

    @Test
    void looksIntoEverySentenceOfEveryKind() {
        String sentence = "ask jane@example.org";

        assertThat(new FollowUpRules()
                        .check(
                                Example.with(
                                        AMENDED,
                                        "{\"status\": \"not-done\", \"value\": null, \"notDoneReason\": \"" + sentence
                                                + "\"}"),
                                Example.protocol(),
                                Example.NOW))
                .satisfies(it -> assertRefused(it, "IDENTIFYING_VALUE /notDoneReason"));
        assertThat(new FollowUpRules()
                        .check(
                                Example.with(
                                        AMENDED, "{\"status\": \"entered-in-error\", \"unit\": \"jane@example.org\"}"),
                                Example.protocol(),
                                Example.NOW))
                .satisfies(it -> assertRefused(it, "IDENTIFYING_VALUE /unit"));
        assertThat(new AdverseEventRules()
                        .check(
                                Example.with(
                                        AdverseEventRulesTest.VALID,
                                        "{\"version\": 2, \"reasonForChange\": \"" + sentence + "\"}"),
                                Example.protocol(),
                                Example.NOW))
                .satisfies(it -> assertRefused(it, "IDENTIFYING_VALUE /reasonForChange"));
        assertThat(new ErasureRules()
                        .check(
                                Example.json("{\"participant\": \"P1\", \"orderedBy\": \"DPO\", \"reason\": \""
                                        + sentence + "\"}"),
                                Example.protocol(),
                                Example.NOW))
                .satisfies(it -> assertRefused(it, "IDENTIFYING_VALUE /reason"));
        assertThat(Example.brief(UnblindingRules.read(
                                Example.json("{\"by\": \"DR-7\", \"reason\": \"" + sentence + "\", \"name\": 1}"),
                                Example.protocol(),
                                Example.NOW)
                        .problems()))
                .contains("IDENTIFYING_VALUE /reason", "IDENTIFYING_FIELD /name");
    }

    @Test
    void looksIntoEnrolmentsAndTheirStrata() {
        Checked<?> checked = new EnrolmentRules()
                .check(
                        Example.with(
                                EnrolmentRulesTest.VALID,
                                "{\"participant\": \"1955-03-13\", \"strata\": {\"cellType\": \"13.03.1955\", \"surname\": \"x\"}}"),
                        Example.protocol(),
                        Example.NOW);

        assertRefused(
                checked,
                "IDENTIFYING_VALUE /participant",
                "IDENTIFYING_VALUE /strata/cellType",
                "IDENTIFYING_FIELD /strata/surname");
        assertThat(checked.identity().participant()).isNull();
    }

    @Test
    void looksIntoAdverseEventsAndRecordCodes() {
        assertRefused(
                new AdverseEventRules()
                        .check(
                                Example.with(
                                        AdverseEventRulesTest.VALID,
                                        "{\"participant\": \"123-45-6789\", \"recordId\": \"123-45-6789\", \"email\": null}"),
                                Example.protocol(),
                                Example.NOW),
                "IDENTIFYING_VALUE /recordId",
                "IDENTIFYING_VALUE /participant");
        assertThat(Example.brief(check("recordId", "RSSMRA80A01H501U"))).containsExactly("IDENTIFYING_VALUE /recordId");
        assertThat(check("recordId", "P-0007-2026-01-05-NRS")).isEmpty();
        assertThat(check("recordId", "3f2b8a1c-1955-0313-8f00-123456789012")).isEmpty();
        assertThat(check("recordId", "20260105000123")).isEmpty();
    }

    private static void assertRefused(Checked<?> checked, String... problems) {
        assertThat(checked).isInstanceOf(Refused.class);
        assertThat(Example.brief(((Refused<?>) checked).problems())).containsExactlyInAnyOrder(problems);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = ';', quoteCharacter = '`', textBlock = """
                    ^\\d{8}$;            20010101
                    ^\\d{3}-\\d{3}-\\d{4}$; 101-001-0001
                    \\d{10};             1010010001
                    [A-Z0-9-]{2,20};    01-02-2003
                    """)
    void takesWhatOnlyMayBeIdentifyingWhereTheProtocolSaysThatCodesLookLikeIt(String pattern, String code) {
        assertThat(Example.brief(check("participant", code))).containsExactly("IDENTIFYING_VALUE /participant");
        assertThat(check(withCodes(pattern), "participant", code)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"123-45-6789", "1955-03-13", "RSSMRA80A01H501U"})
    void refusesWhatIsIdentifyingWhateverTheProtocolSays(String code) {
        assertThat(check(withCodes("[A-Z0-9-]+"), "participant", code))
                .extracting(Problem::code)
                .containsExactly(IDENTIFYING_VALUE);
    }

    @Test
    void saysHowTheTrialWritesItsCodes() {
        assertThat(check(withCodes("^[A-Z]-\\d{4}$"), "participant", "P-0007")).isEmpty();
        assertThat(check(withCodes("^[A-Z]-\\d{4}$"), "participant", "P0007"))
                .containsExactly(new Problem(
                        ProblemCode.INVALID_CODE,
                        "/participant",
                        "participant must be written like A-0000, as all participant codes of the trial"));
    }

    @Test
    void formsNoCohortsByWhatTellsWhoSomebodyIs() {
        assertThat(Example.brief(ProtocolReader.read(
                                Example.json(
                                        Example.PROTOCOL,
                                        it -> it.putArray("groupings")
                                                .add("initials")
                                                .add("center")),
                                "T1")
                        .problems()))
                .containsExactly("IDENTIFYING_FIELD /groupings/0");
    }

    @Test
    void neverRepeatsTheNameOfTheFieldOnATopic() {
        assertThat(check("surname", "x").get(0).publicPointer()).isEmpty();
    }
}

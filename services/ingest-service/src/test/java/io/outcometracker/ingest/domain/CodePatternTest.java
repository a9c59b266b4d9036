package io.outcometracker.ingest.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.outcometracker.testkit.SeededTest;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CodePatternTest {
    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = ';', quoteCharacter = '`', textBlock = """
                    ^[A-Z]-\\d{4}$;       A-0007;   true;  A-0000
                    ^[A-Z]-\\d{4}$;       A-007;    false; A-0000
                    ^[A-Z]-\\d{4}$;       A-00071;  false; A-0000
                    [A-Z]-\\d{4};         xA-0007;  false; A-0000
                    S\\.[A-C_-]?\\d{2,3}; S.B12;    true;  S.000
                    S\\.[A-C_-]?\\d{2,3}; S.-123;   true;  S.000
                    S\\.[A-C_-]?\\d{2,3}; S12;      false; S.000
                    S\\.[A-C_-]?\\d{2,3}; S.D12;    false; S.000
                    P\\d+;                P1;       true;  P0
                    P\\d+;                P;        false; P0
                    P\\d*x;               Px;       true;  Px
                    [A-Za-z0-9._-]{2,20}; a.B_9-;   true;  00000000000000000000
                    a?a?a?aaa;            aaaa;     true;  aaa
                    a{2,}b;               aaaab;    true;  aab
                    """)
    void matchesWholeCodes(String pattern, String code, boolean matches, String example) {
        CodePattern parsed = CodePattern.parse(pattern).orElseThrow();

        assertThat(parsed.matches(code)).isEqualTo(matches);
        assertThat(parsed.example()).isEqualTo(example);
        assertThat(parsed.matches(example)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "^",
                "$",
                "^$",
                "(a)",
                "a|b",
                ".",
                "\\w",
                "\\",
                "[",
                "[]",
                "[a",
                "[^a]",
                "[z-a]",
                "[a-",
                "a{",
                "a{}",
                "a{2",
                "a{3,2}",
                "a{0}",
                "a{65}",
                "a{1000}",
                "a**",
                "a+?",
                "?",
                "{2}",
                "a$b",
                "a^",
                " ",
                "é",
                "a{60}b{60}"
            })
    void takesNothingElse(String pattern) {
        assertThat(CodePattern.parse(pattern)).isEmpty();
    }

    @Test
    void answersAtOnceWhereOthersTryForEver() {
        CodePattern pattern = CodePattern.parse("[ab]*a?a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*c")
                .orElseThrow();

        assertThat(pattern.matches("a".repeat(64))).isFalse();
        assertThat(pattern.matches("a".repeat(63) + "c")).isTrue();
    }

    @SeededTest
    void meansTheSameAsARegularExpression(long seed) {
        Random random = new Random(seed);
        String[] sets = {"a", "b", "[ab]", "[a-c]", "\\d", "-", "[\\da]", "\\.", "[b-]"};
        String[] counts = {"", "", "?", "*", "+", "{2}", "{1,3}", "{2,}", "{0,2}"};
        for (int i = 0; i < 2000; i++) {
            StringBuilder pattern = new StringBuilder();
            for (int j = 0; j <= random.nextInt(4); j++) {
                pattern.append(sets[random.nextInt(sets.length)]).append(counts[random.nextInt(counts.length)]);
            }
            CodePattern parsed = CodePattern.parse(pattern.toString()).orElseThrow();
            Pattern reference = Pattern.compile(pattern.toString());
            for (int j = 0; j < 20; j++) {
                StringBuilder code = new StringBuilder();
                for (int k = 0; k < random.nextInt(7); k++) {
                    code.append("abc1-.".charAt(random.nextInt(6)));
                }
                assertThat(parsed.matches(code.toString()))
                        .as("%s of %s", pattern, code)
                        .isEqualTo(reference.matcher(code).matches());
            }
            assertThat(reference.matcher(parsed.example()).matches())
                    .as(pattern.toString())
                    .isTrue();
        }
    }
}

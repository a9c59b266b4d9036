package io.outcometracker.ingest.domain;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/**
 * The form of a trial's participant codes: a regular expression without groups, alternatives and look-around, such as
 * {@code ^[A-Z]-\d{4}$}. It is matched here in time proportional to its length, as neither those engines that backtrack
 * nor those that unfold repetitions are safe with an expression that is sent.
 */
final class CodePattern {
    static final int MAX_LENGTH = 100;
    private static final int LONGEST_CODE = 64;
    private static final String RULE =
            "participantCode must be a pattern such as ^[A-Z]-\\d{4}$: letters, digits, hyphens, "
                    + "underscores, \\. for a dot, \\d for a digit, sets such as [A-Z0-9], each with {4}, {2,4}, ?, * or + after it if need be";

    /** Characters of which there are some number in a row. */
    private record Item(BitSet characters, int least, int most) {}

    private final List<Item> items = new ArrayList<>();
    private final String text;
    private int at;

    private CodePattern(String text) {
        this.text = text;
    }

    static String rule() {
        return RULE;
    }

    /** Empty if it is not of this form. */
    static Optional<CodePattern> parse(String text) {
        CodePattern pattern = new CodePattern(text);
        return text.length() <= MAX_LENGTH && pattern.read() ? Optional.of(pattern) : Optional.empty();
    }

    /** Whether the whole code has the form. */
    boolean matches(String code) {
        BitSet reached = new BitSet();
        reached.set(0);
        for (Item item : items) {
            BitSet next = new BitSet();
            for (int from = reached.nextSetBit(0); from >= 0; from = reached.nextSetBit(from + 1)) {
                int to = from;
                while (to - from < item.least && to < code.length() && item.characters.get(code.charAt(to))) {
                    to++;
                }
                if (to - from < item.least) {
                    continue;
                }
                next.set(to);
                while (to - from < item.most && to < code.length() && item.characters.get(code.charAt(to))) {
                    next.set(++to);
                }
            }
            reached = next;
        }
        return reached.get(code.length());
    }

    /** A code of this form, to show. */
    String example() {
        StringBuilder example = new StringBuilder();
        for (Item item : items) {
            // The number that is most often meant: all of {2,4}, one of +, none of ? and *.
            int count = item.most == LONGEST_CODE ? item.least : item.most == 1 ? item.least : item.most;
            int letterOrDigit = item.characters.nextSetBit('0');
            int shown = letterOrDigit < 0 ? item.characters.nextSetBit(0) : letterOrDigit;
            example.append(Character.toString(shown).repeat(count));
        }
        return example.toString();
    }

    private boolean read() {
        accept('^');
        while (at < text.length() && !(text.charAt(at) == '$' && at == text.length() - 1)) {
            BitSet characters = characters();
            if (characters.isEmpty() || !count(characters)) {
                return false;
            }
        }
        return !items.isEmpty() && items.stream().mapToInt(Item::least).sum() <= LONGEST_CODE;
    }

    private boolean accept(char expected) {
        boolean there = at < text.length() && text.charAt(at) == expected;
        if (there) {
            at++;
        }
        return there;
    }

    /** Empty if there are none. */
    private BitSet characters() {
        if (!accept('[')) {
            return one(false);
        }
        BitSet set = new BitSet();
        while (!accept(']')) {
            int start = at;
            BitSet one = one(true);
            boolean range = start + 3 <= text.length()
                    && at == start + 1
                    && text.charAt(at) == '-'
                    && at + 1 < text.length()
                    && text.charAt(at + 1) != ']';
            if (one.isEmpty()) {
                return one;
            }
            if (range) {
                at++;
                char first = text.charAt(start);
                BitSet last = one(true);
                if (last.cardinality() != 1 || last.nextSetBit(0) < first) {
                    return new BitSet();
                }
                one.set(first, last.nextSetBit(0) + 1);
            }
            set.or(one);
        }
        return set;
    }

    /** @param inSet where a dot is a dot */
    private BitSet one(boolean inSet) {
        BitSet one = new BitSet();
        if (accept('\\')) {
            if (accept('d')) {
                one.set('0', '9' + 1);
            } else if (accept('.')) {
                one.set('.');
            } else if (accept('-')) {
                one.set('-');
            }
        } else if (inSet && accept('.')) {
            one.set('.');
        } else if (at < text.length() && isPlain(text.charAt(at))) {
            one.set(text.charAt(at++));
        }
        return one;
    }

    private static boolean isPlain(char it) {
        return (it >= 'a' && it <= 'z')
                || (it >= 'A' && it <= 'Z')
                || (it >= '0' && it <= '9')
                || it == '-'
                || it == '_';
    }

    private boolean count(BitSet characters) {
        int least = 1;
        int most = 1;
        if (accept('?')) {
            least = 0;
        } else if (accept('*')) {
            least = 0;
            most = LONGEST_CODE;
        } else if (accept('+')) {
            most = LONGEST_CODE;
        } else if (accept('{')) {
            least = number();
            most = accept(',') ? (text.startsWith("}", at) ? LONGEST_CODE : number()) : least;
            if (!accept('}') || least < 0 || most < least || most < 1 || most > LONGEST_CODE) {
                return false;
            }
        }
        items.add(new Item(characters, least, most));
        return true;
    }

    /** -1 if there is none. */
    private int number() {
        int start = at;
        while (at < text.length() && at < start + 3 && Character.isDigit(text.charAt(at)) && text.charAt(at) <= '9') {
            at++;
        }
        return at == start ? -1 : Integer.parseInt(text.substring(start, at));
    }
}

package io.outcometracker.ingest.domain;

import java.util.Map;
import java.util.TreeMap;

/**
 * Why participants leave, or are not enrolled. The lists are closed, since reasons are published as counts; the words
 * are those of CDISC NCOMPLT where it has them. Read in upper or lower case.
 */
final class OffStudyReasons {
    static final Map<String, String> OF_LEAVING = list(
            "COMPLETED",
            "LOST TO FOLLOW-UP",
            "WITHDRAWAL BY SUBJECT",
            "ADVERSE EVENT",
            "DEATH",
            "PROTOCOL DEVIATION",
            "PHYSICIAN DECISION",
            "LACK OF EFFICACY",
            "SCREEN FAILURE",
            "OTHER");

    static final Map<String, String> OF_EXCLUSION = list("INELIGIBLE", "DECLINED", "SCREEN FAILURE", "OTHER");

    private OffStudyReasons() {}

    private static Map<String, String> list(String... reasons) {
        Map<String, String> list = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (String reason : reasons) {
            list.put(reason, reason);
        }
        return list;
    }
}

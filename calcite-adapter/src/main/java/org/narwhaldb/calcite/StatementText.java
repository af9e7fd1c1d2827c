package org.narwhaldb.calcite;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.narwhaldb.calcite.SqlPlanner.Kind;

/// A statement's text with what is not a query taken off: EXPLAIN, SET, trailing semicolons.
///
/// @param query the query's text; a prefix taken off is replaced by blanks, so that positions stay those of the statement
/// @param setKey,setValue of a SET, else null
record StatementText(Kind kind, String query, String setKey, String setValue) {
    private static final String GAP = "(?:\\s|--[^\\n]*\\n|/\\*.*?\\*/)";
    private static final int FLAGS = Pattern.CASE_INSENSITIVE | Pattern.DOTALL;
    private static final Pattern EXPLAIN =
            Pattern.compile(GAP + "*+EXPLAIN" + GAP + "+(ANALYZE" + GAP + "+)?(?:PLAN" + GAP + "+)?(?:FOR" + GAP + "+)?", FLAGS);
    private static final Pattern SET = Pattern.compile(
            GAP + "*+SET" + GAP + "+([\\w.\\-]+)" + GAP + "*+(?:=|\\bTO\\b)" + GAP + "*+('(?:[^']|'')*'|\"[^\"]*\"|[^\\s;]+)" + GAP + "*+",
            FLAGS);

    static StatementText of(String sql) {
        String text = withoutTrailingSemicolon(sql);
        Matcher set = SET.matcher(text);
        if (set.matches()) {
            return new StatementText(Kind.SET, null, set.group(1), unquoted(set.group(2)));
        }
        Matcher explain = EXPLAIN.matcher(text);
        if (explain.lookingAt()) {
            Kind kind = explain.group(1) == null ? Kind.EXPLAIN : Kind.EXPLAIN_ANALYZE;
            String blanks = text.substring(0, explain.end()).replaceAll("[^\\n]", " ");
            return new StatementText(kind, blanks + text.substring(explain.end()), null, null);
        }
        return new StatementText(Kind.QUERY, text, null, null);
    }

    private static String withoutTrailingSemicolon(String sql) {
        String text = sql.stripTrailing();
        while (text.endsWith(";")) {
            text = text.substring(0, text.length() - 1).stripTrailing();
        }
        return text;
    }

    private static String unquoted(String value) {
        char quote = value.charAt(0);
        if (value.length() < 2 || (quote != '\'' && quote != '"')) {
            return value;
        }
        String inner = value.substring(1, value.length() - 1);
        return quote == '\'' ? inner.replace("''", "'") : inner;
    }
}

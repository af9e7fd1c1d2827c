package org.narwhaldb.calcite;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.parser.SqlAbstractParserImpl;
import org.apache.calcite.sql.parser.SqlParser;
import org.apache.calcite.sql.parser.SqlParserPos;

/// Lets keywords be names where the grammar has no other use for them: `SELECT time FROM edits`. When the parser stops at
/// one that does not give a statement its structure, that occurrence is disguised by letters of another alphabet, as many,
/// so that positions stay; after parsing, names are restored.
final class KeywordsAsNames {
    private static final int OTHER_ALPHABET = 0x1000;
    private static final int TRIES_MAX = 50;
    private static final Pattern WORD = Pattern.compile("[A-Za-z_][A-Za-z_0-9]*");
    /// A string, a quoted name, a word or a single sign.
    private static final Pattern TOKEN = Pattern.compile("'[^']*'|\"[^\"]*\"|[A-Za-z_][A-Za-z_0-9]*|[^\\s\\w]|\\w+");
    private static final int LOOK_AHEAD = 2;
    private static final SqlAbstractParserImpl.Metadata METADATA = SqlParser.create("", SqlSyntax.PARSER).getMetadata();
    private static final Set<String> STRUCTURE = Set.of("SELECT", "FROM", "WHERE", "GROUP", "ORDER", "BY", "HAVING", "LIMIT", "OFFSET",
            "FETCH", "UNION", "INTERSECT", "EXCEPT", "MINUS", "JOIN", "ON", "USING", "INNER", "OUTER", "LEFT", "RIGHT", "FULL", "CROSS",
            "NATURAL", "AND", "OR", "NOT", "AS", "CASE", "WHEN", "THEN", "ELSE", "END", "IN", "IS", "NULL", "WITH", "VALUES", "SET",
            "EXPLAIN", "DISTINCT", "ALL", "ANY", "SOME", "EXISTS", "BETWEEN", "LIKE", "INSERT", "UPDATE", "DELETE", "CREATE", "DROP",
            "ALTER", "MERGE", "CAST", "TRUE", "FALSE", "OVER", "PARTITION", "FILTER", "INTERVAL", "ASC", "DESC");

    private final StringBuilder text;
    private final Map<String, String> names = new HashMap<>();
    private int tries;

    KeywordsAsNames(String text) {
        this.text = new StringBuilder(text);
    }

    String text() {
        return text.toString();
    }

    /// @return whether the word at the position, or one of the two tokens behind it, could be a name and has been disguised
    boolean disguise(SqlParserPos position) {
        int start = position == null || tries++ >= TRIES_MAX ? -1 : offset(position);
        Matcher token = TOKEN.matcher(text);
        for (int ahead = 0; start >= 0 && ahead <= LOOK_AHEAD && token.find(start); ahead++) {
            String name = token.group();
            if (WORD.matcher(name).matches() && isKeyword(name)) {
                replace(token.start(), name);
                return true;
            }
            start = token.end();
        }
        return false;
    }

    private static boolean isKeyword(String word) {
        String upper = word.toUpperCase(Locale.ROOT);
        return !STRUCTURE.contains(upper) && METADATA.getTokens().contains(upper);
    }

    private void replace(int start, String name) {
        StringBuilder disguised = new StringBuilder();
        name.chars().forEach(letter -> disguised.append((char) (letter + OTHER_ALPHABET)));
        names.put(disguised.toString(), name);
        text.replace(start, start + name.length(), disguised.toString());
    }

    private int offset(SqlParserPos position) {
        int start = 0;
        for (int line = 1; line < position.getLineNum(); line++) {
            start = text.indexOf("\n", start) + 1;
            if (start == 0) {
                return -1;
            }
        }
        int offset = start + position.getColumnNum() - 1;
        return offset >= 0 && offset < text.length() ? offset : -1;
    }

    SqlIdentifier restored(SqlIdentifier identifier) {
        if (names.isEmpty() || identifier.names.stream().noneMatch(names::containsKey)) {
            return identifier;
        }
        List<String> restored = identifier.names.stream().map(name -> names.getOrDefault(name, name)).toList();
        List<SqlParserPos> positions = java.util.stream.IntStream.range(0, restored.size())
                .mapToObj(identifier::getComponentParserPosition).toList();
        return new SqlIdentifier(restored, identifier.getCollation(), identifier.getParserPosition(), positions);
    }
}

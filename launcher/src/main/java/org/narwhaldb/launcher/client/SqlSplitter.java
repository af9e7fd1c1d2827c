package org.narwhaldb.launcher.client;

import java.util.ArrayList;
import java.util.List;

/// Cuts a script into statements at semicolons outside of quotes and comments.
public final class SqlSplitter {
    private SqlSplitter() {}

    public static List<String> split(String script) {
        List<String> statements = new ArrayList<>();
        int start = 0;
        int index = 0;
        while (index < script.length()) {
            char character = script.charAt(index);
            if (character == '\'' || character == '"') {
                index = skipTo(script, index + 1, String.valueOf(character));
            } else if (script.startsWith("--", index)) {
                index = skipTo(script, index, "\n");
            } else if (script.startsWith("/*", index)) {
                index = skipTo(script, index + 2, "*/");
            } else if (character == ';') {
                add(statements, script.substring(start, index));
                start = ++index;
            } else {
                index++;
            }
        }
        add(statements, script.substring(start));
        return statements;
    }

    /// Whether the text ends a statement: a semicolon outside of quotes and comments is its last character.
    static boolean isComplete(String text) {
        String trimmed = text.stripTrailing();
        return trimmed.isEmpty() || (trimmed.endsWith(";") && !split(trimmed + " x").getLast().endsWith("; x"));
    }

    private static int skipTo(String script, int from, String end) {
        int found = script.indexOf(end, from);
        return found < 0 ? script.length() : found + end.length();
    }

    private static void add(List<String> statements, String text) {
        if (!text.isBlank()) {
            statements.add(text.strip());
        }
    }
}

package org.narwhaldb.flight.sql;

import java.util.function.Predicate;
import java.util.regex.Pattern;

/// JDBC metadata patterns: `%` any text, `_` one character, `\` escapes. Null or empty accepts everything.
final class LikePattern {
    private LikePattern() {}

    static Predicate<String> of(String pattern) {
        if (pattern == null || pattern.isEmpty()) {
            return _ -> true;
        }
        StringBuilder regex = new StringBuilder();
        for (int index = 0; index < pattern.length(); index++) {
            char character = pattern.charAt(index);
            if (character == '\\' && index + 1 < pattern.length()) {
                regex.append(Pattern.quote(String.valueOf(pattern.charAt(++index))));
            } else if (character == '%') {
                regex.append(".*");
            } else if (character == '_') {
                regex.append('.');
            } else {
                regex.append(Pattern.quote(String.valueOf(character)));
            }
        }
        return Pattern.compile(regex.toString(), Pattern.DOTALL).asMatchPredicate();
    }
}

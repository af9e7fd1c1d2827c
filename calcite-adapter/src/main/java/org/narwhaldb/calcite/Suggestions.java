package org.narwhaldb.calcite;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/// The nearest known name to one that is not known, by edit distance (Damerau, with neighbours swapped counting as one).
final class Suggestions {
    private Suggestions() {}

    /// A candidate within a third of the word's length, the nearest; ties go to the first in order.
    static Optional<String> nearest(String word, Collection<String> candidates) {
        String lower = word.toLowerCase(Locale.ROOT);
        int best = Math.max(1, word.length() / 3) + 1;
        String nearest = null;
        for (String candidate : candidates) {
            if (Math.abs(candidate.length() - word.length()) >= best) {
                continue;
            }
            int distance = distance(lower, candidate.toLowerCase(Locale.ROOT));
            if (distance < best) {
                best = distance;
                nearest = candidate;
            }
        }
        return Optional.ofNullable(nearest);
    }

    static String phrase(String word, Collection<String> candidates) {
        return nearest(word, candidates).map(name -> "; did you mean [" + name + "]?").orElse("");
    }

    private static int distance(String left, String right) {
        int[][] rows = new int[left.length() + 1][right.length() + 1];
        for (int i = 0; i <= left.length(); i++) {
            for (int j = 0; j <= right.length(); j++) {
                if (i == 0 || j == 0) {
                    rows[i][j] = i + j;
                    continue;
                }
                int cost = left.charAt(i - 1) == right.charAt(j - 1) ? 0 : 1;
                int value = Math.min(Math.min(rows[i - 1][j], rows[i][j - 1]) + 1, rows[i - 1][j - 1] + cost);
                if (i > 1 && j > 1 && left.charAt(i - 1) == right.charAt(j - 2) && left.charAt(i - 2) == right.charAt(j - 1)) {
                    value = Math.min(value, rows[i - 2][j - 2] + 1);
                }
                rows[i][j] = value;
            }
        }
        return rows[left.length()][right.length()];
    }
}

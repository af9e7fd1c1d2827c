package org.narwhaldb.store.iceberg;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import org.narwhaldb.store.TableName;

/// "Did you mean": the known table whose name takes the fewest edits (Levenshtein distance), if they are few.
final class NearestName {
    private static final int EDITS_MAX = 3;

    private NearestName() {}

    static Optional<TableName> of(TableName wanted, Collection<TableName> known) {
        return known.stream()
                .filter(each -> edits(wanted, each) <= Math.min(EDITS_MAX, (wanted.name().length() + 1) / 2))
                .min(Comparator.<TableName>comparingInt(each -> edits(wanted, each))
                        .thenComparing(each -> !each.namespace().equals(wanted.namespace()))
                        .thenComparing(Comparator.naturalOrder()));
    }

    private static int edits(TableName one, TableName other) {
        return edits(one.name().toLowerCase(Locale.ROOT), other.name().toLowerCase(Locale.ROOT));
    }

    private static int edits(String one, String other) {
        int[] row = new int[other.length() + 1];
        for (int index = 0; index < row.length; index++) {
            row[index] = index;
        }
        for (int index = 1; index <= one.length(); index++) {
            int diagonal = row[0];
            row[0] = index;
            for (int column = 1; column < row.length; column++) {
                int change = diagonal + (one.charAt(index - 1) == other.charAt(column - 1) ? 0 : 1);
                diagonal = row[column];
                row[column] = Math.min(change, Math.min(row[column], row[column - 1]) + 1);
            }
        }
        return row[other.length()];
    }
}

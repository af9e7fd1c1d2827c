package org.narwhaldb.engine.expression;

import java.util.List;
import org.narwhaldb.engine.batch.Column;
import org.narwhaldb.engine.batch.Column.BytesColumn;

/// One dictionary of the distinct entries of several, with the new code of each old one.
final class DictionaryMerge {
    private final List<BytesColumn> sources;
    private final int[][] newCodes;
    private final BytesColumn pool;

    DictionaryMerge(List<BytesColumn> sources) {
        this.sources = List.copyOf(sources);
        newCodes = new int[sources.size()][];
        DistinctBytes distinct = new DistinctBytes(16);
        for (int source = 0; source < newCodes.length; source++) {
            BytesColumn column = sources.get(source);
            int[] offsets = column.offsets();
            newCodes[source] = new int[offsets.length - 1];
            for (int entry = 0; entry < newCodes[source].length; entry++) {
                newCodes[source][entry] = distinct.add(column.bytes(), offsets[entry], offsets[entry + 1]);
            }
        }
        pool = distinct.pool();
    }

    /// Whether it was made of the same dictionaries.
    boolean isOf(List<BytesColumn> others) {
        if (others.size() != sources.size()) {
            return false;
        }
        for (int source = 0; source < sources.size(); source++) {
            BytesColumn mine = sources.get(source);
            BytesColumn other = others.get(source);
            if (mine.bytes() != other.bytes() || mine.offsets() != other.offsets()) {
                return false;
            }
        }
        return true;
    }

    int code(int source, int oldCode) {
        return newCodes[source][oldCode];
    }

    Column column(int[] codes, boolean[] nulls) {
        return new BytesColumn(pool.bytes(), pool.offsets(), codes, nulls);
    }
}

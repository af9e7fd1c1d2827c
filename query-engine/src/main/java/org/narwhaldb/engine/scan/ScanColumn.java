package org.narwhaldb.engine.scan;

import java.util.function.Function;
import org.narwhaldb.engine.batch.BytesBuilder;
import org.narwhaldb.engine.batch.Column;
import org.narwhaldb.engine.batch.Column.BytesColumn;
import org.narwhaldb.engine.batch.Columns;
import org.narwhaldb.engine.execution.FragmentExecutor.Bounds;
import org.narwhaldb.engine.operator.Reservation;
import org.narwhaldb.segment.BlockStatistics;
import org.narwhaldb.segment.Field;
import org.narwhaldb.segment.Segment;
import org.narwhaldb.segment.SegmentColumn;
import org.narwhaldb.segment.SegmentDictionary;

/// One column of one segment as a scan reads it: as batches' columns, in the table's type of today. A column that the
/// segment was built without reads as NULL.
final class ScanColumn {
    private static final int TYPICAL_BYTES = 16;

    private final Segment segment;
    private final Field field;
    /// null if the segment has no such column
    private final SegmentColumn column;
    private final Widening widening;
    private final SegmentDictionary dictionary;
    private final DictionaryPool pool;

    ScanColumn(Segment segment, Field field, Reservation reservation) {
        this(segment, field, dictionary -> new DictionaryPool(dictionary, reservation));
    }

    /// @param pools the pool for the column's dictionary, asked for if it has one
    ScanColumn(Segment segment, Field field, Function<SegmentDictionary, DictionaryPool> pools) {
        this.segment = segment;
        this.field = field;
        boolean isThere = segment.hasColumn(field.id());
        column = isThere ? segment.column(field.id()) : null;
        widening = isThere ? Widening.of(column.field().type(), field.type(), segment.id(), field.name()) : null;
        dictionary = switch (field.type().physical()) {
            case BYTES -> isThere ? column.dictionary() : null;
            case BOOLEAN, LONG, DOUBLE, INT128, NESTED -> null;
        };
        pool = dictionary == null ? null : pools.apply(dictionary);
    }

    /// For another thread.
    ScanColumn another(Reservation own) {
        return new ScanColumn(segment, field, own);
    }

    /// What stands in the segment; null if it has no such column, or one whose values are not today's.
    SegmentColumn stored() {
        return column == null || !widening.keepsValues() ? null : column;
    }

    /// Null if the column has none.
    SegmentDictionary dictionary() {
        return dictionary;
    }

    Bounds bounds(int block) {
        if (column == null) {
            return new Bounds(null, null, true, true);
        }
        BlockStatistics statistics = column.statistics(block);
        if (statistics == null) {
            return null;
        }
        boolean allNull = statistics.nullCount() == segment.blockRowCount(block);
        return new Bounds(
                widening.value(statistics.min()), widening.value(statistics.max()), statistics.nullCount() > 0,
                        allNull);
    }

    /// Rows `first + rows[i]` of the segment for `i` in `[0, count)`. With `rows`, which ascend, `first` is the first row of
    /// a block; without, any row.
    Column read(int first, int[] rows, int count) {
        if (column == null) {
            return Columns.constant(null, field.type(), count);
        }
        if (dictionary != null) {
            return coded(first, rows, count);
        }
        return widening.column(rows == null ? ColumnReads.range(column, first, count)
                : ColumnReads.picked(column, first, rows, count), count);
    }

    private Column coded(int first, int[] rows, int count) {
        int[] codes = rows == null ? ColumnReads.codes(column, first, count)
                : ColumnReads.codes(column, first, rows, count);
        boolean[] nulls = rows == null ? ColumnReads.nulls(column, first, count)
                : ColumnReads.nulls(column, first, rows, count);
        return pool.column(codes, nulls, count);
    }

    /// Entries `[from, from + count)` of the dictionary, for predicates to be asked of.
    BytesColumn entries(int from, int count) {
        BytesBuilder values = new BytesBuilder(count, count * TYPICAL_BYTES);
        dictionary.walk(from, from + count, (_, bytes, start, length, _) -> {
            values.append(bytes, start, length);
            values.endEntry();
        });
        return values.build(null);
    }
}

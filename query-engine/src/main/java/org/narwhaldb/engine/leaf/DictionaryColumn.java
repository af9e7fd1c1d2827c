package org.narwhaldb.engine.leaf;

import java.util.List;
import org.narwhaldb.engine.execution.QueryContext;
import org.narwhaldb.engine.execution.ScanTask;
import org.narwhaldb.engine.plan.TableReference;
import org.narwhaldb.engine.scan.BlockFilter;
import org.narwhaldb.segment.Field;
import org.narwhaldb.segment.Segment;
import org.narwhaldb.segment.SegmentColumn;
import org.narwhaldb.segment.SegmentDictionary;

/// A text column of the segments of one query, its codes led to those of one dictionary.
final class DictionaryColumn {
    private static final int ROWS_PER_ROW_SELECTED = 8;

    private final List<ScanTask> tasks;
    private final Field field;
    /// by task; null where codes need no map
    private final int[][] maps;
    /// by task; null where codes are stored
    private final int[][] rows;
    private final GlobalDictionary.Pool pool;
    private final DictionaryCoupons coupons;

    /// How much the query reads.
    interface Work {
        long rows();

        long rowsSelected();

        BlockFilter filter(int task);

        /// Memory that the query needs until it ends.
        void reserve(long bytes);

        /// Whether the path must not depend on what is cached, as another one would change the last digits.
        boolean mustRepeat();
    }

    private DictionaryColumn(List<ScanTask> tasks, Field field, int[][] maps, int[][] rows,
            GlobalDictionary.Pool pool, DictionaryCoupons coupons) {
        this.tasks = tasks;
        this.field = field;
        this.maps = maps;
        this.rows = rows;
        this.pool = pool;
        this.coupons = coupons;
    }

    /// @throws Unsupported if a segment has no dictionary for it, and to make one does not pay
    static DictionaryColumn of(TableReference table, Field field, List<ScanTask> tasks, Work work, QueryContext context) {
        GlobalDictionaries shared = context.resources().dictionaries();
        GlobalDictionary global = shared == null ? new GlobalDictionary() : shared.of(table, field.id());
        int[][] maps = new int[tasks.size()][];
        int[][] rows = new int[tasks.size()][];
        boolean[] numbersAll = new boolean[tasks.size()];
        for (int task = 0; task < numbersAll.length; task++) {
            numbersAll[task] = numbersAll(shared, global, tasks.get(task).segment(), field, work);
        }
        for (int task = 0; task < maps.length; task++) {
            Segment segment = tasks.get(task).segment();
            if (segment.hasColumn(field.id())) {
                SegmentColumn column = segment.column(field.id());
                SegmentDictionary dictionary = column.dictionary();
                try {
                    if (dictionary != null) {
                        maps[task] = global.map(segment, dictionary, context);
                    } else if (numbersAll[task]) {
                        rows[task] = global.rows(segment, column, context);
                    } else {
                        work.reserve((long) segment.rowCount() * Integer.BYTES);
                        rows[task] = global.rows(segment, column, work.filter(task), context);
                    }
                } catch (GlobalDictionary.TooLarge e) {
                    throw new Unsupported(e.getMessage());
                }
            }
        }
        GlobalDictionary.Pool pool = global.pool();
        if (shared != null) {
            shared.trim();
        }
        return new DictionaryColumn(tasks, field, maps, rows, pool, global.coupons());
    }

    /// Whether all rows of a segment without dictionary are numbered, to be kept for the next queries: if this one reads many of them.
    /// Of few, they alone are.
    ///
    /// @throws Unsupported if many are read, and they cannot be kept
    private static boolean numbersAll(GlobalDictionaries shared, GlobalDictionary global, Segment segment, Field field, Work work) {
        if (!segment.hasColumn(field.id()) || segment.column(field.id()).dictionary() != null) {
            return false;
        }
        if (!work.mustRepeat() && global.knowsRows(segment)) {
            return true;
        }
        boolean areMany = work.rowsSelected() >= work.rows() / ROWS_PER_ROW_SELECTED;
        if (areMany && (shared == null || !shared.hasRoomFor(work.rows()))) {
            throw new Unsupported("a text column without dictionary");
        }
        return areMany;
    }

    GlobalDictionary.Pool pool() {
        return pool;
    }

    /// Null where codes are ids.
    int[] map(int task) {
        return maps[task];
    }

    /// What the values of codes enter sketches as; null where the segment lacks the column.
    int[] coupons(int task) {
        Segment segment = tasks.get(task).segment();
        return !segment.hasColumn(field.id()) ? null
                : rows[task] != null ? coupons.of(pool) : coupons.of(segment, segment.column(field.id()).dictionary());
    }

    /// Null where the segment lacks the column.
    ColumnReader reader(int task) {
        Segment segment = tasks.get(task).segment();
        return segment.hasColumn(field.id()) ? new ColumnReader(segment, segment.column(field.id()), rows[task]) : null;
    }
}

package org.narwhaldb.engine.leaf;

import java.util.List;
import org.narwhaldb.engine.execution.QueryContext;
import org.narwhaldb.engine.execution.ScanTask;
import org.narwhaldb.engine.plan.TableReference;
import org.narwhaldb.segment.Field;
import org.narwhaldb.segment.Segment;
import org.narwhaldb.segment.SegmentDictionary;

/// A text column of the segments of one query, its codes led to those of one dictionary.
final class DictionaryColumn {
    private final List<ScanTask> tasks;
    private final Field field;
    /// by task; null where codes need no map
    private final int[][] maps;
    private final GlobalDictionary.Pool pool;

    private DictionaryColumn(List<ScanTask> tasks, Field field, int[][] maps, GlobalDictionary.Pool pool) {
        this.tasks = tasks;
        this.field = field;
        this.maps = maps;
        this.pool = pool;
    }

    /// @throws Unsupported if a segment has no dictionary for it
    static DictionaryColumn of(TableReference table, Field field, List<ScanTask> tasks, QueryContext context) {
        GlobalDictionaries shared = context.resources().dictionaries();
        GlobalDictionary global = shared == null ? new GlobalDictionary() : shared.of(table, field.id());
        int[][] maps = new int[tasks.size()][];
        for (int task = 0; task < maps.length; task++) {
            Segment segment = tasks.get(task).segment();
            if (segment.hasColumn(field.id())) {
                SegmentDictionary dictionary = segment.column(field.id()).dictionary();
                if (dictionary == null) {
                    throw new Unsupported("a text column without dictionary");
                }
                try {
                    maps[task] = global.map(segment, dictionary, context);
                } catch (GlobalDictionary.TooLarge e) {
                    throw new Unsupported(e.getMessage());
                }
            }
        }
        GlobalDictionary.Pool pool = global.pool();
        if (shared != null) {
            shared.trim();
        }
        return new DictionaryColumn(tasks, field, maps, pool);
    }

    GlobalDictionary.Pool pool() {
        return pool;
    }

    /// Null where codes are ids.
    int[] map(int task) {
        return maps[task];
    }

    /// Null where the segment lacks the column.
    ColumnReader reader(int task) {
        Segment segment = tasks.get(task).segment();
        return segment.hasColumn(field.id()) ? new ColumnReader(segment, segment.column(field.id())) : null;
    }
}

package org.narwhaldb.engine.leaf;

import java.util.List;
import org.narwhaldb.engine.execution.QueryContext;
import org.narwhaldb.engine.execution.ScanTask;
import org.narwhaldb.engine.plan.PlanNode;
import org.narwhaldb.segment.Field;

/// What one query knows of its scan's columns, found out when first asked for.
final class LeafColumns {
    private final PlanNode.Scan scan;
    private final List<ScanTask> tasks;
    private final DictionaryColumn.Work work;
    private final QueryContext context;
    private final ColumnFacts[] facts;
    private final DictionaryColumn[] dictionaries;

    LeafColumns(PlanNode.Scan scan, List<ScanTask> tasks, DictionaryColumn.Work work, QueryContext context) {
        this.work = work;
        this.scan = scan;
        this.tasks = tasks;
        this.context = context;
        facts = new ColumnFacts[scan.columns().size()];
        dictionaries = new DictionaryColumn[facts.length];
    }

    Field field(int column) {
        return scan.columns().get(column);
    }

    ColumnFacts facts(int column) {
        if (facts[column] == null) {
            facts[column] = ColumnFacts.of(field(column), tasks);
        }
        return facts[column];
    }

    DictionaryColumn dictionary(int column) {
        if (dictionaries[column] == null) {
            dictionaries[column] = DictionaryColumn.of(scan.table(), field(column), tasks, work, context);
        }
        return dictionaries[column];
    }

    /// To be called when all dictionaries that are wanted were asked for.
    LaneColumns lane() {
        return new LaneColumns(scan.columns(), tasks, dictionaries);
    }
}

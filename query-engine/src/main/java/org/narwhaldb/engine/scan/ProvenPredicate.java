package org.narwhaldb.engine.scan;

import java.util.ArrayList;
import java.util.List;
import org.narwhaldb.engine.execution.FragmentExecutor;
import org.narwhaldb.engine.execution.QueryContext;
import org.narwhaldb.engine.execution.ScanTask;
import org.narwhaldb.engine.operator.Reservation;
import org.narwhaldb.engine.plan.Expression;
import org.narwhaldb.engine.plan.PlanNode;
import org.narwhaldb.engine.plan.ScalarFunction;
import org.narwhaldb.segment.ColumnType;

/// What is left to be asked of given segments: conjuncts that the bounds of all their blocks prove are left out. So a time filter that
/// moves on with the clock is the same question, namely none, of all segments that lie within it.
public final class ProvenPredicate {
    private ProvenPredicate() {}

    /// The same scan for these segments; itself if nothing is proven.
    public static PlanNode.Scan rest(PlanNode.Scan scan, List<ScanTask> tasks, QueryContext context) {
        if (scan.predicate() == null) {
            return scan;
        }
        List<Expression> conjuncts = ScanShape.of(scan).conjuncts();
        List<Expression> proven = new ArrayList<>(conjuncts);
        try (Reservation reservation = new Reservation(context.memory())) {
            for (ScanTask task : tasks) {
                if (proven.isEmpty()) {
                    return scan;
                }
                ScanColumn[] columns = scan.columns().stream().map(field -> new ScanColumn(task.segment(), field, reservation))
                        .toArray(ScanColumn[]::new);
                proven.removeIf(conjunct -> !isProven(conjunct, columns, task));
            }
        }
        List<Expression> left = conjuncts.stream().filter(conjunct -> !proven.contains(conjunct)).toList();
        if (left.size() == conjuncts.size()) {
            return scan;
        }
        Expression rest = left.isEmpty() ? null : left.size() == 1 ? left.getFirst()
                : new Expression.Call(ScalarFunction.AND, left, ColumnType.BOOLEAN);
        return new PlanNode.Scan(scan.scanId(), scan.table(), scan.columns(), rest);
    }

    private static boolean isProven(Expression conjunct, ScanColumn[] columns, ScanTask task) {
        for (int block = task.firstBlock(); block < task.endBlock(); block++) {
            int number = block;
            if (!FragmentExecutor.mustMatch(conjunct, column -> columns[column].bounds(number))) {
                return false;
            }
        }
        return true;
    }
}

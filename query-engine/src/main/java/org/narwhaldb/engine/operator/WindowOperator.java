package org.narwhaldb.engine.operator;

import java.util.ArrayList;
import java.util.List;
import org.narwhaldb.engine.batch.Batch;
import org.narwhaldb.engine.batch.Column;
import org.narwhaldb.engine.execution.QueryContext;
import org.narwhaldb.engine.plan.PlanNode;
import org.narwhaldb.engine.plan.SortOrder;
import org.narwhaldb.engine.plan.WindowCall;

/// Window functions: takes rows sorted by partition and order, keeps whole partitions, and yields their rows with the calls' columns.
///
/// The sort spills, so what must fit in memory is one partition; small partitions are taken together, about a batch at a time.
/// Calls are evaluated a batch of output at a time from structures over the kept rows (prefix sums, a tree), so that no frame is
/// walked row by row: all rows cost O(rows log rows) at most.
final class WindowOperator implements Operator {
    private final PlanNode.Window node;
    private final Operator input;
    private final QueryContext context;
    private final Reservation reservation;
    private WindowRows rows;
    private List<WindowEvaluator> evaluators = List.of();
    private boolean isEnded;
    private int emitted;

    private WindowOperator(PlanNode.Window node, Operator input, QueryContext context) {
        this.node = node;
        this.input = input;
        this.context = context;
        reservation = new Reservation(context.memory());
        rows = new WindowRows(node, reservation.another());
    }

    /// @param input in any order
    static Operator of(PlanNode.Window node, Operator input, QueryContext context) {
        List<SortOrder> orders = new ArrayList<>();
        node.partition().forEach(column -> orders.add(new SortOrder(column, false, false)));
        orders.addAll(node.orders());
        Operator sorted = orders.isEmpty() ? input
                : new SortOperator(new PlanNode.Sort(node.input(), orders, 0, -1), input, context);
        return new WindowOperator(node, sorted, context);
    }

    @Override
    public Batch next() {
        context.check();
        if (emitted == rows.ready() && !advance()) {
            return null;
        }
        int count = Math.min(Batch.ROWS_MAX, rows.ready() - emitted);
        WindowBounds bounds = rows.bounds(emitted, count);
        List<Column> columns = new ArrayList<>(rows.range(emitted, count));
        for (WindowEvaluator evaluator : evaluators) {
            columns.add(evaluator.evaluate(bounds));
        }
        emitted += count;
        return new Batch(count, columns);
    }

    /// The next whole partitions; false if there are none.
    private boolean advance() {
        evaluators = List.of();
        rows = rows.rest();
        emitted = 0;
        if (reservation.held() == 0) {
            reservation.grow(BatchBytes.fixed(node.output().size()));
        }
        while (!isEnded && rows.ready() == 0) {
            context.check();
            Batch batch = input.next();
            isEnded = batch == null;
            if (isEnded) {
                input.close();
                rows.end();
            } else {
                rows.append(batch);
            }
        }
        List<WindowEvaluator> made = new ArrayList<>();
        if (rows.ready() > 0) {
            for (WindowCall call : node.calls()) {
                context.check();
                made.add(WindowEvaluators.of(call, rows));
            }
        }
        evaluators = made;
        return rows.ready() > 0;
    }

    @Override
    public void close() {
        input.close();
        rows.close();
        reservation.close();
    }
}

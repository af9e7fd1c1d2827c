package org.narwhaldb.engine.operator;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.narwhaldb.engine.batch.Batch;
import org.narwhaldb.engine.batch.Column;
import org.narwhaldb.engine.execution.QueryContext;
import org.narwhaldb.engine.plan.AggregateCall;
import org.narwhaldb.engine.plan.AggregateStates;
import org.narwhaldb.engine.plan.PlanNode;
import org.narwhaldb.engine.plan.PlanNode.AggregateMode;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.Field;

/// Hash aggregation: reads all input, numbers the keys with a [GroupTable], feeds one [AggregateStep] a call, then
/// yields the groups in order of first appearance.
final class AggregateOperator implements Operator {
    private final Operator input;
    private final QueryContext context;
    private final Reservation reservation;
    private final int[] keys;
    /// null without keys
    private final GroupTable table;
    private final List<AggregateStep> steps = new ArrayList<>();
    private final boolean alwaysOneRow;
    private final int outputWidth;
    private boolean isConsumed;
    private boolean hasRows;
    private int emitted;

    AggregateOperator(PlanNode.Aggregate node, Operator input, QueryContext context) {
        this.input = input;
        this.context = context;
        this.reservation = new Reservation(context.memory());
        keys = node.keys().stream().mapToInt(Integer::intValue).toArray();
        List<ColumnType> types = node.input().output().stream().map(Field::type).toList();
        table = keys.length == 0
                ? null
                : new GroupTable(Arrays.stream(keys).mapToObj(types::get).toList(), true, reservation);
        alwaysOneRow = keys.length == 0 && node.mode() != AggregateMode.PARTIAL;
        outputWidth = node.output().size();
        addSteps(node, types);
    }

    private void addSteps(PlanNode.Aggregate node, List<ColumnType> types) {
        int state = keys.length;
        int output = keys.length;
        for (AggregateCall call : node.calls()) {
            int width = AggregateStates.width(call.function());
            int outputs = node.mode() == AggregateMode.PARTIAL ? width : 1;
            List<ColumnType> outputTypes = node.output().subList(output, output + outputs).stream().map(Field::type)
                    .toList();
            int[] arguments = call.arguments().stream().mapToInt(Integer::intValue).toArray();
            if (node.mode() == AggregateMode.FINAL) {
                arguments = new int[width];
                for (int index = 0; index < width; index++) {
                    arguments[index] = state + index;
                }
            }
            steps.add(new AggregateStep(call, node.mode(), arguments, types, outputTypes, table != null, reservation));
            state += width;
            output += outputs;
        }
    }

    @Override
    public Batch next() {
        if (!isConsumed) {
            consume();
            isConsumed = true;
            input.close();
        }
        context.check();
        int groups = table != null ? table.size() : hasRows || alwaysOneRow ? 1 : 0;
        int count = Math.min(Batch.ROWS_MAX, groups - emitted);
        if (count == 0) {
            return null;
        }
        List<Column> columns = new ArrayList<>(outputWidth);
        for (int key = 0; key < keys.length; key++) {
            columns.add(table.keys(key, emitted, count));
        }
        for (AggregateStep step : steps) {
            columns.addAll(Arrays.asList(step.accumulator().output(emitted, count)));
        }
        emitted += count;
        return new Batch(count, columns);
    }

    private void consume() {
        reservation.grow(BatchBytes.fixed(outputWidth) + (long) Batch.ROWS_MAX * Integer.BYTES);
        int[] groups = table == null ? Accumulator.ONE_GROUP : new int[Batch.ROWS_MAX];
        if (alwaysOneRow) {
            steps.forEach(step -> step.reserve(1));
        }
        Column[] keyColumns = new Column[keys.length];
        for (Batch batch = input.next(); batch != null; batch = input.next()) {
            context.check();
            if (table != null) {
                for (int key = 0; key < keys.length; key++) {
                    keyColumns[key] = batch.column(keys[key]);
                }
                table.assign(keyColumns, batch.rowCount(), groups);
            }
            hasRows = true;
            int size = table == null ? 1 : table.size();
            for (AggregateStep step : steps) {
                step.reserve(size);
                step.add(batch, groups);
            }
        }
    }

    @Override
    public void close() {
        input.close();
        reservation.close();
    }
}

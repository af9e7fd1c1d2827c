package org.narwhaldb.engine.operator;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.narwhaldb.engine.batch.Batch;
import org.narwhaldb.engine.batch.Column;
import org.narwhaldb.engine.batch.Columns;
import org.narwhaldb.engine.execution.QueryContext;
import org.narwhaldb.engine.execution.SpillSpace;
import org.narwhaldb.engine.plan.AggregateCall;
import org.narwhaldb.engine.plan.AggregateStates;
import org.narwhaldb.engine.plan.PlanNode;
import org.narwhaldb.engine.plan.PlanNode.AggregateMode;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.Field;

/// Hash aggregation: reads all input, numbers the keys with a [GroupTable], feeds one [AggregateStep] a call, then
/// yields the groups in order of first appearance. Groups that come once each need no numbering: they pass through. When
/// memory is short, no more groups are added: what belongs to others goes to an [AggregateSpill], and is aggregated after the
/// groups that are there are out. Nor are more distinct rows, with or without keys.
final class AggregateOperator implements Operator {
    /// A group each.
    private static final int[] EACH_ROW = new int[Batch.ROWS_MAX];

    static {
        Arrays.setAll(EACH_ROW, row -> row);
    }

    private final Operator input;
    private final QueryContext context;
    private final Reservation reservation;
    private final int[] keys;
    /// null without keys
    private GroupTable table;
    private final List<AggregateStep> steps = new ArrayList<>();
    private final boolean alwaysOneRow;
    private final int outputWidth;
    private final PlanNode.Aggregate node;
    private final SpillSpace spillSpace;
    private final int level;
    /// read, but not passed on yet
    private Batch passing;
    /// null while memory suffices
    private AggregateSpill spill;
    /// of the present partition
    private AggregateOperator partition;
    private boolean isSpilling;
    private boolean isReleased;
    private boolean isConsumed;
    private boolean isPassing;
    private final List<ColumnType> types;
    private boolean hasRows;
    private int emitted;

    AggregateOperator(PlanNode.Aggregate node, Operator input, QueryContext context) {
        this(node, input, context, 0);
    }

    /// @param level how often these rows were partitioned for want of memory
    AggregateOperator(PlanNode.Aggregate node, Operator input, QueryContext context, int level) {
        this.node = node;
        this.level = level;
        this.input = input;
        this.context = context;
        this.reservation = new Reservation(context.memory());
        keys = node.keys().stream().mapToInt(Integer::intValue).toArray();
        types = node.input().output().stream().map(Field::type).toList();
        table = keys.length == 0
                ? null
                : new GroupTable(Arrays.stream(keys).mapToObj(types::get).toList(), true, reservation);
        alwaysOneRow = keys.length == 0 && node.mode() != AggregateMode.PARTIAL;
        outputWidth = node.output().size();
        addSteps();
        boolean maySpill = keys.length > 0
                ? AggregateSpill.takes(node.input().output(), level) : steps.stream().anyMatch(AggregateStep::maySpill);
        spillSpace = maySpill ? context.memory().spill() : null;
    }

    private void addSteps() {
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
            steps.add(new AggregateStep(call, node.mode(), arguments, types, outputTypes, keys.length > 0, reservation));
            state += width;
            output += outputs;
        }
    }

    @Override
    public Batch next() {
        if (!isConsumed) {
            consume();
            isConsumed = true;
            if (!isPassing) {
                input.close();
            }
        }
        context.check();
        if (isPassing) {
            return nextPassing();
        }
        if (isReleased) {
            return nextOfPartitions();
        }
        int groups = table != null ? table.size() : hasRows || alwaysOneRow ? 1 : 0;
        int count = Math.min(Batch.ROWS_MAX, groups - emitted);
        if (count == 0) {
            return spill == null ? null : nextOfPartitions();
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
            if (!hasRows && table != null && node.mode() == AggregateMode.FINAL && input.yieldsGroupsOnce()) {
                isPassing = true;
                passing = batch;
                return;
            }
            hasRows = true;
            for (int key = 0; key < keys.length; key++) {
                keyColumns[key] = batch.column(keys[key]);
            }
            if (!isSpilling && isShort(batch)) {
                startSpilling();
            }
            if (spill != null) {
                addKnown(batch, keyColumns, groups);
                continue;
            }
            if (table != null) {
                table.assign(keyColumns, batch.rowCount(), groups);
            }
            addToSteps(batch, groups);
        }
        steps.forEach(step -> step.finish(context));
    }

    private void startSpilling() {
        isSpilling = true;
        if (table != null) {
            spill = new AggregateSpill(spillSpace, node.input().output(), level, reservation.another());
        }
        steps.forEach(step -> step.spill(spillSpace));
    }

    /// Each row is a group.
    private Batch nextPassing() {
        Batch batch = passing == null ? input.next() : passing;
        passing = null;
        if (batch == null) {
            return null;
        }
        int count = batch.rowCount();
        steps.clear();
        reservation.set(0);
        addSteps();
        List<Column> columns = new ArrayList<>(outputWidth);
        for (int key : keys) {
            columns.add(batch.column(key));
        }
        int state = keys.length;
        for (int index = 0; index < steps.size(); index++) {
            AggregateCall call = node.calls().get(index);
            Column passed = PassedStates.of(call, batch.column(state), types.get(state), node.output().get(columns.size()).type(), count);
            if (passed != null) {
                columns.add(passed);
            } else {
                steps.get(index).reserve(count);
                steps.get(index).add(batch, EACH_ROW);
                columns.addAll(Arrays.asList(steps.get(index).accumulator().output(0, count)));
            }
            state += AggregateStates.width(call.function());
        }
        return new Batch(count, columns);
    }

    @Override
    public String path() {
        return isPassing ? "groups pass" : isSpilling ? "spilled" : null;
    }

    @Override
    public boolean yieldsGroupsOnce() {
        return keys.length > 0;
    }

    private void addToSteps(Batch batch, int[] groups) {
        int size = table == null ? 1 : table.size();
        for (AggregateStep step : steps) {
            step.reserve(size);
            step.add(batch, groups);
        }
    }

    /// Whether there may be no memory for twice the groups and distinct rows there are, or the batch's. The largest array is there
    /// twice while it grows.
    private boolean isShort(Batch batch) {
        if (spillSpace == null) {
            return false;
        }
        long held = reservation.held() + steps.stream().mapToLong(AggregateStep::distinctBytes).sum();
        return !reservation.canGrow(2 * held + BatchBytes.fixed(outputWidth) + BatchBytes.variable(batch));
    }

    /// Rows of groups that are there; the others go to their partitions.
    private void addKnown(Batch batch, Column[] keyColumns, int[] groups) {
        table.find(keyColumns, batch.rowCount(), groups);
        int[] known = new int[batch.rowCount()];
        int count = 0;
        for (int row = 0; row < batch.rowCount(); row++) {
            known[count] = row;
            count += groups[row] >= 0 ? 1 : 0;
        }
        if (count < batch.rowCount()) {
            spill.add(batch, keyColumns, groups);
        }
        if (count > 0) {
            for (int index = 0; index < count; index++) {
                groups[index] = groups[known[index]];
            }
            addToSteps(Columns.gather(batch, known, count), groups);
        }
    }

    /// Once the groups in memory are out, their memory is there for the partitions.
    private Batch nextOfPartitions() {
        if (!isReleased) {
            isReleased = true;
            steps.clear();
            table = null;
            reservation.set(0);
        }
        while (true) {
            Batch batch = partition == null ? null : partition.next();
            if (batch != null) {
                return batch;
            }
            if (partition != null) {
                partition.close();
                partition = null;
            }
            Operator rows = spill.nextPartition();
            if (rows == null) {
                return null;
            }
            partition = new AggregateOperator(node, rows, context, level + 1);
        }
    }

    @Override
    public void close() {
        input.close();
        if (partition != null) {
            partition.close();
        }
        if (spill != null) {
            spill.close();
        }
        steps.forEach(AggregateStep::close);
        reservation.close();
    }
}

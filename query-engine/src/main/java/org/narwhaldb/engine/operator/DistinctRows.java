package org.narwhaldb.engine.operator;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.narwhaldb.engine.batch.Batch;
import org.narwhaldb.engine.batch.Column;
import org.narwhaldb.engine.execution.QueryContext;
import org.narwhaldb.engine.execution.SpillSpace;
import org.narwhaldb.engine.plan.PlanNode;
import org.narwhaldb.engine.plan.PlanNode.AggregateMode;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.Field;

/// The combinations of values that a distinct aggregate call has met. When memory runs short no more are added: rows with others go to
/// an [AggregateSpill], and those of them that are distinct come at the end, as the groups of an aggregation.
final class DistinctRows implements AutoCloseable {
    private final List<Field> fields = new ArrayList<>();
    private final Reservation reservation;
    private GroupTable table;
    /// null while memory suffices
    private AggregateSpill spill;

    DistinctRows(List<ColumnType> types, Reservation reservation) {
        this.reservation = reservation;
        for (ColumnType type : types) {
            fields.add(new Field(fields.size(), "c" + fields.size(), type, true));
        }
        table = new GroupTable(types, false, reservation);
    }

    boolean maySpill() {
        return AggregateSpill.takes(fields, 0);
    }

    long heldBytes() {
        return reservation.held();
    }

    /// From now on nothing is added.
    void spill(SpillSpace space) {
        spill = new AggregateSpill(space, fields, 0, reservation.another());
    }

    /// Keeps those of the rows that are new, in order; all others have been met or will come at the end.
    ///
    /// @param columns of `count` rows
    /// @param rows their numbers, of which the first come out as those that are new
    /// @param numbers scratch
    /// @return how many are new
    int keepNew(Column[] columns, int count, int[] rows, int[] numbers) {
        if (spill != null) {
            table.find(columns, count, numbers);
            spill.add(new Batch(count, List.of(columns)), columns, numbers);
            return 0;
        }
        int known = table.size();
        table.assign(columns, count, numbers);
        int next = 0;
        for (int index = 0; index < count; index++) {
            if (numbers[index] == known) {
                known++;
                rows[next++] = rows[index];
            }
        }
        return next;
    }

    interface Sink {
        void add(Batch rows);
    }

    /// Hands on what has not been handed on yet, once nothing more is to come.
    void finish(QueryContext context, Sink sink) {
        table = null;
        reservation.close();
        if (spill == null) {
            return;
        }
        List<Integer> keys = IntStream.range(0, fields.size()).boxed().toList();
        PlanNode.Aggregate node = new PlanNode.Aggregate(
                new PlanNode.RemoteSource(0, fields), AggregateMode.SINGLE, keys, List.of(), fields);
        for (Operator rows = spill.nextPartition(); rows != null; rows = spill.nextPartition()) {
            try (Operator distinct = new AggregateOperator(node, rows, context, 1)) {
                for (Batch batch = distinct.next(); batch != null; batch = distinct.next()) {
                    sink.add(batch);
                }
            }
        }
        spill.close();
    }

    @Override
    public void close() {
        if (spill != null) {
            spill.close();
        }
        reservation.close();
    }
}

package org.narwhaldb.calcite;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.narwhaldb.engine.batch.Batch;
import org.narwhaldb.engine.batch.Column;
import org.narwhaldb.engine.execution.FragmentExecutor;
import org.narwhaldb.engine.execution.QueryContext;
import org.narwhaldb.engine.execution.QueryMemory;
import org.narwhaldb.engine.operator.Broadcast;
import org.narwhaldb.engine.operator.Operator;
import org.narwhaldb.engine.plan.DistributedPlan;
import org.narwhaldb.engine.plan.Expression;
import org.narwhaldb.engine.plan.Fragment;
import org.narwhaldb.engine.plan.PlanNode;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.Field;

/// Runs distributed plans in one thread over tables of literal rows: every scan is replaced by the rows of its table, and
/// what a leaf yields is what the root's remote source reads.
final class LocalExecution {
    private static final Instant NOW = Instant.EPOCH;

    private final MemoryCatalog catalog = new MemoryCatalog().schema("main");
    private final Map<String, List<List<Object>>> rows = new HashMap<>();
    private final SqlPlanner planner = new SqlPlanner();

    /// @param values row after row, in the shapes of `NestedValues`, text as String
    LocalExecution table(MemoryCatalog.Builder builder, Object[]... values) {
        PlannerCatalog.PlannerTable table = builder.build();
        catalog.add(table);
        List<List<Object>> all = new ArrayList<>();
        for (Object[] row : values) {
            List<Object> shaped = new ArrayList<>();
            for (Object value : row) {
                shaped.add(value instanceof String text ? text.getBytes(StandardCharsets.UTF_8)
                        : value instanceof Integer number ? Long.valueOf(number) : value);
            }
            all.add(shaped);
        }
        rows.put(table.name().table(), all);
        return this;
    }

    /// Each row as text, columns joined by `|`.
    List<String> run(String sql) {
        DistributedPlan plan = planner.plan(sql, catalog, Planning.SESSION, List.of()).plan();
        PlanCheck.check(plan);
        List<String> result = new ArrayList<>();
        try (Operator operator = operator(plan, plan.root().root())) {
            for (Batch batch = operator.next(); batch != null; batch = operator.next()) {
                for (int row = 0; row < batch.rowCount(); row++) {
                    List<String> cells = new ArrayList<>();
                    for (int column = 0; column < plan.output().size(); column++) {
                        cells.add(text(batch.column(column), row, plan.output().get(column).type()));
                    }
                    result.add(String.join("|", cells));
                }
            }
        }
        return result;
    }

    private Operator operator(DistributedPlan plan, PlanNode root) {
        QueryContext context = new QueryContext("test", NOW.plusSeconds(60), InstantSource.fixed(NOW), memory());
        FragmentExecutor.Inputs inputs = new FragmentExecutor.Inputs(List.of(),
                source -> plan.isBuild(source.fragmentId()) ? broadcast(plan, source.fragmentId(), context).rows(context)
                        : operator(plan, withRows(plan.leaf(source.fragmentId()).root())),
                _ -> { throw new IllegalStateException("no system tables here"); },
                new FragmentExecutor.Broadcasts() {
                    @Override
                    public boolean has(int fragmentId) {
                        return plan.isBuild(fragmentId);
                    }

                    @Override
                    public Broadcast get(int fragmentId) {
                        return broadcast(plan, fragmentId, context);
                    }
                });
        return FragmentExecutor.operator(root, inputs, context);
    }

    private Broadcast broadcast(DistributedPlan plan, int fragmentId, QueryContext context) {
        Fragment build = plan.builds().stream().filter(fragment -> fragment.id() == fragmentId).findFirst().orElseThrow();
        try (Operator operator = operator(plan, build.root())) {
            return Broadcast.collect(fragmentId, build.root().output(), operator, context);
        }
    }

    private static QueryMemory memory() {
        AtomicLong reserved = new AtomicLong();
        return new QueryMemory() {
            @Override
            public void reserve(long bytes) {
                reserved.addAndGet(bytes);
            }

            @Override
            public void release(long bytes) {
                reserved.addAndGet(-bytes);
            }

            @Override
            public long reservedBytes() {
                return reserved.get();
            }
        };
    }

    private PlanNode withRows(PlanNode node) {
        return switch (node) {
            case PlanNode.Scan scan -> scanned(scan);
            case PlanNode.Filter filter -> new PlanNode.Filter(withRows(filter.input()), filter.predicate());
            case PlanNode.Project project -> new PlanNode.Project(withRows(project.input()), project.expressions(), project.output());
            case PlanNode.Aggregate aggregate -> new PlanNode.Aggregate(
                    withRows(aggregate.input()), aggregate.mode(), aggregate.keys(), aggregate.calls(), aggregate.output());
            case PlanNode.Sort sort -> new PlanNode.Sort(withRows(sort.input()), sort.orders(), sort.offset(), sort.limit());
            case PlanNode.Limit limit -> new PlanNode.Limit(withRows(limit.input()), limit.offset(), limit.limit());
            case PlanNode.Join join -> new PlanNode.Join(join.type(), withRows(join.left()), join.right(), join.leftKeys(),
                    join.rightKeys(), join.residual(), join.output());
            default -> throw new IllegalArgumentException("Not in a leaf: " + node);
        };
    }

    private PlanNode scanned(PlanNode.Scan scan) {
        List<List<Expression.Literal>> literals = new ArrayList<>();
        for (List<Object> row : rows.get(scan.table().table())) {
            List<Expression.Literal> cells = new ArrayList<>();
            for (Field field : scan.columns()) {
                cells.add(new Expression.Literal(row.get(field.id() - 1), field.type()));
            }
            literals.add(cells);
        }
        PlanNode values = new PlanNode.Values(scan.columns(), literals);
        return scan.predicate() == null ? values : new PlanNode.Filter(values, scan.predicate());
    }

    private static String text(Column column, int row, ColumnType type) {
        if (column.isNull(row)) {
            return "NULL";
        }
        return switch (column) {
            case Column.BooleanColumn booleans -> String.valueOf(booleans.values()[row]);
            case Column.LongColumn longs -> switch (type.kind()) {
                case DECIMAL -> BigDecimal.valueOf(longs.values()[row], type.scale()).toPlainString();
                case DATE -> LocalDate.ofEpochDay(longs.values()[row]).toString();
                default -> String.valueOf(longs.values()[row]);
            };
            case Column.DoubleColumn doubles -> String.valueOf(doubles.values()[row]);
            case Column.Int128Column wide -> new BigDecimal(BigInteger.valueOf(wide.high()[row]).shiftLeft(64)
                    .or(new BigInteger(1, java.nio.ByteBuffer.allocate(8).putLong(wide.low()[row]).array())), type.scale()).toPlainString();
            case Column.BytesColumn bytes -> new String(bytes.value(row), StandardCharsets.UTF_8);
            case Column.NestedColumn nested -> String.valueOf(nested.values()[row]);
        };
    }
}

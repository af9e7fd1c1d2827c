package org.narwhaldb.server.partial;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.narwhaldb.engine.plan.Expression;
import org.narwhaldb.engine.plan.PlanNode;
import org.narwhaldb.engine.plan.ScalarFunction;
import org.narwhaldb.segment.BlockStatistics;
import org.narwhaldb.segment.Segment;
import org.narwhaldb.segment.SegmentColumn;

/// A leaf whose partial answers are worth keeping, and for whom the answers over some of its pairs, one after the other, are an answer
/// over all of them: a partial aggregate, whose groups the merge adds up, or a top-N, of which the merge takes the first.
///
/// @param keys of the aggregate, over the scan's columns; none for a top-N
/// @param rowsMax that a top-N yields; -1 for an aggregate
record KeptLeaf(PlanNode root, PlanNode.Scan scan, List<Expression> keys, long rowsMax) {
    private static final long TOP_ROWS_MAX = 1_000;
    /// There may be more; nobody knows.
    static final long UNKNOWN = Long.MAX_VALUE;
    private static final long SECOND_MICROS = 1_000_000;
    private static final long DAY_SECONDS = 86_400;

    /// Null for any other leaf.
    static KeptLeaf of(PlanNode root) {
        PlanNode node = root;
        while (node instanceof PlanNode.Project project) {
            node = project.input();
        }
        return switch (node) {
            case PlanNode.Aggregate aggregate when aggregate.mode() == PlanNode.AggregateMode.PARTIAL && isChain(aggregate.input()) ->
                    new KeptLeaf(root, scan(aggregate),
                            aggregate.keys().stream().map(key -> column(aggregate.input(), key)).toList(), -1);
            case PlanNode.Sort sort when sort.limit() >= 0 && sort.limit() <= TOP_ROWS_MAX && sort.offset() == 0
                    && isChain(sort.input()) -> new KeptLeaf(root, scan(sort), List.of(), sort.limit());
            default -> null;
        };
    }

    /// The one that the plan is, or the partial aggregate that it is above of; null if there is none.
    static KeptLeaf below(PlanNode root) {
        KeptLeaf leaf = of(root);
        PlanNode node = root;
        while (leaf == null && node.inputs().size() == 1) {
            node = node.inputs().getFirst();
            leaf = node instanceof PlanNode.Aggregate ? of(node) : null;
        }
        return leaf;
    }

    private static boolean isChain(PlanNode node) {
        return switch (node) {
            case PlanNode.Scan _ -> true;
            case PlanNode.Filter filter -> isChain(filter.input());
            case PlanNode.Project project -> isChain(project.input());
            default -> false;
        };
    }

    private static PlanNode.Scan scan(PlanNode node) {
        return node instanceof PlanNode.Scan scan ? scan : scan(node.inputs().getFirst());
    }

    /// The same leaf over another form of its scan.
    PlanNode over(PlanNode.Scan other) {
        return other == scan ? root : replaced(root, scan, other);
    }

    /// The plan with a node below it replaced; nodes between have one input each.
    static PlanNode replaced(PlanNode node, PlanNode below, PlanNode other) {
        return node == below ? other : node.over(List.of(replaced(node.inputs().getFirst(), below, other)));
    }

    /// Column `index` of the node's output over the scan's columns.
    private static Expression column(PlanNode node, int index) {
        return switch (node) {
            case PlanNode.Project project -> {
                List<Expression> inputs = new ArrayList<>();
                for (int column = 0; column < project.input().output().size(); column++) {
                    inputs.add(column(project.input(), column));
                }
                yield over(project.expressions().get(index), inputs);
            }
            case PlanNode.Filter filter -> column(filter.input(), index);
            default -> new Expression.InputReference(index, node.output().get(index).type());
        };
    }

    private static Expression over(Expression expression, List<Expression> inputs) {
        return switch (expression) {
            case Expression.InputReference reference -> inputs.get(reference.index());
            case Expression.Literal literal -> literal;
            case Expression.Call(ScalarFunction function, List<Expression> arguments, var type) ->
                    new Expression.Call(function, arguments.stream().map(argument -> over(argument, inputs)).toList(), type);
        };
    }

    /// About how many rows it yields of these segments; the same whenever and wherever it is asked.
    long rowsOf(List<Segment> segments) {
        long rows = rowsMax >= 0 ? rowsMax : 1;
        for (Expression key : keys) {
            long values = values(key, segments);
            if (values == UNKNOWN) {
                return UNKNOWN;
            }
            rows = Math.min(UNKNOWN - 1, saturated(rows, values));
        }
        return Math.min(rows, segments.stream().mapToLong(Segment::rowCount).sum());
    }

    private static long saturated(long left, long right) {
        return right != 0 && left > (UNKNOWN - 1) / right ? UNKNOWN - 1 : left * right;
    }

    private long values(Expression key, List<Segment> segments) {
        return switch (key) {
            case Expression.Literal _ -> 1;
            case Expression.InputReference reference -> switch (reference.type().physical()) {
                case BOOLEAN -> 3;
                case BYTES -> dictionary(reference.index(), segments);
                case LONG -> range(reference.index(), segments, 1);
                case DOUBLE, INT128, NESTED -> UNKNOWN;
            };
            case Expression.Call call -> call.function() == ScalarFunction.DATE_TRUNC
                    && call.arguments().get(0) instanceof Expression.Literal unit && unit.value() != null
                    && call.arguments().get(1) instanceof Expression.InputReference reference
                    ? range(reference.index(), segments, step(unit, call)) : UNKNOWN;
        };
    }

    private long dictionary(int column, List<Segment> segments) {
        int field = scan.columns().get(column).id();
        long most = 1;
        for (Segment segment : segments) {
            if (segment.hasColumn(field)) {
                if (segment.column(field).dictionary() == null) {
                    return UNKNOWN;
                }
                most = Math.max(most, segment.column(field).dictionary().size() + 1L);
            }
        }
        return most;
    }

    private long range(int column, List<Segment> segments, long step) {
        int field = scan.columns().get(column).id();
        long min = Long.MAX_VALUE;
        long max = Long.MIN_VALUE;
        for (Segment segment : segments) {
            SegmentColumn stored = segment.hasColumn(field) ? segment.column(field) : null;
            for (int block = 0; stored != null && block < segment.blockCount(); block++) {
                BlockStatistics statistics = stored.statistics(block);
                if (statistics == null) {
                    return UNKNOWN;
                }
                if (statistics.min() instanceof Long low && statistics.max() instanceof Long high) {
                    min = Math.min(min, low);
                    max = Math.max(max, high);
                }
            }
        }
        long width = min > max ? 0 : max - min;
        return width < 0 || step <= 0 ? UNKNOWN : width / step + 2;
    }

    /// The least distance of two values of DATE_TRUNC, in ticks of its type; 0 if unknown.
    private static long step(Expression.Literal unit, Expression.Call call) {
        long seconds = switch (new String((byte[]) unit.value(), StandardCharsets.UTF_8)) {
            case "SECOND" -> 1;
            case "MINUTE" -> 60;
            case "HOUR" -> 3_600;
            case "DAY" -> DAY_SECONDS;
            case "WEEK" -> 7 * DAY_SECONDS;
            case "MONTH" -> 28 * DAY_SECONDS;
            case "QUARTER" -> 90 * DAY_SECONDS;
            case "YEAR" -> 365 * DAY_SECONDS;
            default -> 0;
        };
        return switch (call.type().kind()) {
            case TIMESTAMP, TIMESTAMP_TZ -> seconds * SECOND_MICROS;
            case TIMESTAMP_NS, TIMESTAMP_TZ_NS -> seconds * SECOND_MICROS * 1_000;
            case DATE -> seconds / DAY_SECONDS;
            default -> 0;
        };
    }
}

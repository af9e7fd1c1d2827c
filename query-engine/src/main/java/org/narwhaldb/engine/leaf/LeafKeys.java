package org.narwhaldb.engine.leaf;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.narwhaldb.engine.execution.ScanTask;
import org.narwhaldb.engine.plan.Expression;
import org.narwhaldb.engine.plan.ScalarFunction;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.ColumnType.Kind;
import org.narwhaldb.segment.ColumnType.Physical;
import org.narwhaldb.segment.Segment;
import org.narwhaldb.segment.SortKey;

/// Chooses how each grouping key becomes ids.
final class LeafKeys {
    /// Ids of one key that may have a place in memory each, whether they occur or not.
    private static final int PLACES_MAX = 1 << 22;
    private static final long SECOND_MICROS = 1_000_000;
    private static final int DAY_SECONDS = 86_400;

    private final LeafColumns columns;
    private final List<ScanTask> tasks;

    LeafKeys(LeafColumns columns, List<ScanTask> tasks) {
        this.columns = columns;
        this.tasks = tasks;
    }

    /// @throws Unsupported if there is no way
    GroupKey of(Expression key) {
        if (key instanceof Expression.InputReference(int column, ColumnType type)) {
            return switch (type.physical()) {
                case BYTES -> new DictionaryKey(columns.dictionary(column));
                case BOOLEAN -> new BooleanKey(readers(column));
                case LONG -> longs(column);
                case DOUBLE, INT128, NESTED -> throw new Unsupported("a key of type " + type);
            };
        }
        List<Integer> read = new ArrayList<>();
        Expression single = LaneExpression.renumber(key, read);
        if (read.size() != 1) {
            throw new Unsupported("a key of several columns or none");
        }
        int column = read.getFirst();
        ColumnType type = columns.field(column).type();
        if (type.physical() == Physical.BYTES) {
            return DerivedKey.of(columns.dictionary(column), single, tasks.size());
        }
        if (type.physical() == Physical.LONG && key.type().physical() == Physical.LONG) {
            return buckets(column, single);
        }
        throw new Unsupported("a key that is computed for each row");
    }

    private LongKey.Readers readers(int column) {
        int id = columns.field(column).id();
        return task -> {
            Segment segment = tasks.get(task).segment();
            return segment.hasColumn(id) ? new ColumnReader(segment, segment.column(id)) : null;
        };
    }

    private GroupKey longs(int column) {
        ColumnFacts facts = columns.facts(column);
        if (facts.isEmpty()) {
            return new LongKey(readers(column), 0, 0);
        }
        long range = facts.max() - facts.min();
        if (!facts.isBounded() || range < 0 || range > Long.MAX_VALUE - 4) {
            throw new Unsupported("a key of an unknown range");
        }
        return new LongKey(readers(column), facts.min(), facts.max());
    }

    private GroupKey buckets(int column, Expression bucket) {
        ColumnFacts facts = columns.facts(column);
        if (!facts.isBounded() || facts.isEmpty() || !isTruncation(bucket)) {
            throw new Unsupported("a key that is computed for each row");
        }
        Expression.Call call = (Expression.Call) bucket;
        BucketKey.Source source = new BucketKey.Source(readers(column), task -> isOrdered(task, column, unit(call)),
                facts.min(), facts.max());
        return BucketKey.of(source, bucket, step(call), isRegular(call), PLACES_MAX);
    }

    /// Whether the rows of the segment are sorted by parts of the buckets of which each bucket has whole ones.
    private boolean isOrdered(int task, int column, String unit) {
        List<SortKey> sortKeys = tasks.get(task).segment().sortKeys();
        if (sortKeys.isEmpty() || sortKeys.getFirst().fieldId() != columns.field(column).id()) {
            return false;
        }
        long part = sortKeys.getFirst().bucketMicros();
        int seconds = Math.min(seconds(unit), DAY_SECONDS);
        return part == 0 || columns.field(column).type().kind() != Kind.DATE && seconds * SECOND_MICROS % part == 0;
    }

    private static boolean isRegular(Expression.Call call) {
        return switch (unit(call)) {
            case "SECOND", "MINUTE", "HOUR", "DAY", "WEEK" -> true;
            default -> false;
        };
    }

    private static String unit(Expression.Call call) {
        return new String((byte[]) ((Expression.Literal) call.arguments().getFirst()).value(), StandardCharsets.UTF_8);
    }

    private static boolean isTruncation(Expression expression) {
        return expression instanceof Expression.Call(ScalarFunction function, List<Expression> arguments, _)
                && function == ScalarFunction.DATE_TRUNC
                && arguments.get(0) instanceof Expression.Literal unit && unit.value() != null
                && arguments.get(1) instanceof Expression.InputReference;
    }

    /// The least distance of two values of DATE_TRUNC, in the ticks of its type.
    private static long step(Expression.Call call) {
        int seconds = seconds(unit(call));
        return switch (call.type().kind()) {
            case TIMESTAMP, TIMESTAMP_TZ, TIME -> seconds * SECOND_MICROS;
            case TIMESTAMP_NS, TIMESTAMP_TZ_NS -> seconds * SECOND_MICROS * 1_000;
            case DATE -> Math.max(1, seconds / DAY_SECONDS);
            default -> throw new Unsupported("buckets of type " + call.type());
        };
    }

    private static int seconds(String unit) {
        return switch (unit) {
            case "SECOND" -> 1;
            case "MINUTE" -> 60;
            case "HOUR" -> 3_600;
            case "DAY" -> DAY_SECONDS;
            case "WEEK" -> 7 * DAY_SECONDS;
            case "MONTH" -> 28 * DAY_SECONDS;
            case "QUARTER" -> 90 * DAY_SECONDS;
            case "YEAR" -> 365 * DAY_SECONDS;
            default -> throw new Unsupported("buckets of a " + unit);
        };
    }
}

package org.narwhaldb.engine.expression;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.narwhaldb.engine.batch.Batch;
import org.narwhaldb.engine.batch.Column;
import org.narwhaldb.engine.batch.Column.BooleanColumn;
import org.narwhaldb.engine.batch.Column.BytesColumn;
import org.narwhaldb.engine.batch.Column.DoubleColumn;
import org.narwhaldb.engine.batch.Column.LongColumn;
import org.narwhaldb.engine.batch.Columns;
import org.narwhaldb.engine.plan.Expression.Literal;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.ColumnType.Kind;
import org.narwhaldb.segment.ColumnType.Physical;

/// IN a list of literals, as a set of the tested type: NULL if there is no match and a member is NULL.
record InExpression(CompiledExpression tested, Members members, boolean hasNullMember) implements CompiledExpression {
    /// Sets the rows whose value is a member.
    private interface Members {
        void find(Column column, boolean[] nulls, boolean[] result);
    }

    /// @param literals of the tested type, or numbers where that is one
    static CompiledExpression of(CompiledExpression tested, List<Literal> literals) {
        List<Literal> present = literals.stream().filter(literal -> literal.value() != null).toList();
        boolean hasNull = present.size() < literals.size();
        return new InExpression(tested, members(tested.type(), present), hasNull);
    }

    @Override
    public ColumnType type() {
        return ColumnType.BOOLEAN;
    }

    @Override
    public Column evaluate(Batch input) {
        Column column = tested.evaluate(input);
        int rowCount = input.rowCount();
        boolean[] result = new boolean[rowCount];
        members.find(column, column.nulls(), result);
        if (!hasNullMember) {
            return new BooleanColumn(result, column.nulls());
        }
        boolean[] nulls = Nulls.copy(column.nulls(), rowCount);
        for (int row = 0; row < rowCount; row++) {
            nulls[row] |= !result[row];
        }
        return new BooleanColumn(result, nulls);
    }

    private static Members members(ColumnType type, List<Literal> literals) {
        return switch (type.physical()) {
            case LONG -> longs(literals.stream().map(literal -> unscaled(literal, type)).filter(Objects::nonNull)
                    .filter(value -> value.bitLength() < 64).mapToLong(BigInteger::longValue).sorted().distinct()
                            .toArray());
            case DOUBLE -> doubles(literals.stream()
                    .mapToDouble(literal -> literal.value() instanceof Double real ? real
                            : ValueOrder.toDecimal(literal.value(), literal.type()).doubleValue()).toArray());
            case BYTES -> bytes(literals);
            case BOOLEAN, INT128, NESTED -> oneByOne(type, literals);
        };
    }

    /// The literal's number in the tested type's scale; null if that type has no such number.
    private static BigInteger unscaled(Literal literal, ColumnType type) {
        if (literal.type().equals(type)) {
            return BigInteger.valueOf((Long) literal.value());
        }
        if (literal.value() instanceof Double real && (Double.isNaN(real) || Double.isInfinite(real))) {
            return null;
        }
        BigDecimal number = literal.value() instanceof Double real
                ? new BigDecimal(real) : ValueOrder.toDecimal(literal.value(), literal.type());
        int scale = type.kind() == Kind.DECIMAL ? type.scale() : 0;
        number = number.stripTrailingZeros();
        return number.scale() > scale ? null : number.setScale(scale).unscaledValue();
    }

    private static Members longs(long[] sorted) {
        return (column, _, result) -> {
            long[] values = ((LongColumn) column).values();
            if (sorted.length <= 8) {
                for (long member : sorted) {
                    for (int row = 0; row < result.length; row++) {
                        result[row] |= values[row] == member;
                    }
                }
                return;
            }
            for (int row = 0; row < result.length; row++) {
                result[row] = Arrays.binarySearch(sorted, values[row]) >= 0;
            }
        };
    }

    private static Members doubles(double[] members) {
        double[] sorted = new double[members.length];
        for (int i = 0; i < members.length; i++) {
            sorted[i] = members[i] + 0.0;
        }
        Arrays.sort(sorted);
        return (column, _, result) -> {
            double[] values = ((DoubleColumn) column).values();
            for (int row = 0; row < result.length; row++) {
                // + 0.0 turns -0 into 0; binarySearch holds all NaN equal
                result[row] = Arrays.binarySearch(sorted, values[row] + 0.0) >= 0;
            }
        };
    }

    private static Members bytes(List<Literal> literals) {
        DistinctBytes set = new DistinctBytes(literals.size());
        for (Literal literal : literals) {
            byte[] value = (byte[]) literal.value();
            set.add(value, 0, value.length);
        }
        return (column, nulls, result) -> {
            BytesColumn values = (BytesColumn) column;
            for (int row = 0; row < result.length; row++) {
                result[row] = !Nulls.isNull(nulls, row)
                        && set.contains(values.bytes(), values.start(row), values.end(row));
            }
        };
    }

    private static Members oneByOne(ColumnType type, List<Literal> literals) {
        return (column, nulls, result) -> {
            for (int row = 0; row < result.length; row++) {
                if (Nulls.isNull(nulls, row)) {
                    continue;
                }
                Object value = Columns.valueAt(column, row, type);
                for (Literal literal : literals) {
                    result[row] |= ValueOrder.compare(value, type, literal.value(), literal.type()) == 0;
                }
            }
        };
    }

    /// Whether the literals can be members of a set of the tested type.
    static boolean accepts(ColumnType tested, ColumnType member) {
        return tested.equals(member)
                || (Numbers.isNumber(tested) && Numbers.isNumber(member))
                || (tested.physical() == Physical.BYTES && member.physical() == Physical.BYTES)
                || (tested.isNested() && member.isNested());
    }
}

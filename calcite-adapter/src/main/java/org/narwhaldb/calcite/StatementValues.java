package org.narwhaldb.calcite;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.narwhaldb.engine.plan.Expression;
import org.narwhaldb.segment.ColumnType;

/// The values in a statement, those of its literals and those bound to its parameters, and how they stand to each other.
///
/// What a planner makes of a comparison with a constant depends on the constant only by where it stands among the others: `x > 5 AND
/// x > 3` loses a term, `x > 3 AND x < 5` does not. So of two statements of one shape and one order of values, one plan holds for
/// both. The order counts all values of a family, and some that a planner brings in itself: 0, 1 and the empty text.
///
/// @param order for each value its place among the distinct values of its family
record StatementValues(List<Expression.Literal> values, int literalCount, List<Integer> order) {
    private static final int VALUES_MAX = 40;
    private static final long MICROS_PER_DAY = 86_400_000_000L;

    private enum Family { NUMBER, TEXT, MOMENT, OTHER }

    private record Ranked(Family family, Object value) {}

    private static final List<Ranked> IMPLICIT = List.of(new Ranked(Family.NUMBER, BigDecimal.ZERO),
            new Ranked(Family.NUMBER, BigDecimal.ONE), new Ranked(Family.TEXT, new byte[0]));

    /// Empty if there are none, or too many to be worth it.
    static Optional<StatementValues> of(SqlTokens tokens, List<Expression.Literal> parameters) {
        List<Expression.Literal> values = new ArrayList<>();
        tokens.literals().forEach(literal -> values.add(literal.value()));
        values.addAll(parameters);
        return values.isEmpty() || values.size() > VALUES_MAX ? Optional.empty()
                : Optional.of(new StatementValues(values, tokens.literals().size(), order(values)));
    }

    private static List<Integer> order(List<Expression.Literal> values) {
        List<Ranked> ranked = new ArrayList<>(values.stream().map(StatementValues::ranked).toList());
        List<Ranked> all = new ArrayList<>(ranked);
        all.addAll(IMPLICIT);
        List<Integer> order = new ArrayList<>();
        for (Ranked value : ranked) {
            int below = 0;
            int equal = 0;
            for (Ranked other : all) {
                if (other.family() == value.family() && value.family() != Family.OTHER) {
                    int comparison = compare(other, value);
                    below += comparison < 0 ? 1 : 0;
                    equal += comparison == 0 ? 1 : 0;
                }
            }
            order.add(below << 16 | equal);
        }
        return List.copyOf(order);
    }

    private static int compare(Ranked one, Ranked other) {
        return switch (one.family()) {
            case NUMBER -> ((BigDecimal) one.value()).compareTo((BigDecimal) other.value());
            case TEXT -> Arrays.compareUnsigned((byte[]) one.value(), (byte[]) other.value());
            case MOMENT -> Long.compare((Long) one.value(), (Long) other.value());
            case OTHER -> 0;
        };
    }

    private static Ranked ranked(Expression.Literal literal) {
        Object value = literal.value();
        if (value == null) {
            return new Ranked(Family.OTHER, null);
        }
        return switch (literal.type().kind()) {
            case INT, LONG -> new Ranked(Family.NUMBER, BigDecimal.valueOf((Long) value));
            case DECIMAL -> new Ranked(Family.NUMBER, Literals.decimal(value, literal.type()));
            case FLOAT, DOUBLE -> Double.isFinite((Double) value)
                    ? new Ranked(Family.NUMBER, new BigDecimal((Double) value)) : new Ranked(Family.OTHER, null);
            case STRING -> new Ranked(Family.TEXT, value);
            case DATE -> new Ranked(Family.MOMENT, Math.multiplyExact((Long) value, MICROS_PER_DAY));
            case TIMESTAMP -> new Ranked(Family.MOMENT, value);
            default -> new Ranked(Family.OTHER, null);
        };
    }

    /// Whether the value may differ between statements that share a plan, as far as its type goes.
    boolean isRanked(int index) {
        return ranked(values.get(index)).family() != Family.OTHER;
    }

    /// The value as a plan holds it where it expects `type`; empty if it is not exactly such a value.
    Optional<Expression.Literal> as(int index, ColumnType type) {
        Expression.Literal value = values.get(index);
        boolean text = value.type().kind() == ColumnType.Kind.STRING;
        return text == (type.kind() == ColumnType.Kind.STRING) && Coercion.to(value, type) instanceof Expression.Literal exact
                ? Optional.of(exact) : Optional.empty();
    }
}

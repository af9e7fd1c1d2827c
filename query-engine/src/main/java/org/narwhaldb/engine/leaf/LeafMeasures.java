package org.narwhaldb.engine.leaf;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.narwhaldb.engine.leaf.InputPlan.Source;
import org.narwhaldb.engine.leaf.InputPlan.Values;
import org.narwhaldb.engine.leaf.LeafShape.Measure;
import org.narwhaldb.engine.batch.Columns;
import org.narwhaldb.engine.operator.NumbersAsDoubles;
import org.narwhaldb.engine.plan.Expression;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.ColumnType.Kind;
import org.narwhaldb.segment.ColumnType.Physical;

/// Chooses inputs and tallies for the aggregates of a query; aggregates of one argument share theirs.
final class LeafMeasures {
    private static final int SKETCHES_MAX = 1 << 12;
    private static final int QUANTILES_MAX = 1 << 14;

    private final LeafColumns columns;
    private final long rowsMax;
    /// how many groups a tally must be ready for
    private final long groupsMax;
    private final List<InputPlan> inputs = new ArrayList<>();
    private final List<TallyPlan> tallies = new ArrayList<>();
    private final List<LeafOutput> outputs = new ArrayList<>();
    private final List<Expression> blockFilters = new ArrayList<>();
    private int rowsTally = -1;
    /// by aggregate; null but where a sum is one of a column
    private LinearSum[] linear;

    /// @param rowsMax rows that there can be at most
    LeafMeasures(LeafColumns columns, long rowsMax, long groupsMax) {
        this.columns = columns;
        this.rowsMax = rowsMax;
        this.groupsMax = groupsMax;
    }

    List<InputPlan> inputs() {
        return inputs;
    }

    List<TallyPlan> tallies() {
        return tallies;
    }

    /// One for each aggregate.
    List<LeafOutput> outputs() {
        return outputs;
    }

    /// The tally that tells which groups have rows.
    int rowsTally() {
        return rowsTally;
    }

    /// @throws Unsupported if there is no way for one of them
    void plan(List<Measure> asked) {
        List<Measure> measures = asked.stream().map(ConditionalMeasures::rewrite).toList();
        int[] sums = new int[measures.size()];
        linear = new LinearSum[sums.length];
        for (int index = 0; index < sums.length; index++) {
            Measure measure = measures.get(index);
            sums[index] = switch (measure.call().function()) {
                case SUM, SUM_OR_ZERO -> ConditionalMeasures.constant(measure) == null ? sum(index, measure) : -1;
                case AVG -> sum(index, measure);
                default -> -1;
            };
        }
        if (measures.isEmpty()) {
            rowsTally = tally(TallyPlan.of(TallyPlan.Kind.SEEN, -1));
            return;
        }
        for (int index = 0; index < tallies.size() && rowsTally < 0; index++) {
            TallyPlan tally = tallies.get(index);
            rowsTally = tally.kind() == TallyPlan.Kind.PACKED && inputs.get(tally.input()).neverSkips() ? index : -1;
        }
        if (rowsTally < 0) {
            rowsTally = tally(TallyPlan.of(TallyPlan.Kind.ROWS, -1));
        }
        for (int index = 0; index < sums.length; index++) {
            outputs.add(output(measures.get(index), sums[index], linear[index]));
        }
    }

    private int sum(int index, Measure measure) {
        Expression argument = measure.arguments().getFirst();
        linear[index] = LinearSum.of(argument, columns);
        ExactNumber exact = linear[index] == null ? ExactNumber.of(argument, columns) : null;
        if (exact != null && isSummable(exact.min(), exact.max())) {
            boolean isReal = argument.type().physical() == Physical.DOUBLE;
            return sum(input(new InputPlan(Source.EXPRESSION, Values.LONGS, argument, measure.filter(), blockFilter(measure.filter()),
                    -1, isReal ? exact.scale() : -1, true, exact.min(), exact.max(),
                    measure.filter() == null && exact.neverSkips(), exact)));
        }
        return sum(numbers(linear[index] == null ? measure
                : new Measure(measure.call(), List.of(linear[index].column()), measure.filter())));
    }

    private LeafOutput output(Measure measure, int sum, LinearSum linear) {
        return switch (measure.call().function()) {
            case COUNT_STAR, COUNT -> new LeafOutput.Counts(counts(count(measure)));
            case SUM, SUM_OR_ZERO -> sum < 0 ? constantSum(measure) : sumOutput(measure, sum, linear);
            case AVG -> new LeafOutput.Both(sumOutput(measure, sum, linear), new LeafOutput.Counts(countsOf(sum)));
            case MIN, BOOL_AND -> extreme(measure, false);
            case MAX, BOOL_OR -> extreme(measure, true);
            case STDDEV_POP, STDDEV_SAMP, VAR_POP, VAR_SAMP -> variance(measure);
            case APPROX_COUNT_DISTINCT -> new LeafOutput.Sketches(sketch(measure));
            case APPROX_QUANTILE -> quantile(measure);
            case ANY_VALUE, SINGLE_VALUE ->
                    throw new Unsupported("the aggregate " + measure.call().function());
        };
    }

    private LeafOutput sumOutput(Measure measure, int sum, LinearSum linear) {
        if (linear != null) {
            return new LeafOutput.LinearSums(sum, countsOf(sum), linear.factor(), linear.offset());
        }
        TallyPlan tally = tallies.get(sum);
        InputPlan input = inputs.get(tally.input());
        return input.values() == Values.DOUBLES || input.exponent() >= 0
                ? new LeafOutput.DoubleSums(sum, countsOf(sum), input.exponent())
                : new LeafOutput.ExactSums(sum, countsOf(sum), measure.call().name(),
                        measure.arguments().getFirst().type().scale());
    }

    /// A sum of one number where a condition holds, of nothing or zeros elsewhere.
    private LeafOutput constantSum(Measure measure) {
        ConditionalMeasures.Constant constant = ConditionalMeasures.constant(measure);
        int condition = filterCount(constant.condition());
        int seen = constant.zeroElsewhere() ? filterCount(measure.filter()) : condition;
        return new LeafOutput.ConstantSums(condition, seen, constant.value());
    }

    private int filterCount(Expression filter) {
        return filter == null ? rowsTally : counts(input(new InputPlan(Source.NONE, Values.NONE, null, filter,
                blockFilter(filter), -1, -1, false, 0, 0, false)));
    }

    /// The tally that counts what went into a sum.
    private int countsOf(int sum) {
        return tallies.get(sum).kind() == TallyPlan.Kind.PACKED ? sum : counts(tallies.get(sum).input());
    }

    /// The tally that counts the rows that the input does not skip.
    private int counts(int input) {
        if (input < 0 || inputs.get(input).neverSkips()) {
            return rowsTally;
        }
        for (int index = 0; index < tallies.size(); index++) {
            TallyPlan tally = tallies.get(index);
            if (tally.input() == input && tally.kind() == TallyPlan.Kind.PACKED) {
                return index;
            }
        }
        return tally(TallyPlan.of(TallyPlan.Kind.ROWS, input));
    }

    private LeafOutput extreme(Measure measure, boolean isMax) {
        ColumnType type = measure.arguments().getFirst().type();
        int index = values(measure);
        InputPlan input = inputs.get(index);
        boolean ofDoubles = input.values() == Values.DOUBLES;
        TallyPlan.Kind kind = ofDoubles ? isMax ? TallyPlan.Kind.MAX_DOUBLE : TallyPlan.Kind.MIN_DOUBLE
                : isMax ? TallyPlan.Kind.MAX : TallyPlan.Kind.MIN;
        return new LeafOutput.Extremes(tally(TallyPlan.of(kind, index)), counts(index), type.physical(),
                input.exponent());
    }

    private LeafOutput variance(Measure measure) {
        int index = numbers(measure);
        InputPlan input = inputs.get(index);
        int scale = Math.max(input.exponent(), measure.arguments().getFirst().type().scale());
        return new LeafOutput.Variances(tally(new TallyPlan(TallyPlan.Kind.VARIANCE, index, 0, 0,
                Math.pow(10, scale))));
    }

    /// A fraction that is none is the general operators' to refuse.
    private LeafOutput quantile(Measure measure) {
        double fraction = measure.arguments().getLast() instanceof Expression.Literal(Object value, ColumnType given) && value != null
                ? NumbersAsDoubles.of(Columns.constant(value, given, 1), given.scale(), 1)[0] : Double.NaN;
        ColumnType type = measure.arguments().getFirst().type();
        if (!(fraction >= 0 && fraction <= 1) || groupsMax > QUANTILES_MAX
                || type.physical() != Physical.LONG && type.physical() != Physical.DOUBLE) {
            throw new Unsupported("quantiles of many groups, or of " + type);
        }
        int index = numbers(measure);
        InputPlan input = inputs.get(index);
        double divisor = input.values() == Values.LONGS ? Math.pow(10, Math.max(input.exponent(), type.scale())) : 0;
        return new LeafOutput.Quantiles(tally(ValueCountTally.canCount(input, groupsMax)
                ? new TallyPlan(TallyPlan.Kind.VALUE_COUNTS, index, input.min(), input.max(), divisor)
                : new TallyPlan(TallyPlan.Kind.QUANTILE, index, 0, 0, divisor)), fraction);
    }

    private int sketch(Measure measure) {
        if (measure.filter() != null || groupsMax > SKETCHES_MAX
                || !(measure.arguments().getFirst() instanceof Expression.InputReference(int column, ColumnType type))) {
            throw new Unsupported("sketches of what is filtered, computed, or of many groups");
        }
        if (type.physical() == Physical.LONG) {
            return tally(TallyPlan.of(TallyPlan.Kind.SKETCH_LONGS, values(measure)));
        }
        if (type.physical() != Physical.BYTES) {
            throw new Unsupported("sketches of type " + type);
        }
        columns.dictionary(column);
        int input = input(new InputPlan(Source.COLUMN, Values.NONE, measure.arguments().getFirst(), null, -1, column, -1, false, 0, 0,
                false));
        return tally(new TallyPlan(TallyPlan.Kind.SKETCH_TEXTS, input, 0, 0, 0));
    }

    private int tally(TallyPlan plan) {
        int index = tallies.indexOf(plan);
        if (index < 0) {
            tallies.add(plan);
            index = tallies.size() - 1;
        }
        return index;
    }

    private int sum(int index) {
        InputPlan input = inputs.get(index);
        if (input.values() == Values.DOUBLES) {
            return tally(TallyPlan.of(TallyPlan.Kind.DOUBLES, index));
        }
        if (!input.isBounded() || !isSummable(input.min(), input.max())) {
            if (input.exponent() >= 0) {
                throw new Unsupported("decimal doubles whose sum needs 128 bits");
            }
            return tally(TallyPlan.of(TallyPlan.Kind.WIDE, index));
        }
        boolean isEmpty = input.min() > input.max();
        long fitting = isEmpty ? 0 : SumTallies.Packed.rowsMax(input.min(), input.max());
        return fitting >= Math.min(rowsMax, 4 * groupsMax) && fitting > Window.ROWS_MAX
                ? tally(new TallyPlan(TallyPlan.Kind.PACKED, index, input.min(), input.max(), 0))
                : tally(TallyPlan.of(TallyPlan.Kind.PLAIN, index));
    }

    /// Whether a long holds the sum of as many values as there are rows.
    private boolean isSummable(long min, long max) {
        long largest = Math.max(Math.abs(min), Math.abs(max));
        return largest >= 0 && largest <= (Long.MAX_VALUE >> 1) / Math.max(1, rowsMax);
    }

    /// The input that says which rows count; -1 if all do.
    private int count(Measure measure) {
        if (measure.arguments().isEmpty()) {
            return measure.filter() == null ? -1 : input(new InputPlan(Source.NONE, Values.NONE, null,
                    measure.filter(), blockFilter(measure.filter()), -1, -1, false, 0, 0, false));
        }
        if (measure.arguments().size() > 1) {
            throw new Unsupported("a count of several columns");
        }
        Expression argument = measure.arguments().getFirst();
        int known = known(argument, measure.filter());
        if (known >= 0) {
            return known;
        }
        if (!(argument instanceof Expression.InputReference(int column, ColumnType _))) {
            return argument.type().isNested() ? -1 : values(measure);
        }
        boolean neverSkips = measure.filter() == null && !columns.facts(column).mayBeNull();
        return input(new InputPlan(Source.COLUMN, Values.NONE, argument, measure.filter(), blockFilter(measure.filter()),
                column, -1, false, 0, 0,
                neverSkips));
    }

    /// Filters that fail on no row are asked of whole blocks.
    private int blockFilter(Expression filter) {
        if (filter == null || !ConditionalMeasures.isSafe(filter)) {
            return -1;
        }
        if (!blockFilters.contains(filter)) {
            blockFilters.add(filter);
        }
        return blockFilters.indexOf(filter);
    }

    List<Expression> blockFilters() {
        return blockFilters;
    }

    private int known(Expression argument, Expression filter) {
        for (int index = 0; index < inputs.size(); index++) {
            InputPlan input = inputs.get(index);
            if (argument.equals(input.argument()) && Objects.equals(filter, input.filter())) {
                return index;
            }
        }
        return -1;
    }

    private int input(InputPlan plan) {
        int index = inputs.indexOf(plan);
        if (index < 0) {
            inputs.add(plan);
            if (plan.blockFilter() < 0) {
                read(plan.filter());
            }
            if (plan.source() == Source.EXPRESSION) {
                read(plan.argument());
            }
            index = inputs.size() - 1;
        }
        return index;
    }

    /// Has the dictionaries of the texts that an expression reads made.
    private void read(Expression expression) {
        switch (expression) {
            case null -> { }
            case Expression.Literal _ -> { }
            case Expression.InputReference(int column, ColumnType type) -> {
                columns.facts(column);
                if (type.isNested()) {
                    throw new Unsupported("nested values");
                }
                if (type.physical() == Physical.BYTES) {
                    columns.dictionary(column);
                }
            }
            case Expression.Call call -> call.arguments().forEach(this::read);
        }
    }

    private int numbers(Measure measure) {
        ColumnType type = measure.arguments().getFirst().type();
        if (type.kind() != Kind.INT && type.kind() != Kind.LONG && type.kind() != Kind.DECIMAL
                && type.physical() != Physical.DOUBLE) {
            throw new Unsupported("a sum of " + type);
        }
        int index = values(measure);
        boolean isSum = switch (measure.call().function()) {
            case SUM, SUM_OR_ZERO, AVG -> true;
            default -> false;
        };
        if (type.physical() == Physical.INT128 && !isSum) {
            throw new Unsupported("a deviation of wide decimals");
        }
        return index;
    }

    private int values(Measure measure) {
        Expression argument = measure.arguments().getFirst();
        Physical physical = argument.type().physical();
        boolean isExtreme = switch (measure.call().function()) {
            case MIN, MAX, BOOL_AND, BOOL_OR -> true;
            default -> false;
        };
        if (physical == Physical.NESTED || isExtreme && (physical == Physical.BYTES || physical == Physical.INT128)) {
            throw new Unsupported("values of type " + argument.type());
        }
        Values values = physical == Physical.DOUBLE ? Values.DOUBLES : Values.LONGS;
        if (argument instanceof Expression.InputReference(int column, ColumnType _)
                && (physical == Physical.LONG || physical == Physical.DOUBLE)) {
            ColumnFacts facts = columns.facts(column);
            boolean isDecimal = physical == Physical.DOUBLE && facts.exponent() >= 0 && !facts.isEmpty();
            return input(new InputPlan(Source.COLUMN, isDecimal ? Values.LONGS : values, argument, measure.filter(),
                    blockFilter(measure.filter()), column, isDecimal ? facts.exponent() : -1,
                    physical == Physical.LONG ? facts.isBounded() : isDecimal, facts.min(), facts.max(),
                    measure.filter() == null && !facts.mayBeNull()));
        }
        return input(new InputPlan(Source.EXPRESSION, values, argument, measure.filter(), blockFilter(measure.filter()),
                -1, -1, false, 0, 0, false));
    }
}

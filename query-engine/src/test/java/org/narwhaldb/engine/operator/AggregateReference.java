package org.narwhaldb.engine.operator;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.narwhaldb.engine.plan.AggregateCall;
import org.narwhaldb.segment.ColumnType;

/// Aggregation as the standard says it, a row at a time over Java values.
record AggregateReference(TestRows input, List<Integer> keys, List<AggregateCall> calls) {

    List<List<Object>> result() {
        Map<List<Object>, List<Object[]>> groups = new LinkedHashMap<>();
        if (keys.isEmpty()) {
            groups.put(List.of(), new ArrayList<>());
        }
        for (Object[] row : input.rows()) {
            List<Object> key = new ArrayList<>();
            keys.forEach(column -> key.add(TestRows.plain(row[column])));
            groups.computeIfAbsent(key, _ -> new ArrayList<>()).add(row);
        }
        List<List<Object>> result = new ArrayList<>();
        groups.forEach((key, rows) -> {
            List<Object> values = new ArrayList<>(key);
            calls.forEach(call -> values.add(value(call, rows)));
            result.add(values);
        });
        return result;
    }

    private Object value(AggregateCall call, List<Object[]> group) {
        List<Object[]> rows = group;
        if (call.filter() >= 0) {
            rows = rows.stream().filter(row -> Boolean.TRUE.equals(row[call.filter()])).toList();
        }
        if (call.arguments().isEmpty()) {
            return (long) rows.size();
        }
        List<Object[]> present = rows.stream()
                .filter(row -> call.arguments().stream().allMatch(column -> row[column] != null))
                .toList();
        if (call.distinct()) {
            Map<List<Object>, Object[]> distinct = new LinkedHashMap<>();
            for (Object[] row : present) {
                distinct.putIfAbsent(call.arguments().stream().map(column -> TestRows.plain(row[column])).toList(),
                        row);
            }
            present = List.copyOf(distinct.values());
        }
        int column = call.arguments().getFirst();
        return of(call, input.fields().get(column).type(), present.stream().map(row -> row[column]).toList());
    }

    private static Object of(AggregateCall call, ColumnType argument, List<Object> values) {
        return switch (call.function()) {
            case COUNT_STAR, COUNT -> (long) values.size();
            case SUM -> values.isEmpty() ? null : sum(call, argument, values);
            case SUM_OR_ZERO -> sum(call, argument, values);
            case MIN, BOOL_AND -> TestRows.plain(values.stream().min((a, b) -> compare(a, b)).orElse(null));
            case MAX, BOOL_OR -> TestRows.plain(values.stream().max((a, b) -> compare(a, b)).orElse(null));
            case AVG -> values.isEmpty() ? null : average(call, argument, values);
            case ANY_VALUE, SINGLE_VALUE -> values.isEmpty() ? null : TestRows.plain(values.getFirst());
            case APPROX_COUNT_DISTINCT, APPROX_QUANTILE -> throw new IllegalArgumentException("Estimates are tested by bounds");
            case STDDEV_POP, STDDEV_SAMP, VAR_POP, VAR_SAMP -> deviation(call, argument, values);
        };
    }

    private static Object sum(AggregateCall call, ColumnType argument, List<Object> values) {
        if (argument.physical() == ColumnType.Physical.DOUBLE) {
            return values.stream().mapToDouble(value -> (Double) value).reduce(0, Double::sum);
        }
        return exact(call.type(), exactSum(argument, values));
    }

    private static BigDecimal exactSum(ColumnType argument, List<Object> values) {
        BigInteger sum = values.stream()
                .map(value -> value instanceof BigInteger wide ? wide : BigInteger.valueOf((Long) value))
                .reduce(BigInteger.ZERO, BigInteger::add);
        return new BigDecimal(sum, argument.scale());
    }

    private static Object exact(ColumnType type, BigDecimal value) {
        BigInteger unscaled = value.setScale(type.scale(), RoundingMode.HALF_UP).unscaledValue();
        return type.physical() == ColumnType.Physical.INT128 ? (Object) unscaled : unscaled.longValueExact();
    }

    private static Object average(AggregateCall call, ColumnType argument, List<Object> values) {
        if (argument.physical() == ColumnType.Physical.DOUBLE) {
            return values.stream().mapToDouble(value -> (Double) value).reduce(0, Double::sum) / values.size();
        }
        BigDecimal sum = exactSum(argument, values);
        BigDecimal count = BigDecimal.valueOf(values.size());
        return call.type().physical() == ColumnType.Physical.DOUBLE
                ? (Object) sum.divide(count, 30, RoundingMode.HALF_UP).doubleValue()
                : exact(call.type(), sum.divide(count, call.type().scale(), RoundingMode.HALF_UP));
    }

    private static Object deviation(AggregateCall call, ColumnType argument, List<Object> values) {
        boolean isSample = call.function().name().endsWith("SAMP");
        int divisor = values.size() - (isSample ? 1 : 0);
        if (divisor <= 0) {
            return null;
        }
        double[] numbers = values.stream().mapToDouble(value -> value instanceof Double number
                ? number
                : exactSum(argument, List.of(value)).doubleValue()).toArray();
        double mean = Arrays.stream(numbers).sum() / numbers.length;
        double variance = Arrays.stream(numbers).map(number -> (number - mean) * (number - mean)).sum() / divisor;
        return call.function().name().startsWith("STDDEV") ? Math.sqrt(variance) : variance;
    }

    /// Orders two values of one type: bytes unsigned, NaN last, zeros equal.
    static int compare(Object left, Object right) {
        return switch (left) {
            case Boolean value -> value.compareTo((Boolean) right);
            case Long value -> value.compareTo((Long) right);
            case Double value -> Double.compare(value == 0 ? 0 : value, (Double) right == 0 ? 0 : (Double) right);
            case BigInteger value -> value.compareTo((BigInteger) right);
            case byte[] value -> Arrays.compareUnsigned(value, (byte[]) right);
            default -> throw new IllegalArgumentException("No order: " + left);
        };
    }
}

package org.narwhaldb.conformance;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/// Random queries of window functions over `t`: id (unique), g (text), h and v (integers), m (decimal), d (double), day (date), all but
/// id with NULLs. Each has one right answer: what depends on the order of rows within a partition is ordered by id in the end.
final class WindowQueries {
    private static final List<String> KEYS = List.of("g", "h", "v", "m", "d", "day");
    private static final List<String> NUMBERS = List.of("h", "v", "m", "v * 2", "m + h");

    private final RandomGenerator random;

    WindowQueries(RandomGenerator random) {
        this.random = random;
    }

    String next(String from) {
        List<String> columns = new ArrayList<>(List.of("id"));
        for (int index = 1 + random.nextInt(4); index > 0; index--) {
            columns.add(function() + " AS c" + columns.size());
        }
        return "SELECT " + String.join(", ", columns) + " FROM " + from + " ORDER BY id";
    }

    private String function() {
        return switch (random.nextInt(6)) {
            case 0 -> pick(List.of("ROW_NUMBER()", "NTILE(%d)".formatted(1 + random.nextInt(9)))) + over(total(), "");
            case 1 -> pick(List.of("RANK()", "DENSE_RANK()", "PERCENT_RANK()", "CUME_DIST()")) + over(order(pick(KEYS)), "");
            case 2 -> pick(List.of("LAG", "LEAD")) + "(" + pick(KEYS) + pick(List.of("", ", 2", ", 0", ", 700")) + ")" + over(total(), "");
            case 3 -> pick(List.of("LAG", "LEAD")) + "(v, " + random.nextInt(4) + ", -1)" + over(total(), "");
            case 4 -> pick(List.of("FIRST_VALUE(%s)", "LAST_VALUE(%s)", "NTH_VALUE(%s, 3)")).formatted(pick(KEYS))
                    + over(total(), rows());
            default -> aggregate();
        };
    }

    private String aggregate() {
        // Variances of small integers only: of large numbers that are close together they differ in the last digits.
        String function = random.nextInt(5) == 0 ? pick(List.of("STDDEV_POP(%s)", "VAR_SAMP(%s)")).formatted(pick(List.of("h", "v")))
                : pick(List.of("SUM(%s)", "AVG(%s)", "COUNT(%s)", "MIN(%s)", "MAX(%s)")).formatted(pick(NUMBERS));
        return switch (random.nextInt(5)) {
            case 0 -> function + over(total(), rows());
            case 1 -> function + over(random.nextBoolean() ? "" : order(pick(KEYS)), "");
            case 2 -> pick(List.of("COUNT(*)", "MAX(g)", "MIN(d)", "SUM(d)", "MAX(day)")) + over(total(), rows());
            case 3 -> function + over(order(pick(List.of("h", "v", "m"))), range(String.valueOf(random.nextInt(20)), "7"));
            default -> function + over(order("day"), range("INTERVAL '40' DAY", "INTERVAL '2' MONTH"));
        };
    }

    private String over(String order, String frame) {
        String partition = switch (random.nextInt(4)) {
            case 0 -> "";
            case 1 -> "PARTITION BY g, h";
            default -> "PARTITION BY " + pick(KEYS);
        };
        return " OVER (" + partition + order + frame + ")";
    }

    private String total() {
        return (random.nextBoolean() ? order(pick(KEYS)) + ", id" : " ORDER BY id") + pick(List.of("", " DESC"));
    }

    private String order(String key) {
        return " ORDER BY " + key + pick(List.of("", " DESC")) + pick(List.of("", " NULLS FIRST", " NULLS LAST"));
    }

    private String rows() {
        return random.nextInt(4) == 0 ? "" : " ROWS BETWEEN " + bounds(String.valueOf(random.nextInt(5)), String.valueOf(random.nextInt(90)));
    }

    private String range(String one, String other) {
        return random.nextInt(4) == 0 ? "" : " RANGE BETWEEN " + bounds(one, other);
    }

    private String bounds(String one, String other) {
        return pick(List.of("UNBOUNDED PRECEDING AND CURRENT ROW", "UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING",
                "CURRENT ROW AND UNBOUNDED FOLLOWING", "%s PRECEDING AND CURRENT ROW", "%s PRECEDING AND %s FOLLOWING",
                "CURRENT ROW AND %2$s FOLLOWING", "%s PRECEDING AND UNBOUNDED FOLLOWING", "UNBOUNDED PRECEDING AND %s PRECEDING"))
                .formatted(one, other);
    }

    private <T> T pick(List<T> values) {
        return values.get(random.nextInt(values.size()));
    }
}

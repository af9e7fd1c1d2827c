package org.narwhaldb.conformance.chaos;

import java.time.LocalDate;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LongSummaryStatistics;
import java.util.List;
import java.util.TreeMap;

/// The queries that are asked, each with its right answer over rows that are known.
enum Shape {
    COUNT("SELECT COUNT(*) FROM %s", 0) {
        @Override
        List<List<Object>> answer(List<FactRow> rows) {
            return List.of(line((long) rows.size()));
        }
    },
    FILTERED("SELECT COUNT(*), SUM(amount) FROM %s WHERE amount >= 2500 AND grp <> 3 AND day < DATE '2026-02-10'", 0) {
        @Override
        List<List<Object>> answer(List<FactRow> rows) {
            LongSummaryStatistics amounts = rows.stream()
                    .filter(row -> row.amount() >= 2_500 && row.group() != 3 && row.day().isBefore(LocalDate.of(2026, 2, 10)))
                    .mapToLong(FactRow::amount).summaryStatistics();
            return List.of(line(amounts.getCount(), amounts.getCount() == 0 ? null : amounts.getSum()));
        }
    },
    GROUPED("SELECT grp, COUNT(*), SUM(amount) FROM %s GROUP BY grp ORDER BY grp", 1) {
        @Override
        List<List<Object>> answer(List<FactRow> rows) {
            return byGroup(rows);
        }
    },
    EXTREMES("SELECT COUNT(*), SUM(amount), MIN(id), MAX(id), COUNT(DISTINCT batch) FROM %s", 0) {
        @Override
        List<List<Object>> answer(List<FactRow> rows) {
            LongSummaryStatistics ids = rows.stream().mapToLong(FactRow::id).summaryStatistics();
            return List.of(rows.isEmpty() ? line(0L, null, null, null, 0L)
                    : line(ids.getCount(), rows.stream().mapToLong(FactRow::amount).sum(), ids.getMin(), ids.getMax(),
                            rows.stream().mapToLong(FactRow::batch).distinct().count()));
        }
    },
    /// Its right answer is the grouped one, weighted.
    JOINED("SELECT f.grp, COUNT(*), SUM(f.amount * g.weight) FROM %s f JOIN chaos_groups g ON f.grp = g.grp"
            + " GROUP BY f.grp ORDER BY f.grp", 1) {
        @Override
        List<List<Object>> answer(List<FactRow> rows) {
            return byGroup(rows);
        }
    },
    TOP("SELECT id, batch, amount FROM %s ORDER BY amount DESC, id LIMIT 200", -1) {
        @Override
        List<List<Object>> answer(List<FactRow> rows) {
            return rows.stream().sorted(Comparator.comparingLong(FactRow::amount).reversed().thenComparingLong(FactRow::id)).limit(200)
                    .map(row -> line(row.id(), row.batch(), row.amount())).toList();
        }
    };

    private final String sql;
    private final int countColumn;

    /// @param countColumn which column says how many rows are behind a line; -1: each line is one
    Shape(String sql, int countColumn) {
        this.sql = sql;
        this.countColumn = countColumn;
    }

    String sql(String table) {
        return sql.formatted(table);
    }

    abstract List<List<Object>> answer(List<FactRow> rows);

    /// How many of the table's rows an answer speaks of.
    long rowsBehind(List<List<Object>> answer) {
        return countColumn < 0 ? answer.size()
                : answer.stream().mapToLong(line -> line.get(countColumn) instanceof Number count ? count.longValue() : 0).sum();
    }

    /// Whether an answer has a line twice that can only be there once.
    boolean repeats(List<List<Object>> answer) {
        return answer.stream().map(List::getFirst).distinct().count() < answer.size();
    }

    private static List<List<Object>> byGroup(List<FactRow> rows) {
        TreeMap<Long, long[]> groups = new TreeMap<>();
        for (FactRow row : rows) {
            long[] totals = groups.computeIfAbsent(row.group(), _ -> new long[2]);
            totals[0]++;
            totals[1] += row.amount();
        }
        return groups.entrySet().stream().map(entry -> line(entry.getKey(), entry.getValue()[0], entry.getValue()[1])).toList();
    }

    private static List<Object> line(Object... values) {
        return Collections.unmodifiableList(Arrays.asList(values));
    }
}

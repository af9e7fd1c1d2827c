package org.narwhaldb.launcher.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class EventsTableTest {
    private static final int TIME = 0;
    private static final int COUNTRY = 2;

    @Test
    void theSameSeedGivesTheSameRows() {
        List<Object[]> first = rows(1_000, 1);
        List<Object[]> second = rows(1_000, 1);
        for (int row = 0; row < first.size(); row++) {
            assertThat(Arrays.deepEquals(first.get(row), second.get(row))).isTrue();
        }
        assertThat(Arrays.deepEquals(first.getFirst(), rows(1, 2).getFirst())).isFalse();
    }

    @Test
    void rowsAreSkewedOverNinetyDaysWithNulls() {
        List<Object[]> rows = rows(20_000, 42);
        long first = (Long) rows.getFirst()[TIME];
        long last = (Long) rows.getLast()[TIME];
        assertThat((last - first) / 86_400_000_000L).isEqualTo(89);
        Set<String> countries = new HashSet<>();
        int nulls = 0;
        int leading = 0;
        for (Object[] row : rows) {
            assertThat(row).hasSize(EventsTable.columns().size());
            String country = row[COUNTRY] == null ? null : new String((byte[]) row[COUNTRY]);
            countries.add(String.valueOf(country));
            nulls += country == null ? 1 : 0;
            leading += "US".equals(country) ? 1 : 0;
        }
        assertThat(countries).hasSize(31);
        assertThat(nulls).isBetween(200, 600);
        assertThat(leading).isGreaterThan(rows.size() / 10);
    }

    private static List<Object[]> rows(long count, long seed) {
        List<Object[]> rows = new ArrayList<>();
        EventsTable.rows(count, seed).forEach(rows::add);
        return rows;
    }
}

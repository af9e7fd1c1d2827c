package org.narwhaldb.calcite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.ZoneId;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

class SessionZoneTest {
    @Test
    void castsBetweenZonedAndZonelessValuesShiftByTheOffset() {
        assertThat(planned("select cast(tz as timestamp) from types", "UTC")).contains("CAST(tz AS TIMESTAMP)").doesNotContain("ADD_MICROS");
        assertThat(planned("select cast(tz as timestamp) from types", "+02:00"))
                .contains("ADD_MICROS(CAST(tz AS TIMESTAMP), 7200000000)");
        assertThat(planned("select cast(ts as timestamp with local time zone) from types", "+02:00"))
                .contains("CAST(ADD_MICROS(ts, -7200000000) AS TIMESTAMP_TZ)");
    }

    @Test
    void partsOfAZonedValueAreThoseOfTheSessionsClock() {
        assertThat(planned("select extract(hour from tz) from types", "-01:00")).contains("ADD_MICROS(CAST(tz AS TIMESTAMP), -3600000000)");
    }

    @Test
    void theCurrentTimeIsTheSessions() {
        assertThat(planned("select current_timestamp", "UTC")).contains("TIMESTAMP '2023-11-14T22:13:20'");
        assertThat(planned("select current_date", "+02:00")).contains("DATE '2023-11-15'");
    }

    @Test
    void aZoneWithSummerTimeIsNotSupportedInCastsYet() {
        NarwhalException error = catchThrowableOfType(
                NarwhalException.class, () -> planned("select cast(tz as timestamp) from types", "Europe/Vienna"));

        assertThat(error.code()).isEqualTo(ErrorCode.NOT_SUPPORTED);
        assertThat(error).hasMessageContaining("[Europe/Vienna]");
    }

    private static String planned(String sql, String zone) {
        SqlPlanner.Session session = new SqlPlanner.Session("main", ZoneId.of(zone), 1_700_000_000_000_000L);
        return Planning.print(Planning.PLANNER.plan(sql, Planning.CATALOG, session, List.of()).plan());
    }
}

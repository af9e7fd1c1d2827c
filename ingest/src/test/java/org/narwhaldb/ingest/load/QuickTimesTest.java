package org.narwhaldb.ingest.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.narwhaldb.ingest.Seed;

/// What is read digit by digit is what java.time reads; everything else is left to it.
class QuickTimesTest {
    private final Seed seed = Seed.draw();
    private final SplittableRandom random = seed.random();

    @Test
    void datesAreThoseOfTheCalendar() {
        for (LocalDate day = LocalDate.of(1700, 1, 1); day.getYear() <= 2200; day = day.plusDays(1)) {
            assertThat(epochDay(day.toString())).isEqualTo(day.toEpochDay());
        }
    }

    @Test
    void timestampsAreThoseOfTheFormatter() {
        for (int round = 0; round < 5_000; round++) {
            LocalDateTime time = LocalDateTime.ofEpochSecond(random.nextLong(-8_000_000_000L, 7_000_000_000L), 0, ZoneOffset.UTC);
            int digits = random.nextInt(10);
            StringBuilder text = new StringBuilder("%s%s%s".formatted(time.toLocalDate(), random.nextBoolean() ? "T" : " ",
                    LocalTime.of(time.getHour(), time.getMinute(), time.getSecond()).toString()));
            text.append(time.getSecond() == 0 ? ":00" : "").append(digits == 0 ? "" : ".");
            for (int i = 0; i < digits; i++) {
                text.append(random.nextInt(3) == 0 ? random.nextInt(10) : 0);
            }
            text.append(random.nextBoolean() ? "Z" : "");
            if (random.nextInt(5) == 0) {
                text.setCharAt(random.nextInt(text.length()), "0123456789-:.TZ ".charAt(random.nextInt(16)));
            }

            check(text.toString(), 1_000_000);
            check(text.toString(), 1_000_000_000);
        }
    }

    private static long epochDay(String text) {
        return QuickTimes.epochDay((" " + text).getBytes(StandardCharsets.US_ASCII), 1, text.length() + 1);
    }

    private static long timestamp(String text, int perSecond) {
        return QuickTimes.timestamp((" " + text).getBytes(StandardCharsets.US_ASCII), 1, text.length() + 1, perSecond);
    }

    private void check(String text, int perSecond) {
        long quick = timestamp(text, perSecond);
        if (quick != QuickTimes.NONE) {
            LocalDateTime slow = LocalDateTime.parse(text.replace(" ", "T").replace("Z", ""));
            long nanosPerUnit = 1_000_000_000L / perSecond;
            assertThat(slow.getNano() % nanosPerUnit).as("%s: %s", seed, text).isZero();
            assertThat(quick).as("%s: %s", seed, text)
                    .isEqualTo(slow.toEpochSecond(ZoneOffset.UTC) * perSecond + slow.getNano() / nanosPerUnit);
        }
    }

    @Test
    void theUsualFormsAreReadQuickly() {
        assertThat(timestamp("2026-02-28 23:59:59.123456", 1_000_000)).isNotEqualTo(QuickTimes.NONE);
        assertThat(timestamp("2024-02-29T00:00:00Z", 1_000_000)).isNotEqualTo(QuickTimes.NONE);
        assertThat(timestamp("2023-02-29T00:00:00", 1_000_000)).isEqualTo(QuickTimes.NONE);
        assertThat(timestamp("2026-01-01T00:00:00.1234567", 1_000_000)).isEqualTo(QuickTimes.NONE);
        assertThat(timestamp("2026-01-01T00:00:00.1234560", 1_000_000)).isEqualTo(1_767_225_600_123_456L);
    }
}

package org.narwhaldb.launcher.demo;

import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.Field;
import org.narwhaldb.store.TableName;

/// A skewed clickstream over 90 days in time order, with NULLs: few countries and pages make most of the rows, some users are
/// very active, nights are quiet. The same seed and row count give the same rows.
public final class EventsTable {
    public static final String NAME = "events";
    private static final String TIME_COLUMN = "event_time";
    private static final List<String> CLUSTER_BY = List.of("country", "device");
    private static final int DAYS = 90;
    private static final long DAY_MICROS = 86_400_000_000L;
    /// 2026-01-01T00:00:00
    private static final long START_MICROS = 20_454L * DAY_MICROS;
    private static final byte[][] COUNTRIES = texts("US", "DE", "IN", "BR", "GB", "FR", "JP", "CA", "IT", "ES", "MX", "AU", "NL", "SE",
        "PL", "KR", "TR", "ID", "AR", "ZA", "CH", "AT", "BE", "DK", "FI", "NO", "PT", "CZ", "GR", "IE");
    private static final byte[][] DEVICES = texts("mobile", "desktop", "tablet", "tv");
    private static final byte[][] BROWSERS = texts("Chrome", "Safari", "Edge", "Firefox", "Samsung Internet", "Opera", "Brave");
    private static final byte[][] TYPES = texts("view", "click", "add_to_cart", "purchase", "search");
    private static final String[] SECTIONS = {"home", "product", "category", "search", "cart", "help", "blog", "account"};
    private static final byte[][] CAMPAIGNS = texts("spring-sale", "newsletter", "retarget", "brand", "affiliate", "launch");
    private static final int PURCHASE = 3;
    private static final byte[][] PAGES = IntStream.range(0, 20_000)
            .mapToObj(page -> bytes("/" + SECTIONS[page % SECTIONS.length] + "/" + page)).toArray(byte[][]::new);
    private static final int USERS_PER_EVENT_PERCENT = 27;
    private static final long SEED = 42;

    private EventsTable() {}

    static List<Field> columns() {
        return List.of(
                new Field(1, TIME_COLUMN, ColumnType.TIMESTAMP, false),
                new Field(2, "event_type", ColumnType.STRING, false),
                new Field(3, "country", ColumnType.STRING, true),
                new Field(4, "device", ColumnType.STRING, false),
                new Field(5, "browser", ColumnType.STRING, true),
                new Field(6, "page", ColumnType.STRING, false),
                new Field(7, "user_id", ColumnType.STRING, true),
                new Field(8, "session_id", ColumnType.LONG, false),
                new Field(9, "campaign", ColumnType.STRING, true),
                new Field(10, "duration_millis", ColumnType.INT, true),
                new Field(11, "amount", ColumnType.decimal(10, 2), true),
                new Field(12, "score", ColumnType.DOUBLE, true),
                new Field(13, "is_bot", ColumnType.BOOLEAN, false));
    }

    public static DemoTable table(long rowCount) {
        return new DemoTable(new TableName(TableName.DEFAULT_NAMESPACE, NAME), columns(), TIME_COLUMN, CLUSTER_BY, rows(rowCount, SEED));
    }

    static Iterable<Object[]> rows(long rowCount, long seed) {
        return () -> new Iterator<>() {
            private final SplittableRandom random = new SplittableRandom(seed);
            private final long users = Math.max(100, rowCount * USERS_PER_EVENT_PERCENT / 100);
            private long row;

            @Override
            public boolean hasNext() {
                return row < rowCount;
            }

            @Override
            public Object[] next() {
                return row(random, row++, rowCount, users);
            }
        };
    }

    private static Object[] row(SplittableRandom random, long row, long rowCount, long users) {
        int type = skewed(random, TYPES.length, 2.5);
        int page = skewed(random, PAGES.length, 3);
        return new Object[] {
            time(random, row, rowCount),
            TYPES[type],
            random.nextInt(100) < 2 ? null : COUNTRIES[skewed(random, COUNTRIES.length, 2)],
            DEVICES[skewed(random, DEVICES.length, 2)],
            random.nextInt(100) < 5 ? null : BROWSERS[skewed(random, BROWSERS.length, 2)],
            PAGES[page],
            random.nextInt(100) < 10 ? null : bytes("user_" + (long) (users * Math.pow(random.nextDouble(), 1.5))),
            (row / 5) * 31 + random.nextInt(31),
            random.nextInt(100) < 60 ? null : CAMPAIGNS[skewed(random, CAMPAIGNS.length, 1.5)],
            random.nextInt(100) < 3 ? null : (long) (50 + 60_000 * Math.pow(random.nextDouble(), 4)),
            type == PURCHASE ? 100 + (long) (50_000 * Math.pow(random.nextDouble(), 3)) : null,
            random.nextInt(100) < 1 ? null : Math.round(random.nextDouble() * 10_000) / 100.0,
            random.nextInt(100) < 4};
    }

    /// Rows advance evenly through the 90 days but for a daily wave: within a day, the share of time that has passed is bent so that
    /// few rows fall into the night. Ascending but for the jitter of a second.
    private static long time(SplittableRandom random, long row, long rowCount) {
        double day = (double) row / rowCount * DAYS;
        double share = day - Math.floor(day);
        double bent = share - Math.sin(2 * Math.PI * share) / (2 * Math.PI) * 0.6;
        return START_MICROS + (long) ((Math.floor(day) + bent) * DAY_MICROS) / 1000 * 1000 + random.nextInt(1000) * 1000L;
    }

    /// An index whose frequency falls with its size; 0 is the most frequent.
    private static int skewed(SplittableRandom random, int count, double exponent) {
        return (int) (count * Math.pow(random.nextDouble(), exponent));
    }

    private static byte[][] texts(String... texts) {
        return Stream.of(texts).map(EventsTable::bytes).toArray(byte[][]::new);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}

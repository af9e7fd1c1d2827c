package org.narwhaldb.benchmarks.data;

import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.SplittableRandom;

/// The four dimensions of the Star Schema Benchmark, each a pure function of seed and key, so that fact rows look them up without tables.
/// A row is an array of values in the shape of `NestedValues`, in the order of `SsbTables`.
final class SsbDimensions {
    static final LocalDate FIRST_DAY = LocalDate.of(1992, 1, 1);
    static final int DAYS = (int) ChronoUnit.DAYS.between(FIRST_DAY, LocalDate.of(1999, 1, 1));
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;
    private static final int CITIES = 10;
    private static final int BRANDS = 40;
    private static final int SIZES = 50;
    private static final int MANUFACTURERS = 5;
    private static final int DAYS_OF_WEEK = 7;

    private final long seed;

    SsbDimensions(long seed) {
        this.seed = seed;
    }

    /// A generator for one row, whatever other rows are made.
    SplittableRandom random(int table, long key) {
        return new SplittableRandom(seed ^ (table * 31L + 7) * GOLDEN ^ key * 0xD1B54A32D192ED03L);
    }

    Object[] customer(long key) {
        SplittableRandom random = random(1, key);
        int nation = random.nextInt(SsbWords.NATIONS.length);
        return new Object[] {key, text(String.format(Locale.ROOT, "Customer#%09d", key)), address(random),
            text(SsbWords.city(nation, random.nextInt(CITIES))), text(SsbWords.NATIONS[nation]),
            text(SsbWords.REGIONS[SsbWords.NATION_REGIONS[nation]]), phone(random, nation), text(pick(random, SsbWords.SEGMENTS))};
    }

    Object[] supplier(long key) {
        SplittableRandom random = random(2, key);
        int nation = random.nextInt(SsbWords.NATIONS.length);
        return new Object[] {key, text(String.format(Locale.ROOT, "Supplier#%09d", key)), address(random),
            text(SsbWords.city(nation, random.nextInt(CITIES))), text(SsbWords.NATIONS[nation]),
            text(SsbWords.REGIONS[SsbWords.NATION_REGIONS[nation]]), phone(random, nation)};
    }

    Object[] part(long key) {
        SplittableRandom random = random(3, key);
        int manufacturer = 1 + random.nextInt(MANUFACTURERS);
        int category = 1 + random.nextInt(MANUFACTURERS);
        int brand = 1 + random.nextInt(BRANDS);
        String color = pick(random, SsbWords.COLORS);
        return new Object[] {key, text(color + " " + pick(random, SsbWords.COLORS)), text("MFGR#" + manufacturer),
            text("MFGR#" + manufacturer + category), text("MFGR#" + manufacturer + category + brand), text(color),
            text(pick(random, SsbWords.TYPES) + " " + pick(random, SsbWords.FINISHES) + " " + pick(random, SsbWords.METALS)),
            1L + random.nextInt(SIZES), text(pick(random, SsbWords.CONTAINER_SIZES) + " " + pick(random, SsbWords.CONTAINERS))};
    }

    /// Retail price in cents, as TPC-H's section 4.2.3 has it.
    static long priceCents(long partKey) {
        return 90_000 + partKey / 10 % 20_001 + 100 * (partKey % 1_000);
    }

    /// @param day from `FIRST_DAY`
    static Object[] date(int day) {
        LocalDate date = FIRST_DAY.plusDays(day);
        String month = SsbWords.MONTHS[date.getMonthValue() - 1];
        int dayOfWeek = date.getDayOfWeek().getValue();
        return new Object[] {date.toEpochDay(), text(month + " " + date.getDayOfMonth() + ", " + date.getYear()),
            text(SsbWords.DAYS[dayOfWeek - 1]), text(month), (long) date.getYear(), date.getYear() * 100L + date.getMonthValue(),
            text(month.substring(0, 3) + date.getYear()), (long) dayOfWeek, (long) date.getDayOfMonth(), (long) date.getDayOfYear(),
            (long) date.getMonthValue(), (date.getDayOfYear() - 1L) / DAYS_OF_WEEK + 1, text(season(date)),
            dayOfWeek == DAYS_OF_WEEK, date.getDayOfMonth() == date.lengthOfMonth(), dayOfWeek < DAYS_OF_WEEK - 1};
    }

    private static String season(LocalDate date) {
        return switch (date.getMonthValue()) {
            case 12 -> "Christmas";
            case 1, 2 -> "Winter";
            case 3, 4, 5 -> "Spring";
            case 6, 7, 8 -> "Summer";
            default -> "Fall";
        };
    }

    static String pick(SplittableRandom random, String[] words) {
        return words[random.nextInt(words.length)];
    }

    static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] address(SplittableRandom random) {
        byte[] address = new byte[10 + random.nextInt(16)];
        for (int index = 0; index < address.length; index++) {
            address[index] = (byte) ('a' + random.nextInt(26));
        }
        return address;
    }

    private static byte[] phone(SplittableRandom random, int nation) {
        return text(String.format(Locale.ROOT, "%02d-%03d-%03d-%04d", nation + 10, 100 + random.nextInt(900), 100 + random.nextInt(900),
                1000 + random.nextInt(9000)));
    }
}

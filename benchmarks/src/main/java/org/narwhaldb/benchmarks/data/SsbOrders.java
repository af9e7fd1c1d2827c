package org.narwhaldb.benchmarks.data;

import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.SplittableRandom;

/// Fact rows of the Star Schema Benchmark: an order of one to seven lines, all of one customer and day, as TPC-H's section 4.2.3
/// draws them; money in cents, discount and tax in percent.
final class SsbOrders {
    private static final int LINES_MAX = 7;
    private static final int QUANTITY_MAX = 50;
    private static final int DISCOUNT_MAX = 10;
    private static final int TAX_MAX = 8;
    private static final int KEYS_IN_USE = 8;
    private static final int KEYS_APART = 32;
    /// No order is younger than 151 days before the last day.
    private static final int ORDER_DAYS = (int) ChronoUnit.DAYS.between(SsbDimensions.FIRST_DAY, LocalDate.of(1998, 8, 2)) + 1;

    private final SsbDimensions dimensions;
    private final Keys keys;

    /// How many there are of each dimension; keys begin at 1.
    record Keys(int customers, int suppliers, int parts) {}

    SsbOrders(SsbDimensions dimensions, Keys keys) {
        this.dimensions = dimensions;
        this.keys = keys;
    }

    /// The lines of an order, in the columns of `lineorder`.
    Object[][] lines(long order) {
        SplittableRandom random = dimensions.random(0, order);
        long orderKey = order / KEYS_IN_USE * KEYS_APART + order % KEYS_IN_USE + 1;
        long customer = 1 + random.nextInt(keys.customers());
        long date = SsbDimensions.FIRST_DAY.toEpochDay() + random.nextInt(ORDER_DAYS);
        byte[] priority = SsbDimensions.text(SsbDimensions.pick(random, SsbWords.PRIORITIES));
        Object[][] lines = new Object[1 + random.nextInt(LINES_MAX)][];
        long total = 0;
        for (int line = 0; line < lines.length; line++) {
            long part = 1 + random.nextInt(keys.parts());
            long supplier = 1 + random.nextInt(keys.suppliers());
            long quantity = 1 + random.nextInt(QUANTITY_MAX);
            long discount = random.nextInt(DISCOUNT_MAX + 1);
            long tax = random.nextInt(TAX_MAX + 1);
            long price = SsbDimensions.priceCents(part);
            long extended = quantity * price;
            total += extended * (100 - discount) / 100 * (100 + tax) / 100;
            lines[line] = new Object[] {orderKey, line + 1L, customer, part, supplier, date, priority, 0L, quantity, extended, 0L, discount,
                extended * (100 - discount) / 100, 6 * price / 10, tax, date + 30 + random.nextInt(61),
                SsbDimensions.text(SsbDimensions.pick(random, SsbWords.SHIP_MODES))};
        }
        for (Object[] line : lines) {
            line[10] = total;
        }
        return lines;
    }
}

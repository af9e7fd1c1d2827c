package org.narwhaldb.engine.operator;

import java.util.Arrays;
import org.narwhaldb.engine.batch.BytesBuilder;
import org.narwhaldb.engine.batch.Column;
import org.narwhaldb.engine.batch.Column.BooleanColumn;
import org.narwhaldb.engine.batch.Column.BytesColumn;
import org.narwhaldb.engine.batch.Column.DoubleColumn;
import org.narwhaldb.engine.batch.Column.Int128Column;
import org.narwhaldb.engine.batch.Column.LongColumn;
import org.narwhaldb.engine.batch.Int128;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// MIN and MAX by physical type; BOOL_AND is MIN of booleans and BOOL_OR is MAX. States are values, so there is no
/// merge.
final class ExtremeAccumulators {
    private ExtremeAccumulators() {}

    /// @param mayLag see [SeenGroups]
    static Accumulator of(ColumnType type, boolean max, boolean mayLag, Reservation reservation) {
        return switch (type.physical()) {
            case BOOLEAN -> new Booleans(max, reservation);
            case LONG -> new Longs(max, mayLag, reservation);
            case DOUBLE -> new Doubles(max, reservation);
            case INT128 -> new Wide(max, reservation);
            case BYTES -> new Bytes(max, reservation);
            case NESTED -> throw NarwhalException.of(ErrorCode.NOT_SUPPORTED,
                    "MIN and MAX of [%s]: lists, structs and maps have no order; take one of their parts", type);
        };
    }

    private static boolean[] unseen(boolean[] seen, int from, int count) {
        boolean[] nulls = null;
        for (int row = 0; row < count; row++) {
            if (!seen[from + row]) {
                nulls = nulls == null ? new boolean[count] : nulls;
                nulls[row] = true;
            }
        }
        return nulls;
    }

    private static final class Longs implements Accumulator {
        private final boolean max;
        private final Reservation reservation;
        private final SeenGroups seen;
        private long[] values = new long[0];
        private int reserved;

        Longs(boolean max, boolean mayLag, Reservation reservation) {
            this.max = max;
            this.reservation = reservation;
            seen = new SeenGroups(mayLag, reservation);
        }

        /// New groups start with what every value beats or equals.
        @Override
        public void reserve(int groups) {
            values = reservation.longs(values, groups);
            if (groups > reserved) {
                Arrays.fill(values, reserved, groups, max ? Long.MIN_VALUE : Long.MAX_VALUE);
                reserved = groups;
            }
            seen.reserve(groups);
        }

        @Override
        public void add(Column[] columns, int[] groups, int count) {
            long[] source = ((LongColumn) columns[0]).values();
            boolean[] nulls = columns[0].nulls();
            if (nulls != null) {
                for (int row = 0; row < count; row++) {
                    if (!nulls[row]) {
                        values[groups[row]] = max ? Math.max(values[groups[row]], source[row])
                                : Math.min(values[groups[row]], source[row]);
                    }
                }
            } else if (max) {
                for (int row = 0; row < count; row++) {
                    values[groups[row]] = Math.max(values[groups[row]], source[row]);
                }
            } else {
                for (int row = 0; row < count; row++) {
                    values[groups[row]] = Math.min(values[groups[row]], source[row]);
                }
            }
            seen.mark(nulls, groups, count);
        }

        @Override
        public Column[] output(int from, int count) {
            return new Column[] {new LongColumn(Arrays.copyOfRange(values, from, from + count),
                    seen.unseen(from, count))};
        }
    }

    private static final class Doubles implements Accumulator {
        private final int sign;
        private final Reservation reservation;
        private double[] values = new double[0];
        private boolean[] seen = new boolean[0];

        Doubles(boolean max, Reservation reservation) {
            this.sign = max ? 1 : -1;
            this.reservation = reservation;
        }

        @Override
        public void reserve(int groups) {
            values = reservation.doubles(values, groups);
            seen = reservation.booleans(seen, groups);
        }

        @Override
        public void add(Column[] columns, int[] groups, int count) {
            double[] source = ((DoubleColumn) columns[0]).values();
            boolean[] nulls = columns[0].nulls();
            for (int row = 0; row < count; row++) {
                if (nulls != null && nulls[row]) {
                    continue;
                }
                int group = groups[row];
                if (!seen[group] || sign * ColumnStore.compareDoubles(source[row], values[group]) > 0) {
                    values[group] = source[row];
                    seen[group] = true;
                }
            }
        }

        @Override
        public Column[] output(int from, int count) {
            return new Column[] {new DoubleColumn(Arrays.copyOfRange(values, from, from + count),
                    unseen(seen, from, count))};
        }
    }

    private static final class Wide implements Accumulator {
        private final int sign;
        private final Reservation reservation;
        private long[] high = new long[0];
        private long[] low = new long[0];
        private boolean[] seen = new boolean[0];

        Wide(boolean max, Reservation reservation) {
            this.sign = max ? 1 : -1;
            this.reservation = reservation;
        }

        @Override
        public void reserve(int groups) {
            high = reservation.longs(high, groups);
            low = reservation.longs(low, groups);
            seen = reservation.booleans(seen, groups);
        }

        @Override
        public void add(Column[] columns, int[] groups, int count) {
            Int128Column source = (Int128Column) columns[0];
            for (int row = 0; row < count; row++) {
                if (source.isNull(row)) {
                    continue;
                }
                int group = groups[row];
                if (!seen[group] || sign * Int128.compare(source.high()[row], source.low()[row], high[group],
                        low[group]) > 0) {
                    high[group] = source.high()[row];
                    low[group] = source.low()[row];
                    seen[group] = true;
                }
            }
        }

        @Override
        public Column[] output(int from, int count) {
            return new Column[] {
                new Int128Column(Arrays.copyOfRange(high, from, from + count),
                        Arrays.copyOfRange(low, from, from + count),
                        unseen(seen, from, count))
            };
        }
    }

    private static final class Booleans implements Accumulator {
        private final boolean max;
        private final Reservation reservation;
        private boolean[] values = new boolean[0];
        private boolean[] seen = new boolean[0];

        Booleans(boolean max, Reservation reservation) {
            this.max = max;
            this.reservation = reservation;
        }

        @Override
        public void reserve(int groups) {
            values = reservation.booleans(values, groups);
            seen = reservation.booleans(seen, groups);
        }

        @Override
        public void add(Column[] columns, int[] groups, int count) {
            boolean[] source = ((BooleanColumn) columns[0]).values();
            for (int row = 0; row < count; row++) {
                if (columns[0].isNull(row)) {
                    continue;
                }
                int group = groups[row];
                if (!seen[group] || source[row] == max) {
                    values[group] = source[row];
                    seen[group] = true;
                }
            }
        }

        @Override
        public Column[] output(int from, int count) {
            return new Column[] {new BooleanColumn(Arrays.copyOfRange(values, from, from + count),
                    unseen(seen, from, count))};
        }
    }

    private static final class Bytes implements Accumulator {
        private static final int OBJECT_BYTES = 24;

        private final int sign;
        private final Reservation reservation;
        private Object[] values = new Object[0];

        Bytes(boolean max, Reservation reservation) {
            this.sign = max ? 1 : -1;
            this.reservation = reservation;
        }

        @Override
        public void reserve(int groups) {
            values = reservation.objects(values, groups);
        }

        @Override
        public void add(Column[] columns, int[] groups, int count) {
            BytesColumn source = (BytesColumn) columns[0];
            for (int row = 0; row < count; row++) {
                if (source.isNull(row)) {
                    continue;
                }
                int start = source.start(row);
                int end = source.end(row);
                byte[] best = (byte[]) values[groups[row]];
                if (best == null || sign * Arrays.compareUnsigned(
                        source.bytes(), start, end, best, 0, best.length) > 0) {
                    reservation.grow(OBJECT_BYTES + end - start);
                    values[groups[row]] = Arrays.copyOfRange(source.bytes(), start, end);
                    reservation.shrink(best == null ? 0 : OBJECT_BYTES + best.length);
                }
            }
        }

        @Override
        public Column[] output(int from, int count) {
            boolean[] nulls = null;
            BytesBuilder builder = new BytesBuilder(count, count * Long.BYTES);
            for (int row = 0; row < count; row++) {
                byte[] value = (byte[]) values[from + row];
                if (value != null) {
                    builder.append(value);
                } else {
                    nulls = nulls == null ? new boolean[count] : nulls;
                    nulls[row] = true;
                }
                builder.endEntry();
            }
            return new Column[] {builder.build(nulls)};
        }
    }
}

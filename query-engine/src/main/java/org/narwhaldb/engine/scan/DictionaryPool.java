package org.narwhaldb.engine.scan;

import org.narwhaldb.engine.batch.BytesBuilder;
import org.narwhaldb.engine.batch.Column.BytesColumn;
import org.narwhaldb.engine.operator.Reservation;
import org.narwhaldb.segment.SegmentDictionary;

/// A segment's dictionary as a pool of values that all batches share, made on first use. A large one of which only a few rows are
/// wanted does not become one: then a batch carries just its own values. Shared by the threads that read the column for one scan.
final class DictionaryPool {
    private static final int SMALL_DICTIONARY = 1 << 10;
    /// A value on its own costs as much as so many that are walked through.
    private static final int ENTRIES_PER_ROW = 8;
    private static final int TYPICAL_BYTES = 16;
    private static final long POOL_BYTES_MAX = Integer.MAX_VALUE - 16;

    private record Pool(byte[] bytes, int[] offsets) {}

    private final SegmentDictionary dictionary;
    private final Reservation reservation;
    private volatile Pool pool;
    private boolean isTooLarge;
    private long rowsServed;

    DictionaryPool(SegmentDictionary dictionary, Reservation reservation) {
        this.dictionary = dictionary;
        this.reservation = reservation;
    }

    /// @param codes anything where `nulls` says so; kept
    /// @param nulls null if none is
    BytesColumn column(int[] codes, boolean[] nulls, int count) {
        if (nulls != null) {
            // even an empty pool has an entry for it
            for (int row = 0; row < count; row++) {
                codes[row] = nulls[row] ? 0 : codes[row];
            }
        }
        Pool made = pool == null ? serve(count) : pool;
        return made == null ? ownValues(codes, nulls, count) : new BytesColumn(made.bytes(), made.offsets(), codes, nulls);
    }

    private synchronized Pool serve(int count) {
        rowsServed += count;
        boolean isWorthwhile = dictionary.size() <= SMALL_DICTIONARY || rowsServed * ENTRIES_PER_ROW >= dictionary.size();
        if (pool == null && isWorthwhile && !isTooLarge) {
            make();
        }
        return pool;
    }

    private void make() {
        int size = dictionary.size();
        int entries = Math.max(1, size);
        long[] bytes = new long[1];
        dictionary.walk(0, size, (_, _, _, length, _) -> bytes[0] += length);
        long heapBytes = bytes[0] + (entries + 1L) * Integer.BYTES;
        if (bytes[0] > POOL_BYTES_MAX || !reservation.canGrow(heapBytes)) {
            isTooLarge = true;
            return;
        }
        reservation.grow(heapBytes);
        byte[] values = new byte[(int) bytes[0]];
        int[] offsets = new int[entries + 1];
        dictionary.walk(0, size, (code, text, start, length, _) -> {
            System.arraycopy(text, start, values, offsets[code], length);
            offsets[code + 1] = offsets[code] + length;
        });
        pool = new Pool(values, offsets);
    }

    private BytesColumn ownValues(int[] codes, boolean[] nulls, int count) {
        BytesBuilder values = new BytesBuilder(count, count * TYPICAL_BYTES);
        for (int row = 0; row < count; row++) {
            if (nulls == null || !nulls[row]) {
                values.append(dictionary.value(codes[row]));
            }
            values.endEntry();
        }
        return values.build(nulls);
    }
}

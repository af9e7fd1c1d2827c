package org.narwhaldb.engine.operator;

import java.util.Arrays;
import org.narwhaldb.engine.batch.Column;
import org.narwhaldb.engine.batch.Column.BytesColumn;

/// One text of one dictionary: its code is looked up, the text itself is never read. NULL is a key like any other. Entries of a
/// dictionary are distinct, so codes are equal where texts are.
final class CodeTable implements KeyTable {
    /// A place each in the dictionary costs less than so many entries of a hash table.
    private static final int ENTRIES_PER_ROW = 1 << 10;

    private final Reservation reservation;
    /// of the dictionary; null before the first key
    private BytesColumn dictionary;
    /// by code, the number + 1; of NULL at the end
    private int[] numbers = new int[0];
    private int[] codes = new int[0];
    private int nullCode;
    private int size;

    CodeTable(Reservation reservation) {
        this.reservation = reservation;
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public boolean assign(Column[] keys, int count, int[] groups) {
        BytesColumn column = (BytesColumn) keys[0];
        if (dictionary == null && !open(column, count)) {
            return false;
        }
        if (!isOf(column)) {
            return false;
        }
        codes = reservation.ints(codes, size + count);
        boolean[] nulls = column.nulls();
        int[] rows = column.codes();
        for (int row = 0; row < count; row++) {
            int code = nulls != null && nulls[row] ? nullCode : rows[row];
            int number = numbers[code];
            if (number == 0) {
                codes[size] = code;
                number = ++size;
                numbers[code] = number;
            }
            groups[row] = number - 1;
        }
        return true;
    }

    private boolean open(BytesColumn column, int count) {
        int entries = column.offsets().length - 1;
        if (column.codes() == null || entries / ENTRIES_PER_ROW > count) {
            return false;
        }
        nullCode = entries;
        numbers = reservation.ints(numbers, entries + 1);
        dictionary = column;
        return true;
    }

    /// Whether the rows are of the dictionary that the keys are of.
    boolean isOf(BytesColumn column) {
        return dictionary != null && column.codes() != null && column.offsets() == dictionary.offsets()
                && column.bytes() == dictionary.bytes();
    }

    @Override
    public void find(Column[] keys, int count, int[] groups) {
        BytesColumn column = (BytesColumn) keys[0];
        boolean[] nulls = column.nulls();
        for (int row = 0; row < count; row++) {
            groups[row] = numbers[nulls != null && nulls[row] ? nullCode : column.codes()[row]] - 1;
        }
    }

    @Override
    public Column keys(int key, int from, int count) {
        int[] rows = Arrays.copyOfRange(codes, from, from + count);
        boolean[] nulls = null;
        for (int row = 0; row < count; row++) {
            if (rows[row] == nullCode) {
                nulls = nulls == null ? new boolean[count] : nulls;
                nulls[row] = true;
                rows[row] = 0;
            }
        }
        return new BytesColumn(dictionary.bytes(), dictionary.offsets(), rows, nulls);
    }

    @Override
    public void release() {
        reservation.shrink(((long) numbers.length + codes.length) * Integer.BYTES);
        numbers = new int[0];
        codes = new int[0];
    }
}

package org.narwhaldb.engine.exchange;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.narwhaldb.engine.batch.Column;

/// Byte strings laid end to end on the heap, from where one bulk copy takes them to an Arrow buffer: most are a few bytes long, and a
/// copy of so few between heap and buffer costs many times what moving them costs.
final class TextRun {
    private static final VarHandle WORD = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int WORD_BYTES = Long.BYTES;
    static final int BYTES_MAX = Integer.MAX_VALUE - 64;

    /// Where each string ends; the first entry is where the first one begins.
    final int[] ends;
    /// Has room for two words behind the last string, because short ones are moved as whole words.
    final byte[] bytes;
    private int row;
    private int end;

    TextRun(int rows, int byteCount) {
        ends = new int[rows + 1];
        bytes = new byte[byteCount + 2 * WORD_BYTES];
    }

    /// Of all strings of the first rows.
    static long byteCount(Column.BytesColumn column, int rows) {
        int[] offsets = column.offsets();
        int[] codes = column.codes();
        boolean[] nulls = column.nulls();
        if (codes == null && nulls == null) {
            return offsets[rows] - offsets[0];
        }
        long count = 0;
        for (int row = 0; row < rows && offsets.length > 1; row++) {
            boolean isNull = nulls != null && nulls[row];
            int entry = isNull ? 0 : codes == null ? row : codes[row];
            count += isNull ? 0 : offsets[entry + 1] - offsets[entry];
        }
        return count;
    }

    void append(Column.BytesColumn column, int rows) {
        if (column.codes() == null && column.nulls() == null) {
            appendAll(column.bytes(), column.offsets(), rows);
        } else {
            appendEach(column, rows);
        }
    }

    private void appendAll(byte[] source, int[] offsets, int rows) {
        int shift = end - offsets[0];
        System.arraycopy(source, offsets[0], bytes, end, offsets[rows] - offsets[0]);
        for (int index = 1; index <= rows; index++) {
            ends[row + index] = offsets[index] + shift;
        }
        row += rows;
        end = offsets[rows] + shift;
    }

    private void appendEach(Column.BytesColumn column, int rows) {
        byte[] source = column.bytes();
        int[] offsets = column.offsets();
        if (offsets.length < 2) {
            appendEmpty(rows);
            return;
        }
        int[] codes = column.codes();
        boolean[] nulls = column.nulls();
        int to = end;
        for (int index = 0; index < rows; index++) {
            // without a branch on what is null: values come in no order
            boolean isNull = nulls != null && nulls[index];
            int entry = isNull ? 0 : codes == null ? index : codes[index];
            int start = offsets[entry];
            int length = isNull ? 0 : offsets[entry + 1] - start;
            if (length <= 2 * WORD_BYTES && start <= source.length - 2 * WORD_BYTES) {
                WORD.set(bytes, to, (long) WORD.get(source, start));
                WORD.set(bytes, to + WORD_BYTES, (long) WORD.get(source, start + WORD_BYTES));
            } else {
                System.arraycopy(source, start, bytes, to, length);
            }
            to += length;
            ends[row + index + 1] = to;
        }
        row += rows;
        end = to;
    }

    /// Of a pool without entries: all rows are null.
    private void appendEmpty(int rows) {
        Arrays.fill(ends, row + 1, row + rows + 1, end);
        row += rows;
    }
}

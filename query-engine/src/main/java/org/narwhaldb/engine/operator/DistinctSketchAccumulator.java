package org.narwhaldb.engine.operator;

import java.util.Arrays;
import org.apache.datasketches.hll.HllUnion;
import org.narwhaldb.engine.batch.BytesBuilder;
import org.narwhaldb.engine.batch.Column;
import org.narwhaldb.engine.batch.Column.BooleanColumn;
import org.narwhaldb.engine.batch.Column.BytesColumn;
import org.narwhaldb.engine.batch.Column.DoubleColumn;
import org.narwhaldb.engine.batch.Column.Int128Column;
import org.narwhaldb.engine.batch.Column.LongColumn;
import org.narwhaldb.engine.batch.Column.NestedColumn;

/// APPROX_COUNT_DISTINCT, by [DistinctSketches]. Only the composite estimate is used: it depends on the set of values alone, not
/// on how they were spread over servers, as the HIP estimate would.
///
/// Texts enter as their [ValueHash], each entry of a dictionary hashed once.
final class DistinctSketchAccumulator implements Accumulator {
    private final Reservation reservation;
    private final boolean fromStates;
    private final boolean toStates;
    /// by group; null without a value
    private HllUnion[] sketches = new HllUnion[0];
    private int[] sketchBytes = new int[0];

    /// the dictionary of the last batch, and the hashes of those entries that were met
    private int[] dictionary;
    private long[] hashes = new long[0];
    private boolean[] isHashed = new boolean[0];
    private final long[] wide = new long[2];

    DistinctSketchAccumulator(boolean fromStates, boolean toStates, Reservation reservation) {
        this.fromStates = fromStates;
        this.toStates = toStates;
        this.reservation = reservation;
    }

    @Override
    public void reserve(int groups) {
        sketchBytes = reservation.ints(sketchBytes, groups);
        if (sketchBytes.length > sketches.length) {
            reservation.grow((long) (sketchBytes.length - sketches.length) * Long.BYTES);
            sketches = Arrays.copyOf(sketches, sketchBytes.length);
        }
    }

    @Override
    public void add(Column[] columns, int[] groups, int count) {
        Column column = columns[0];
        if (fromStates) {
            merge((BytesColumn) column, groups, count);
        } else {
            switch (column) {
                case LongColumn(long[] values, _) -> {
                    for (int row = 0; row < count; row++) {
                        if (!column.isNull(row)) {
                            sketch(groups[row]).update(values[row]);
                        }
                    }
                }
                case DoubleColumn(double[] values, _) -> {
                    for (int row = 0; row < count; row++) {
                        if (!column.isNull(row)) {
                            // -0.0 equals 0.0, and NaN itself.
                            sketch(groups[row]).update(Double.doubleToLongBits(values[row] == 0 ? 0.0 : values[row]));
                        }
                    }
                }
                case BooleanColumn(boolean[] values, _) -> {
                    for (int row = 0; row < count; row++) {
                        if (!column.isNull(row)) {
                            sketch(groups[row]).update(values[row] ? 1L : 0L);
                        }
                    }
                }
                case Int128Column(long[] high, long[] low, _) -> {
                    for (int row = 0; row < count; row++) {
                        if (!column.isNull(row)) {
                            wide[0] = high[row];
                            wide[1] = low[row];
                            sketch(groups[row]).update(wide);
                        }
                    }
                }
                case BytesColumn bytes -> addBytes(bytes, groups, count);
                case NestedColumn _ -> throw new IllegalArgumentException("nested values");
            }
        }
        account(groups, count);
    }

    private void addBytes(BytesColumn column, int[] groups, int count) {
        int[] codes = column.codes();
        if (codes == null) {
            for (int row = 0; row < count; row++) {
                if (!column.isNull(row)) {
                    sketch(groups[row]).update(
                            DistinctSketches.hash(column.bytes(), column.start(row), column.end(row) - column.start(row)));
                }
            }
            return;
        }
        if (dictionary != column.offsets()) {
            dictionary = column.offsets();
            hashes = reservation.longs(hashes, dictionary.length);
            isHashed = reservation.booleans(isHashed, dictionary.length);
            Arrays.fill(isHashed, false);
        }
        for (int row = 0; row < count; row++) {
            if (column.isNull(row)) {
                continue;
            }
            int code = codes[row];
            boolean isRepeated = isHashed[code];
            if (!isRepeated) {
                hashes[code] = DistinctSketches.hash(column.bytes(), dictionary[code], dictionary[code + 1] - dictionary[code]);
                isHashed[code] = true;
            }
            if (!isRepeated || groups != ONE_GROUP) {
                sketch(groups[row]).update(hashes[code]);
            }
        }
    }

    private void merge(BytesColumn states, int[] groups, int count) {
        for (int row = 0; row < count; row++) {
            int length = states.end(row) - states.start(row);
            if (length > 0) {
                sketch(groups[row]).update(DistinctSketches.ofState(states.value(row)));
            }
        }
    }

    private HllUnion sketch(int group) {
        HllUnion sketch = sketches[group];
        if (sketch == null) {
            sketch = DistinctSketches.empty();
            sketches[group] = sketch;
        }
        return sketch;
    }

    /// Sketches grow by themselves: what they have grown by is reserved after each batch.
    private void account(int[] groups, int count) {
        long grown = 0;
        for (int row = 0; row < count; row++) {
            HllUnion sketch = sketches[groups[row]];
            if (sketch != null) {
                int bytes = DistinctSketches.heapBytes(sketch);
                grown += bytes - sketchBytes[groups[row]];
                sketchBytes[groups[row]] = bytes;
            }
            if (groups == ONE_GROUP) {
                break;
            }
        }
        if (grown > 0) {
            reservation.grow(grown);
        }
    }

    @Override
    public Column[] output(int from, int count) {
        if (!toStates) {
            long[] values = new long[count];
            for (int row = 0; row < count; row++) {
                HllUnion sketch = sketches[from + row];
                values[row] = sketch == null ? 0 : Math.round(sketch.getCompositeEstimate());
            }
            return new Column[] {new LongColumn(values, null)};
        }
        BytesBuilder states = new BytesBuilder(count, count * Long.BYTES);
        for (int row = 0; row < count; row++) {
            if (sketches[from + row] != null) {
                states.append(DistinctSketches.state(sketches[from + row]));
            }
            states.endEntry();
        }
        return new Column[] {states.build(null)};
    }
}

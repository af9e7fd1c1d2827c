package org.narwhaldb.engine.leaf;

import java.util.Arrays;
import org.apache.datasketches.hll.HllUnion;
import org.narwhaldb.engine.operator.DistinctFilter;
import org.narwhaldb.engine.operator.DistinctSketches;
import org.narwhaldb.engine.operator.Reservation;

/// APPROX_COUNT_DISTINCT, with the sketches of the general operators. Of texts only which ids of the global dictionary were met
/// is kept, a bit each, until the end: so each text is hashed once a group, however many rows have it.
final class SketchTallies {
    private SketchTallies() {}

    interface Sketched extends Tally {
        /// Null if the group has no value.
        HllUnion sketch(int group);
    }

    /// Of texts, as ids of a dictionary.
    static final class Ids implements Sketched {
        private final Input input;
        private final int size;
        private final GlobalDictionary.Pool pool;
        private final Reservation reservation;
        private final int[] ids = new int[Window.ROWS_MAX];
        /// by group; the bit behind the last id is that of NULL
        private long[][] seen = new long[0][];

        Ids(Input input, GlobalDictionary.Pool pool, Reservation reservation) {
            this.input = input;
            this.pool = pool;
            size = pool.size();
            this.reservation = reservation;
        }

        @Override
        public void reserve(int groups) {
            if (groups > seen.length) {
                reservation.grow((long) (groups - seen.length) * Long.BYTES);
                seen = Arrays.copyOf(seen, groups);
            }
        }

        @Override
        public void add(Window window, int[] groups, int constant) {
            int count = window.count();
            input.ids(window, ids);
            if (groups == null) {
                long[] bits = bits(constant);
                for (int i = 0; i < count; i++) {
                    bits[ids[i] >> 6] |= 1L << ids[i];
                }
                return;
            }
            for (int i = 0; i < count; i++) {
                bits(groups[i])[ids[i] >> 6] |= 1L << ids[i];
            }
        }

        private long[] bits(int group) {
            long[] bits = seen[group];
            return bits == null ? seen[group] = reservation.longs(new long[0], size / Long.SIZE + 1) : bits;
        }

        @Override
        public void merge(Tally other, int[] from, int[] to, int count) {
            Ids that = (Ids) other;
            for (int i = 0; i < count; i++) {
                long[] added = that.seen[from[i]];
                if (added != null) {
                    long[] bits = bits(to[i]);
                    for (int word = 0; word < added.length; word++) {
                        bits[word] |= added[word];
                    }
                }
            }
        }

        @Override
        public HllUnion sketch(int group) {
            long[] bits = seen[group];
            HllUnion sketch = null;
            for (int word = 0; bits != null && word <= (size - 1) / Long.SIZE; word++) {
                for (long left = bits[word]; left != 0; left &= left - 1) {
                    int id = word * Long.SIZE + Long.numberOfTrailingZeros(left);
                    if (id < size) {
                        sketch = sketch == null ? DistinctSketches.empty() : sketch;
                        int start = pool.offsets()[id];
                        sketch.update(DistinctSketches.hash(pool.bytes(), start, pool.offsets()[id + 1] - start));
                    }
                }
            }
            return sketch;
        }
    }

    /// Of integers.
    static final class Longs implements Sketched {
        private final Input input;
        private final Reservation reservation;
        private final boolean[] skipped = new boolean[Window.ROWS_MAX];
        private HllUnion[] sketches = new HllUnion[0];
        private DistinctFilter[] filters = new DistinctFilter[0];

        Longs(Input input, Reservation reservation) {
            this.input = input;
            this.reservation = reservation;
        }

        @Override
        public void reserve(int groups) {
            if (groups > sketches.length) {
                reservation.grow(2L * (groups - sketches.length) * Long.BYTES);
                sketches = Arrays.copyOf(sketches, groups);
                filters = Arrays.copyOf(filters, groups);
            }
        }

        @Override
        public void add(Window window, int[] groups, int constant) {
            input.load(window);
            for (int i = 0; i < input.skips(); i++) {
                skipped[input.skipAt()[i]] = true;
            }
            long[] values = input.longs();
            for (int i = 0; i < window.count(); i++) {
                int group = groups == null ? constant : groups[i];
                if (skipped[i]) {
                    skipped[i] = false;
                } else if (filter(group).passes(values[i])) {
                    own(group).update(values[i]);
                }
            }
        }

        private DistinctFilter filter(int group) {
            DistinctFilter filter = filters[group];
            if (filter == null) {
                reservation.grow(DistinctFilter.BYTES);
                filter = new DistinctFilter();
                filters[group] = filter;
            }
            return filter;
        }

        private HllUnion own(int group) {
            HllUnion sketch = sketches[group];
            if (sketch == null) {
                reservation.grow(DistinctSketches.BYTES_MAX);
                sketch = DistinctSketches.empty();
                sketches[group] = sketch;
            }
            return sketch;
        }

        @Override
        public void merge(Tally other, int[] from, int[] to, int count) {
            HllUnion[] added = ((Longs) other).sketches;
            for (int i = 0; i < count; i++) {
                if (added[from[i]] != null) {
                    own(to[i]).update(DistinctSketches.result(added[from[i]]));
                }
            }
        }

        @Override
        public HllUnion sketch(int group) {
            return sketches[group];
        }
    }
}

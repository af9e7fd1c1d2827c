package org.narwhaldb.engine.leaf;

import java.util.Arrays;
import org.narwhaldb.engine.kernel.DistinctHash;
import org.narwhaldb.engine.operator.DistinctRegisters;
import org.narwhaldb.engine.operator.Reservation;

/// APPROX_COUNT_DISTINCT of integers, which are hashed row by row, or of texts, of which what they enter sketches as is known by code.
final class SketchTally implements Tally {
    private final Input input;
    private final boolean isText;
    private final Reservation reservation;
    private final int[] coupons = new int[Window.ROWS_MAX];
    private DistinctRegisters[] sketches = new DistinctRegisters[0];

    SketchTally(Input input, boolean isText, Reservation reservation) {
        this.input = input;
        this.isText = isText;
        this.reservation = reservation;
    }

    @Override
    public void reserve(int groups) {
        if (groups > sketches.length) {
            reservation.grow((long) (groups - sketches.length) * Long.BYTES);
            sketches = Arrays.copyOf(sketches, groups);
        }
    }

    @Override
    public void add(Window window, int[] groups, int constant) {
        int count = window.count();
        if (isText) {
            input.coupons(window, coupons);
        } else {
            input.load(window);
            DistinctHash.coupons(input.longs(), count, coupons);
            for (int i = 0; i < input.skips(); i++) {
                coupons[input.skipAt()[i]] = 0;
            }
        }
        if (groups == null) {
            own(constant).add(coupons, count);
            return;
        }
        for (int i = 0; i < count; i++) {
            own(groups[i]).add(coupons[i]);
        }
    }

    private DistinctRegisters own(int group) {
        DistinctRegisters sketch = sketches[group];
        if (sketch == null) {
            sketch = new DistinctRegisters(reservation);
            sketches[group] = sketch;
        }
        return sketch;
    }

    @Override
    public void merge(Tally other, int[] from, int[] to, int count) {
        DistinctRegisters[] added = ((SketchTally) other).sketches;
        for (int i = 0; i < count; i++) {
            if (added[from[i]] != null) {
                own(to[i]).add(added[from[i]]);
            }
        }
    }

    /// As partial results carry it; null if the group has no value.
    byte[] state(int group) {
        return sketches[group] == null || sketches[group].isEmpty() ? null : sketches[group].state();
    }
}

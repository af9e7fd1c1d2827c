package org.narwhaldb.engine.leaf;

import org.narwhaldb.engine.operator.Reservation;

/// One [Tally] that every thread makes for itself.
///
/// @param input index, or -1 for all rows
/// @param base PACKED, VALUE_COUNTS: the smallest value
/// @param max PACKED, VALUE_COUNTS: the largest
/// @param divisor VARIANCE, QUANTILE, VALUE_COUNTS: of integers, what they were multiplied with
record TallyPlan(Kind kind, int input, long base, long max, double divisor) {

    enum Kind {
        ROWS, SEEN, PACKED, PLAIN, WIDE, DOUBLES, MIN, MAX, MIN_DOUBLE, MAX_DOUBLE, VARIANCE, SKETCH_TEXTS,
        SKETCH_LONGS, QUANTILE, VALUE_COUNTS
    }

    static TallyPlan of(Kind kind, int input) {
        return new TallyPlan(kind, input, 0, 0, 0);
    }

    /// Whether the result depends on the order of the rows.
    boolean isOrdered() {
        return kind == Kind.DOUBLES || kind == Kind.VARIANCE;
    }

    Tally create(Input[] inputs, Reservation reservation) {
        Input from = input < 0 ? null : inputs[input];
        return switch (kind) {
            case ROWS -> new CountTallies.Rows(from, reservation);
            case SEEN -> new CountTallies.Seen(reservation);
            case PACKED -> new SumTallies.Packed(from, base, max, reservation);
            case PLAIN -> new SumTallies.Plain(from, reservation);
            case WIDE -> new SumTallies.Wide(from, reservation);
            case DOUBLES -> new SumTallies.Doubles(from, reservation);
            case MIN, MAX -> new ExtremeTally(from, kind == Kind.MAX, false, reservation);
            case MIN_DOUBLE, MAX_DOUBLE -> new ExtremeTally(from, kind == Kind.MAX_DOUBLE, true, reservation);
            case SKETCH_TEXTS -> new SketchTally(from, true, reservation);
            case SKETCH_LONGS -> new SketchTally(from, false, reservation);
            case QUANTILE -> new QuantileTally(from, divisor, reservation);
            case VALUE_COUNTS -> new ValueCountTally(from, base, max, divisor, reservation);
            case VARIANCE -> new VarianceTally(from, divisor, reservation);
        };
    }
}

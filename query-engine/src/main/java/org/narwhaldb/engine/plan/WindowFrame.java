package org.narwhaldb.engine.plan;

import java.util.Objects;

/// The rows of its partition that a row's window function sees.
///
/// @param byRows ROWS, else RANGE: then peers (rows of equal order keys) are in or out together
/// @param key of a RANGE frame with an offset: the input column, of the offsets' type, that the one order key is; else null
public record WindowFrame(boolean byRows, Bound lower, Bound upper, Expression key) {
    public static final WindowFrame PARTITION = new WindowFrame(
            true, new Bound(BoundKind.UNBOUNDED_PRECEDING, null), new Bound(BoundKind.UNBOUNDED_FOLLOWING, null), null);

    public WindowFrame {
        Objects.requireNonNull(lower, "lower");
        Objects.requireNonNull(upper, "upper");
    }

    public enum BoundKind {
        UNBOUNDED_PRECEDING, PRECEDING, CURRENT_ROW, FOLLOWING, UNBOUNDED_FOLLOWING
    }

    /// @param offset of PRECEDING and FOLLOWING, else null. ROWS: how many rows, a LONG. RANGE: the input column that holds for
    ///     each row the bound itself: its order key less or plus the offset
    public record Bound(BoundKind kind, Expression offset) {
        public Bound {
            Objects.requireNonNull(kind, "kind");
        }
    }
}

package org.narwhaldb.engine.scan;

import org.narwhaldb.engine.operator.Reservation;

/// A part of a predicate, ready to be asked of the blocks of one segment. "True" is meant in SQL's sense: a row for which
/// it is NULL does not pass.
interface BlockTest {
    /// What statistics say of the block's rows, without a look at them.
    enum Verdict {
        /// true of no row
        NONE,
        /// true of every row
        ALL,
        SOME
    }

    Verdict verdict(int block);

    /// Takes out of the selection the rows for which it is not true.
    void keep(BlockRows rows);

    /// What a row costs, about, for the order of tests; those of one rank keep the order of the query.
    int cost();

    /// As EXPLAIN ANALYZE names it: what is asked how, of which encodings.
    default String path() {
        return getClass().getSimpleName();
    }

    /// For another thread; itself, unless it keeps scratch space.
    default BlockTest another(Reservation reservation) {
        return this;
    }
}

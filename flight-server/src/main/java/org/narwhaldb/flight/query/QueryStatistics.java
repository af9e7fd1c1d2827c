package org.narwhaldb.flight.query;

import java.util.concurrent.atomic.AtomicLong;
import org.narwhaldb.engine.exchange.FragmentTrailer;

/// What one query did, as it goes. Thread-safe.
public final class QueryStatistics {
    private final AtomicLong parts = new AtomicLong();
    private final AtomicLong pairs = new AtomicLong();
    private final AtomicLong retries = new AtomicLong();
    private final AtomicLong rowsScanned = new AtomicLong();
    private final AtomicLong rowsGathered = new AtomicLong();

    void partAnswered(FragmentTrailer trailer) {
        parts.incrementAndGet();
        pairs.addAndGet(trailer.pairCount());
        rowsScanned.addAndGet(trailer.rowsScanned());
        rowsGathered.addAndGet(trailer.rows());
    }

    void partRetried() {
        retries.incrementAndGet();
    }

    /// Segments answered for.
    public long pairs() {
        return pairs.get();
    }

    public long retries() {
        return retries.get();
    }

    public long rowsScanned() {
        return rowsScanned.get();
    }

    /// Rows that segment servers sent to the front end.
    public long rowsGathered() {
        return rowsGathered.get();
    }

    @Override
    public String toString() {
        return "%d segments answered in %d parts, %d rows scanned, %d rows gathered, %d retries".formatted(
                pairs.get(), parts.get(), rowsScanned.get(), rowsGathered.get(), retries.get());
    }
}

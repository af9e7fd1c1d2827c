package org.narwhaldb.engine.profile;

import java.util.concurrent.atomic.AtomicLong;
import org.narwhaldb.engine.execution.QueryMemory;
import org.narwhaldb.engine.execution.SpillSpace;

/// An account that is charged by way of another one, and knows how much of it was taken this way at most.
final class MeteredMemory implements QueryMemory {
    private final QueryMemory account;
    private final AtomicLong held = new AtomicLong();
    private final AtomicLong peak = new AtomicLong();

    MeteredMemory(QueryMemory account) {
        this.account = account;
    }

    @Override
    public void reserve(long bytes) {
        account.reserve(bytes);
        long now = held.addAndGet(bytes);
        if (now > peak.get()) {
            peak.accumulateAndGet(now, Math::max);
        }
    }

    @Override
    public void release(long bytes) {
        account.release(bytes);
        held.addAndGet(-bytes);
    }

    @Override
    public long reservedBytes() {
        return account.reservedBytes();
    }

    @Override
    public SpillSpace spill() {
        return account.spill();
    }

    long peakBytes() {
        return peak.get();
    }
}

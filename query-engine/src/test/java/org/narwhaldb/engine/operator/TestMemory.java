package org.narwhaldb.engine.operator;

import java.util.concurrent.atomic.AtomicLong;
import org.narwhaldb.engine.execution.QueryMemory;
import org.narwhaldb.engine.execution.SpillSpace;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// A query's account with a limit.
final class TestMemory implements QueryMemory {
    private final long limit;
    private final AtomicLong reserved = new AtomicLong();
    private long peak;

    private final SpillSpace spill;

    TestMemory(long limit) {
        this(limit, null);
    }

    TestMemory(long limit, SpillSpace spill) {
        this.limit = limit;
        this.spill = spill;
    }

    @Override
    public SpillSpace spill() {
        return spill;
    }

    @Override
    public void reserve(long bytes) {
        if (bytes < 0) {
            throw new IllegalArgumentException("Reserving " + bytes);
        }
        if (reserved.get() + bytes > limit) {
            throw NarwhalException.of(ErrorCode.QUERY_MEMORY_EXCEEDED, "[%d] more than [%d]", reserved.get() + bytes,
                    limit);
        }
        peak = Math.max(peak, reserved.addAndGet(bytes));
    }

    @Override
    public void release(long bytes) {
        if (bytes < 0 || reserved.addAndGet(-bytes) < 0) {
            throw new IllegalArgumentException("Releasing " + bytes);
        }
    }

    @Override
    public long reservedBytes() {
        return reserved.get();
    }

    long peak() {
        return peak;
    }
}

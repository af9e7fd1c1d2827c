package org.narwhaldb.engine.execution;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// Counts bytes on three levels: account, query, JVM. A reservation is taken from the query first, then from the JVM;
/// what the second refuses is given back to the first, so a failed reservation leaves no trace.
final class SharedMemoryPool implements MemoryPool {
    private final long limitBytes;
    private final AtomicLong reserved = new AtomicLong();
    private final Map<String, QueryShare> queries = new ConcurrentHashMap<>();

    private final SpillSpace spill;

    SharedMemoryPool(long limitBytes, SpillSpace spill) {
        if (limitBytes <= 0) {
            throw NarwhalException.of(ErrorCode.INVALID_CONFIGURATION,
                    "Query memory is [%d] bytes; give a positive number", limitBytes);
        }
        this.limitBytes = limitBytes;
        this.spill = spill;
    }

    @Override
    public QueryMemory open(String queryId, long limit) {
        long asked = limit <= 0 ? limitBytes : Math.min(limit, limitBytes);
        QueryShare share = queries.compute(queryId, (_, present) -> {
            QueryShare next = present == null ? new QueryShare() : present;
            next.accounts++;
            next.limitBytes = Math.max(next.limitBytes, asked);
            return next;
        });
        return new Account(queryId, share);
    }

    @Override
    public void close(QueryMemory memory) {
        Account account = (Account) memory;
        if (!account.closeOnce()) {
            return;
        }
        queries.computeIfPresent(account.queryId, (_, share) -> --share.accounts == 0 ? null : share);
    }

    @Override
    public long limitBytes() {
        return limitBytes;
    }

    @Override
    public long reservedBytes() {
        return reserved.get();
    }

    private static boolean take(AtomicLong counter, long bytes, long limit) {
        long present = counter.get();
        while (bytes <= limit - present) {
            if (counter.compareAndSet(present, present + bytes)) {
                return true;
            }
            present = counter.get();
        }
        return false;
    }

    /// What all accounts of one query hold together. `accounts` changes only inside the map's `compute`.
    private static final class QueryShare {
        private final AtomicLong reserved = new AtomicLong();
        private volatile long limitBytes;
        private int accounts;
    }

    private final class Account implements QueryMemory {
        private final String queryId;
        private final QueryShare share;
        private long held;
        private boolean closed;

        private Account(String queryId, QueryShare share) {
            this.queryId = queryId;
            this.share = share;
        }

        @Override
        public synchronized void reserve(long bytes) {
            if (bytes < 0) {
                throw new IllegalArgumentException("Cannot reserve " + bytes + " bytes");
            }
            if (closed) {
                throw NarwhalException.of(ErrorCode.QUERY_CANCELLED,
                        "Query [%s] has ended here; it asked for [%d] bytes more", queryId, bytes);
            }
            if (!take(share.reserved, bytes, share.limitBytes)) {
                throw NarwhalException.of(ErrorCode.QUERY_MEMORY_EXCEEDED,
                        "Query [%s] asked for [%d] bytes more and holds [%d] of its limit of [%d]; narrow the query"
                                + " or raise its limit",
                        queryId, bytes, share.reserved.get(), share.limitBytes);
            }
            if (!take(reserved, bytes, limitBytes)) {
                share.reserved.addAndGet(-bytes);
                throw NarwhalException.of(ErrorCode.SERVER_MEMORY_EXCEEDED,
                        "Query [%s] asked for [%d] bytes more; all queries hold [%d] of this process' limit of [%d];"
                                + " run fewer at once or give the process more memory",
                        queryId, bytes, reserved.get(), limitBytes);
            }
            held += bytes;
        }

        @Override
        public synchronized void release(long bytes) {
            if (bytes < 0) {
                throw new IllegalArgumentException("Cannot release " + bytes + " bytes");
            }
            // After the close there is nothing left to give back: late releases of what the close returned are
            // harmless.
            giveBack(Math.min(bytes, held));
        }

        @Override
        public SpillSpace spill() {
            return spill;
        }

        @Override
        public synchronized long reservedBytes() {
            return held;
        }

        private synchronized boolean closeOnce() {
            boolean first = !closed;
            closed = true;
            giveBack(held);
            return first;
        }

        private void giveBack(long bytes) {
            held -= bytes;
            share.reserved.addAndGet(-bytes);
            reserved.addAndGet(-bytes);
        }
    }
}

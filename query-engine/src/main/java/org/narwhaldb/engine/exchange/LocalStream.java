package org.narwhaldb.engine.exchange;

import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.narwhaldb.engine.batch.Batch;
import org.narwhaldb.engine.execution.QueryContext;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// A bounded queue of batches between a producing thread and the consumer of one fragment. What lies in it is charged
/// to the consumer's query.
final class LocalStream implements Transport.FragmentStream {
    private static final int BATCHES_MAX = 8;

    private final QueryContext consumer;
    private final QueryContext producer;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ArrayDeque<Queued> queue = new ArrayDeque<>();
    private Runnable closeHook = () -> {};
    private FragmentTrailer result;
    private NarwhalException failure;
    private boolean ended;
    private boolean closed;

    private record Queued(Batch batch, long sizeBytes) {}

    LocalStream(QueryContext consumer, QueryContext producer) {
        this.consumer = consumer;
        this.producer = producer;
        consumer.onCancel(this::consumerCancelled);
        producer.onCancel(this::ring);
    }

    void onClose(Runnable hook) {
        closeHook = hook;
    }

    private void consumerCancelled() {
        producer.cancel(new NarwhalException(ErrorCode.QUERY_CANCELLED, "The caller has cancelled the query"));
        ring();
    }

    private void ring() {
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// The producer's side: waits while the queue is full.
    void offer(Batch batch) {
        long sizeBytes = ArrowBatches.sizeBytes(batch);
        consumer.memory().reserve(sizeBytes);
        lock.lock();
        try {
            producer.check();
            while (queue.size() >= BATCHES_MAX && failure == null && !closed) {
                await(producer);
                producer.check();
            }
            if (failure != null) {
                throw failure;
            }
            if (closed) {
                throw callerClosed();
            }
            queue.add(new Queued(batch, sizeBytes));
            sizeBytes = 0;
            changed.signalAll();
        } finally {
            lock.unlock();
            consumer.memory().release(sizeBytes);
        }
    }

    void finish(FragmentTrailer trailer) {
        lock.lock();
        try {
            result = trailer;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Ends the stream with an error after what is queued, unless it has ended already.
    void fail(NarwhalException reason) {
        lock.lock();
        try {
            if (result == null && failure == null) {
                failure = reason;
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /// Fails the stream and stops its producer.
    void abort(NarwhalException reason) {
        fail(reason);
        producer.cancel(reason);
    }

    @Override
    public Batch next() {
        lock.lock();
        try {
            while (true) {
                if (closed) {
                    throw new NarwhalException(ErrorCode.QUERY_CANCELLED,
                            "The stream of query [%s] is closed".formatted(consumer.queryId()));
                }
                consumer.check();
                Queued next = queue.poll();
                if (next != null) {
                    consumer.memory().release(next.sizeBytes());
                    changed.signalAll();
                    return next.batch();
                }
                if (failure != null) {
                    throw failure;
                }
                if (result != null) {
                    ended = true;
                    return null;
                }
                await(consumer);
            }
        } finally {
            lock.unlock();
        }
    }

    private void await(QueryContext waiting) {
        try {
            changed.await(Math.max(1, waiting.remaining().toMillis() + 1), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new NarwhalException(ErrorCode.QUERY_CANCELLED,
                    "Query [%s] was interrupted".formatted(waiting.queryId()), e);
        }
    }

    @Override
    public FragmentTrailer trailer() {
        lock.lock();
        try {
            if (!ended) {
                throw new IllegalStateException("The trailer comes after the last batch");
            }
            return result;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
            queue.forEach(queued -> consumer.memory().release(queued.sizeBytes()));
            queue.clear();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        closeHook.run();
        producer.cancel(callerClosed());
    }

    private static NarwhalException callerClosed() {
        return new NarwhalException(ErrorCode.QUERY_CANCELLED, "The caller has closed the stream");
    }
}

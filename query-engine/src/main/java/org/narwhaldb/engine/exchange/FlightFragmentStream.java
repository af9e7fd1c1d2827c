package org.narwhaldb.engine.exchange;

import java.util.List;
import java.util.stream.IntStream;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.narwhaldb.engine.batch.Batch;
import org.narwhaldb.engine.execution.QueryContext;
import org.narwhaldb.segment.Field;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The consumer of one fragment over Flight. Cuts each record batch into the batches that were laid end to end in it.
/// The record batch at hand is charged to the query.
final class FlightFragmentStream implements Transport.FragmentStream {
    private static final Logger LOG = LoggerFactory.getLogger(FlightFragmentStream.class);

    private final FlightConnection connection;
    private final FlightStream stream;
    private final QueryContext context;
    private final List<Field> fields;
    private final SilenceWatch watch;
    private final Runnable release;
    private int[] rowCounts = new int[0];
    private int nextBatch;
    private int nextRow;
    private long chargedBytes;
    private FragmentTrailer trailer;
    private boolean ended;

    private boolean busy;
    private boolean closed;

    /// @param release runs when the stream is freed
    FlightFragmentStream(FlightConnection connection, FlightStream stream, FragmentRequest request, QueryContext context,
            SilenceWatch watch, Runnable release) {
        this.connection = connection;
        this.stream = stream;
        this.context = context;
        this.fields = request.root().output();
        this.watch = watch;
        this.release = release;
        watch.onSilence(() -> stream.cancel("No sign of life", null));
        context.onCancel(() -> stream.cancel("The query was cancelled", null));
    }

    @Override
    public Batch next() {
        enter();
        try {
            context.check();
            while (nextBatch == rowCounts.length) {
                if (!advance()) {
                    return null;
                }
            }
            int count = rowCounts[nextBatch++];
            Batch batch = ArrowBatches.batch(stream.getRoot(), fields, nextRow, count);
            nextRow += count;
            return batch;
        } catch (RuntimeException e) {
            throw failure(e);
        } finally {
            leave();
        }
    }

    /// The query's own end explains a broken stream better than what the connection says.
    private NarwhalException failure(RuntimeException e) {
        NarwhalException failure = watch.silent() ? connection.silent(Liveness.FRAGMENT_SILENCE, e) : connection.failure(e);
        context.check();
        synchronized (this) {
            return closed ? new NarwhalException(
                    ErrorCode.QUERY_CANCELLED, "The stream of query [%s] is closed".formatted(context.queryId()), e)
                            : failure;
        }
    }

    /// Takes the next message; false after the last.
    private boolean advance() {
        discharge();
        if (ended) {
            return false;
        }
        if (!takeNext()) {
            ended = true;
            if (trailer == null) {
                throw incomplete("ended without a trailer");
            }
            return false;
        }
        ArrowBuf metadata = stream.getLatestMetadata();
        if (metadata == null || metadata.readableBytes() == 0 || trailer != null) {
            throw incomplete("sent a message that is no part of a fragment's answer");
        }
        byte[] bytes = new byte[(int) metadata.readableBytes()];
        metadata.getBytes(metadata.readerIndex(), bytes);
        if (bytes[0] == WireCodec.TRAILER) {
            trailer = WireCodec.decodeTrailer(bytes);
        } else if (bytes[0] != WireCodec.BEAT) {
            take(WireCodec.decodeRows(bytes));
        }
        return true;
    }

    private boolean takeNext() {
        watch.waits();
        try {
            return stream.next();
        } finally {
            watch.took();
        }
    }

    private void take(int[] counts) {
        VectorSchemaRoot root = stream.getRoot();
        if (!root.getSchema().equals(ArrowBatches.schema(fields))) {
            throw incomplete("sent columns [" + root.getSchema() + "], not the plan's");
        }
        if (IntStream.of(counts).asLongStream().sum() != root.getRowCount()) {
            throw incomplete("sent batches that do not add up to its rows");
        }
        long sizeBytes = root.getFieldVectors().stream().mapToLong(vector -> vector.getBufferSize()).sum();
        context.memory().reserve(sizeBytes);
        chargedBytes = sizeBytes;
        rowCounts = counts;
        nextBatch = 0;
        nextRow = 0;
    }

    private void discharge() {
        context.memory().release(chargedBytes);
        chargedBytes = 0;
    }

    private NarwhalException incomplete(String what) {
        return NarwhalException.of(ErrorCode.FRAGMENT_INCOMPLETE, "Server [%s] %s, for query [%s]",
                connection.nodeId(), what, context.queryId());
    }

    @Override
    public FragmentTrailer trailer() {
        if (!ended || trailer == null) {
            throw new IllegalStateException("The trailer comes after the last batch");
        }
        return trailer;
    }

    private synchronized void enter() {
        if (closed) {
            throw new NarwhalException(ErrorCode.QUERY_CANCELLED,
                    "The stream of query [%s] is closed".formatted(context.queryId()));
        }
        busy = true;
    }

    private void leave() {
        synchronized (this) {
            busy = false;
            if (!closed) {
                return;
            }
        }
        free();
    }

    /// A reader inside `next()` is woken by the cancellation and frees the stream itself: `FlightStream.close()` drains
    /// the queue that the reader takes from.
    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            if (busy) {
                stream.cancel("Stream closed", null);
                return;
            }
        }
        free();
    }

    private void free() {
        try {
            discharge();
            stream.close();
        } catch (Exception e) {
            LOG.warn("Cannot free the stream of query [{}] from [{}]", context.queryId(), connection.nodeId(), e);
        } finally {
            release.run();
        }
    }
}

package org.narwhaldb.engine.exchange;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.narwhaldb.engine.operator.Broadcast;
import org.narwhaldb.engine.plan.DistributedPlan;
import org.narwhaldb.engine.plan.PlanCodec;
import org.narwhaldb.engine.plan.PlanNode;
import org.narwhaldb.engine.profile.FragmentProfile;
import org.narwhaldb.segment.Field;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// The bytes around a fragment's Arrow stream, format 4, big-endian. A string is an int32 length and UTF-8.
///
/// The ticket: `NWF`, version 4, query id, fragment id, part, attempt, table, version id, on-demand and profiled (int8 each), deadline,
/// memory limit, plan length (int32) and `PlanCodec` bytes, pair count (int32), each pair's segment and live-rows id; broadcast count
/// (int32), each one's fragment id, length (int32) and `BroadcastCodec` bytes. A broadcast's columns are those of the plan's remote source.
/// Then 0; or 1, partition and partitions (int32 each), whether alone (int8); or 2, partition and partitions, producer count (int32), each
/// one's pair count (int32) and candidates: count (int32), each one's id, host and port (int32).
///
/// The metadata of a record batch: 1, then the row count (int32) of each batch laid end to end in it.
///
/// A sign of life while there are no rows yet: 3.
///
/// The last message: 2, version 4, the trailer's fields in order; the profile as length (int32) and `ProfileCodec` bytes, none if there
/// is none.
final class WireCodec {
    private static final int MAGIC = 'N' << 24 | 'W' << 16 | 'F' << 8;
    private static final int VERSION = 4;
    /// What a request may carry beside its plan.
    static final long BROADCAST_BYTES_MAX = 64 << 20;
    private static final int PARTITIONS_MAX = 1 << 12;
    static final byte ROWS = 1;
    static final byte TRAILER = 2;
    static final byte BEAT = 3;

    private WireCodec() {}

    static byte[] encode(FragmentRequest request) {
        byte[] plan = PlanCodec.encode(request.root());
        long broadcastBytes =
                request.broadcasts().stream().mapToLong(broadcast -> broadcast.wireForm(BroadcastCodec::encode).length).sum();
        if (broadcastBytes > BROADCAST_BYTES_MAX) {
            throw NarwhalException.of(ErrorCode.LIMIT_EXCEEDED,
                    "Query [%s] sends [%d] bytes with a request, the limit is [%d]", request.queryId(), broadcastBytes,
                    BROADCAST_BYTES_MAX);
        }
        Writer writer = new Writer(512 + plan.length + 64 * request.pairs().size() + (int) broadcastBytes);
        writer.putInt(MAGIC | VERSION);
        writer.putString(request.queryId());
        writer.putInt(request.fragmentId());
        writer.putInt(request.part());
        writer.putInt(request.attempt());
        writer.putString(request.table());
        writer.putString(request.versionId());
        writer.putByte(request.onDemand() ? 1 : 0);
        writer.putByte(request.profiled() ? 1 : 0);
        writer.putLong(request.deadlineEpochMillis());
        writer.putLong(request.memoryLimitBytes());
        writer.putBytes(plan);
        writer.putInt(request.pairs().size());
        for (PairId pair : request.pairs()) {
            writer.putString(pair.segmentId());
            writer.putString(pair.liveRowsId());
        }
        writer.putInt(request.broadcasts().size());
        for (Broadcast broadcast : request.broadcasts()) {
            writer.putInt(broadcast.fragmentId());
            writer.putBytes(broadcast.wireForm(BroadcastCodec::encode));
        }
        put(request.exchange(), writer);
        return writer.toBytes();
    }

    /// @throws NarwhalException INVALID_REQUEST for anything but what `encode` writes
    static FragmentRequest decodeRequest(byte[] bytes) {
        return decode("fragment request", bytes, buffer -> {
            int head = buffer.getInt();
            if ((head & 0xffffff00) != MAGIC) {
                throw invalid("Not a fragment request: it begins with [%08x]", head);
            }
            if ((head & 0xff) != VERSION) {
                throw invalid("Fragment request of format [%d]; this server speaks [%d]", head & 0xff, VERSION);
            }
            String queryId = string(buffer);
            int fragmentId = buffer.getInt();
            int part = buffer.getInt();
            int attempt = buffer.getInt();
            String table = string(buffer);
            String versionId = string(buffer);
            boolean onDemand = buffer.get() != 0;
            boolean profiled = buffer.get() != 0;
            long deadline = buffer.getLong();
            long memoryLimit = buffer.getLong();
            PlanNode root = PlanCodec.decode(bytes(buffer));
            int pairCount = buffer.getInt();
            // A pair takes at least its two lengths; a count beyond that must not size a list.
            if (pairCount < 0 || pairCount > buffer.remaining() / 8) {
                throw invalid("Fragment request names [%d] pairs in [%d] bytes", pairCount, buffer.remaining());
            }
            List<PairId> pairs = new ArrayList<>(pairCount);
            for (int index = 0; index < pairCount; index++) {
                pairs.add(new PairId(string(buffer), string(buffer)));
            }
            return new FragmentRequest(queryId, fragmentId, part, attempt, table, versionId, root, pairs, broadcasts(root, buffer),
                    exchange(pairCount, buffer), onDemand, profiled, deadline, memoryLimit);
        });
    }

    private static void put(HashExchange exchange, Writer writer) {
        switch (exchange) {
            case null -> writer.putByte(0);
            case HashExchange.Share share -> {
                writer.putByte(1);
                writer.putInt(share.partition());
                writer.putInt(share.partitions());
                writer.putByte(share.alone() ? 1 : 0);
            }
            case HashExchange.Merge merge -> {
                writer.putByte(2);
                writer.putInt(merge.partition());
                writer.putInt(merge.partitions());
                writer.putInt(merge.producers().size());
                for (HashExchange.Producer producer : merge.producers()) {
                    writer.putInt(producer.pairCount());
                    writer.putInt(producer.candidates().size());
                    for (Transport.NodeAddress node : producer.candidates()) {
                        writer.putString(node.id());
                        writer.putString(node.host());
                        writer.putInt(node.port());
                    }
                }
            }
        }
    }

    /// @param pairCount of the request
    private static HashExchange exchange(int pairCount, ByteBuffer buffer) {
        byte kind = buffer.get();
        if (kind == 0) {
            return null;
        }
        require(kind == 1 || kind == 2, "fragment request: what it exchanges");
        int partition = buffer.getInt();
        int partitions = buffer.getInt();
        require(partition >= 0 && partition < partitions && partitions <= PARTITIONS_MAX, "fragment request: its partition");
        if (kind == 1) {
            return new HashExchange.Share(partition, partitions, buffer.get() != 0);
        }
        int count = buffer.getInt();
        List<HashExchange.Producer> producers = new ArrayList<>();
        long pairs = 0;
        for (int index = 0; index < count; index++) {
            int own = buffer.getInt();
            require(own >= 0, "fragment request: a producer's pairs");
            pairs += own;
            List<Transport.NodeAddress> candidates = new ArrayList<>();
            for (int left = buffer.getInt(); left > 0; left--) {
                candidates.add(new Transport.NodeAddress(string(buffer), string(buffer), buffer.getInt()));
            }
            producers.add(new HashExchange.Producer(own, candidates));
        }
        require(pairs == pairCount, "fragment request: the pairs of its producers");
        return new HashExchange.Merge(partition, partitions, producers);
    }

    /// Exactly those that the plan names.
    private static List<Broadcast> broadcasts(PlanNode root, ByteBuffer buffer) {
        Map<Integer, List<Field>> named = new TreeMap<>();
        DistributedPlan.sources(root).forEach(source -> named.put(source.fragmentId(), source.output()));
        int count = buffer.getInt();
        List<Broadcast> broadcasts = new ArrayList<>();
        for (int index = 0; index < count; index++) {
            int fragment = buffer.getInt();
            List<Field> fields = named.remove(fragment);
            require(fields != null, "fragment request: a broadcast that its plan does not name");
            broadcasts.add(BroadcastCodec.decode(fragment, fields, slice(buffer)));
        }
        require(named.isEmpty(), "fragment request: a broadcast that its plan names is missing");
        return broadcasts;
    }

    static byte[] encodeRows(List<Integer> rowCounts) {
        Writer writer = new Writer(1 + 4 * rowCounts.size());
        writer.putByte(ROWS);
        rowCounts.forEach(writer::putInt);
        return writer.toBytes();
    }

    static int[] decodeRows(byte[] bytes) {
        return decode("batch boundaries", bytes, buffer -> {
            require(buffer.get() == ROWS, "batch boundaries");
            int[] rowCounts = new int[buffer.remaining() / 4];
            for (int index = 0; index < rowCounts.length; index++) {
                rowCounts[index] = buffer.getInt();
                require(rowCounts[index] >= 0, "batch boundaries");
            }
            return rowCounts;
        });
    }

    static byte[] encode(FragmentTrailer trailer) {
        Writer writer = new Writer(128);
        writer.putByte(TRAILER);
        writer.putByte(VERSION);
        writer.putString(trailer.queryId());
        writer.putInt(trailer.fragmentId());
        writer.putInt(trailer.part());
        writer.putInt(trailer.attempt());
        writer.putInt(trailer.pairCount());
        writer.putLong(trailer.pairsDigest());
        writer.putLong(trailer.rows());
        writer.putLong(trailer.batches());
        writer.putLong(trailer.rowsScanned());
        writer.putByte(trailer.hasGroupsOnce() ? 1 : 0);
        writer.putBytes(trailer.profile() == null ? new byte[0] : ProfileCodec.encode(trailer.profile()));
        return writer.toBytes();
    }

    static FragmentTrailer decodeTrailer(byte[] bytes) {
        return decode("trailer", bytes, buffer -> {
            require(buffer.get() == TRAILER && buffer.get() == VERSION, "trailer");
            return new FragmentTrailer(string(buffer), buffer.getInt(), buffer.getInt(), buffer.getInt(),
                    buffer.getInt(),
                    buffer.getLong(), buffer.getLong(), buffer.getLong(), buffer.getLong(), buffer.get() != 0, profile(bytes(buffer)));
        });
    }

    private static FragmentProfile profile(byte[] bytes) {
        return bytes.length == 0 ? null : ProfileCodec.decode(bytes);
    }

    private static <T> T decode(String what, byte[] bytes, Function<ByteBuffer, T> reader) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        try {
            T result = reader.apply(buffer);
            require(!buffer.hasRemaining(), what);
            return result;
        } catch (BufferUnderflowException e) {
            throw new NarwhalException(ErrorCode.INVALID_REQUEST,
                    "Malformed %s: it ends after [%d] bytes".formatted(what, bytes.length), e);
        }
    }

    private static void require(boolean condition, String what) {
        if (!condition) {
            throw invalid("Malformed %s", what);
        }
    }

    private static NarwhalException invalid(String format, Object... arguments) {
        return NarwhalException.of(ErrorCode.INVALID_REQUEST, format, arguments);
    }

    private static byte[] bytes(ByteBuffer buffer) {
        ByteBuffer part = slice(buffer);
        byte[] bytes = new byte[part.remaining()];
        part.get(bytes);
        return bytes;
    }

    private static ByteBuffer slice(ByteBuffer buffer) {
        int length = buffer.getInt();
        if (length < 0 || length > buffer.remaining()) {
            throw invalid("Malformed request: a part of [%d] bytes where [%d] are left", length, buffer.remaining());
        }
        ByteBuffer part = buffer.slice(buffer.position(), length);
        buffer.position(buffer.position() + length);
        return part;
    }

    private static String string(ByteBuffer buffer) {
        return new String(bytes(buffer), StandardCharsets.UTF_8);
    }

    private static final class Writer {
        private ByteBuffer buffer;

        private Writer(int capacity) {
            buffer = ByteBuffer.allocate(capacity);
        }

        private ByteBuffer room(int bytes) {
            if (buffer.remaining() < bytes) {
                int capacity = Math.max(Math.multiplyExact(buffer.capacity(), 2),
                        Math.addExact(buffer.position(), bytes));
                buffer = ByteBuffer.allocate(capacity).put(buffer.flip());
            }
            return buffer;
        }

        private void putByte(int value) {
            room(1).put((byte) value);
        }

        private void putInt(int value) {
            room(4).putInt(value);
        }

        private void putLong(long value) {
            room(8).putLong(value);
        }

        private void putBytes(byte[] value) {
            putInt(value.length);
            room(value.length).put(value);
        }

        private void putString(String value) {
            putBytes(value.getBytes(StandardCharsets.UTF_8));
        }

        private byte[] toBytes() {
            byte[] bytes = new byte[buffer.position()];
            buffer.flip().get(bytes);
            return bytes;
        }
    }
}

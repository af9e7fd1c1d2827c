package org.narwhaldb.store.version;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.luben.zstd.Zstd;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.zip.CRC32C;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;
import org.narwhaldb.store.TableName;
import org.narwhaldb.store.object.ObjectStore;

/// Chunk files in the store: encoded, checked and cached. The format is in the package comment.
final class ChunkFiles {
    private static final int MAGIC = 0x4E574348;
    private static final short FORMAT = 1;
    private static final int HEADER_BYTES = 16;
    private static final int CHECKSUM_OFFSET = 12;
    private static final int ZSTD_LEVEL = 3;
    /// Objects take more than their bytes in the file.
    private static final int HEAP_PER_FILE_BYTE = 3;

    private final ObjectStore store;
    private final Cache<String, Chunk<?>> cache;

    ChunkFiles(ObjectStore store, long cacheBytes) {
        this.store = store;
        // its upkeep runs in the thread that reads or writes, not in a pool of its own
        this.cache = Caffeine.newBuilder()
                .executor(Runnable::run)
                .maximumWeight(cacheBytes)
                .weigher((String file, Chunk<?> chunk) -> chunk.weightBytes())
                .build();
    }

    /// Writes one chunk and returns its name.
    <E> String write(EntryCodec<E> codec, TableName table, VersionId id, List<E> entries, List<String> removed) {
        ChunkOutput out = new ChunkOutput();
        out.number(entries.size());
        for (E entry : entries) {
            codec.write(out, entry);
        }
        out.strings(removed);
        byte[] plain = out.toByteArray();
        byte[] file = frame(codec.kind(), plain);
        String name = VersionStores.chunkFile(table, id, ContentHash.of(file), codec.kind());
        store.put(name, file);
        cache.put(name, new Chunk<>(entries, removed, weight(plain.length)));
        return name;
    }

    @SuppressWarnings("unchecked")
    <E> Chunk<E> read(EntryCodec<E> codec, String name) {
        // a name tells its kind by its extension, so that a chunk found in the cache is one of this codec
        return (Chunk<E>) cache.get(name, file -> load(codec, file));
    }

    private <E> Chunk<E> load(EntryCodec<E> codec, String name) {
        byte[] file = StoredBytes.read(store, name, "chunk");
        byte[] plain = unframe(codec.kind(), name, file);
        try {
            ChunkInput in = new ChunkInput(plain);
            List<E> entries = EntryCodec.list(in.count(), () -> codec.read(in));
            List<String> removed = in.strings();
            if (!in.atEnd()) {
                throw corrupt(name, "bytes after the last entry", null);
            }
            return new Chunk<>(entries, removed, weight(plain.length));
        } catch (NarwhalException e) {
            throw e;
        } catch (RuntimeException e) {
            throw corrupt(name, e.getMessage(), e);
        }
    }

    private static int weight(int plainLength) {
        return (int) Math.min(Integer.MAX_VALUE, 64L + (long) plainLength * HEAP_PER_FILE_BYTE);
    }

    private static byte[] frame(ChunkKind kind, byte[] plain) {
        byte[] packed = Zstd.compress(plain, ZSTD_LEVEL);
        ByteBuffer file = ByteBuffer.allocate(HEADER_BYTES + packed.length);
        file.putInt(MAGIC).putShort(FORMAT).put((byte) kind.code()).put((byte) 0).putInt(plain.length);
        file.putInt(0).put(packed);
        file.putInt(CHECKSUM_OFFSET, checksum(file.array()));
        return file.array();
    }

    private static byte[] unframe(ChunkKind kind, String name, byte[] file) {
        if (file.length < HEADER_BYTES) {
            throw corrupt(name, "truncated to %d bytes".formatted(file.length), null);
        }
        ByteBuffer header = ByteBuffer.wrap(file);
        if (header.getInt() != MAGIC) {
            throw corrupt(name, "not a chunk", null);
        }
        short format = header.getShort();
        if (header.getInt(CHECKSUM_OFFSET) != checksum(file)) {
            throw corrupt(name, "checksum differs", null);
        }
        if (format != FORMAT) {
            throw corrupt(name, "format %d, this program reads %d".formatted(format, FORMAT), null);
        }
        if (header.get() != kind.code()) {
            throw corrupt(name, "entries are not " + kind.extension(), null);
        }
        header.get();
        int plainLength = header.getInt();
        byte[] plain = new byte[plainLength];
        long written = Zstd.decompressByteArray(
                plain, 0, plainLength, file, HEADER_BYTES, file.length - HEADER_BYTES);
        if (Zstd.isError(written) || written != plainLength) {
            throw corrupt(name, "cannot be unpacked", null);
        }
        return plain;
    }

    private static int checksum(byte[] file) {
        CRC32C crc = new CRC32C();
        crc.update(file, 0, CHECKSUM_OFFSET);
        crc.update(file, HEADER_BYTES, file.length - HEADER_BYTES);
        return (int) crc.getValue();
    }

    private static NarwhalException corrupt(String name, String reason, Exception cause) {
        return new NarwhalException(ErrorCode.CORRUPT_VERSION,
                "Chunk file [%s] is damaged: %s".formatted(name, reason), cause);
    }
}

package org.narwhaldb.store.version;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;
import org.narwhaldb.store.object.ObjectStore;
import org.roaringbitmap.RoaringBitmap;

/// Live-rows files: which rows of a segment count, as an immutable, checksummed Roaring bitmap of row ids. Written once
/// by the table's leader; servers read them and never derive them. The format is in the package comment.
public final class LiveRows {
    private static final int MAGIC = 0x4E574C52;
    private static final short FORMAT = 1;
    private static final int HEADER_BYTES = 16;
    private static final int CHECKSUM_BYTES = 4;

    private LiveRows() {}

    /// @param id content-derived: the first 128 bits of SHA-256 over the segment's id and the bitmap
    /// @param file name in the store
    public record Written(String id, String file) {}

    public static Written write(ObjectStore store, String tableDirectory, String segmentId, RoaringBitmap rows) {
        RoaringBitmap canonical = rows.clone();
        canonical.removeRunCompression();
        canonical.runOptimize();
        int length = canonical.serializedSizeInBytes();
        ByteBuffer bitmap = ByteBuffer.allocate(length);
        canonical.serialize(bitmap);
        String id = ContentHash.of(segmentId.getBytes(StandardCharsets.UTF_8), bitmap.array());
        String file = "%s/live/%s-%s.rows".formatted(tableDirectory, segmentId, id);
        ByteBuffer content = ByteBuffer.allocate(HEADER_BYTES + length + CHECKSUM_BYTES);
        content.putInt(MAGIC).putShort(FORMAT).putShort((short) 0).putInt(canonical.getCardinality()).putInt(length);
        content.put(bitmap.array());
        content.putInt(checksum(content.array(), HEADER_BYTES + length));
        store.put(file, content.array());
        return new Written(id, file);
    }

    /// @throws NarwhalException CORRUPT_VERSION naming the file
    public static RoaringBitmap read(ObjectStore store, String file) {
        byte[] content = StoredBytes.read(store, file, "live-rows");
        ByteBuffer in = ByteBuffer.wrap(content);
        if (content.length < HEADER_BYTES + CHECKSUM_BYTES || in.getInt(0) != MAGIC) {
            throw corrupt(file, "not a live-rows file", null);
        }
        int end = content.length - CHECKSUM_BYTES;
        if (in.getInt(end) != checksum(content, end)) {
            throw corrupt(file, "checksum differs", null);
        }
        if (in.getShort(4) != FORMAT || in.getInt(12) != end - HEADER_BYTES) {
            throw corrupt(file, "format %d, this program reads %d".formatted(in.getShort(4), FORMAT), null);
        }
        RoaringBitmap rows = new RoaringBitmap();
        try {
            rows.deserialize(in.slice(HEADER_BYTES, end - HEADER_BYTES));
        } catch (IOException | RuntimeException e) {
            throw corrupt(file, "no bitmap", e);
        }
        if (rows.getCardinality() != in.getInt(8)) {
            throw corrupt(file, "%d rows, not %d".formatted(rows.getCardinality(), in.getInt(8)), null);
        }
        return rows;
    }

    private static int checksum(byte[] content, int length) {
        CRC32C crc = new CRC32C();
        crc.update(content, 0, length);
        return (int) crc.getValue();
    }

    private static NarwhalException corrupt(String file, String reason, Exception cause) {
        return new NarwhalException(ErrorCode.CORRUPT_VERSION,
                "Live-rows file [%s] is damaged: %s".formatted(file, reason), cause);
    }
}

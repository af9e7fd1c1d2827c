package org.narwhaldb.segment;

import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// Reads and checks what frames a segment file (header, trailer, footer), and maps and checks its parts.
final class SegmentFileReader implements AutoCloseable {
    private static final long CHECKSUM_CHUNK_BYTES = 1 << 30;

    private final Path file;
    private final FileChannel channel;
    private final long size;
    private final Footer footer;

    SegmentFileReader(Path file) {
        this.file = file;
        try {
            channel = FileChannel.open(file, StandardOpenOption.READ);
        } catch (IOException e) {
            throw SegmentFiles.failure("open", file, e);
        }
        boolean framed = false;
        try {
            size = channel.size();
            footer = readFrame();
            framed = true;
        } catch (IOException e) {
            throw SegmentFiles.failure("read", file, e);
        } finally {
            if (!framed) {
                close();
            }
        }
    }

    Footer footer() {
        return footer;
    }

    long size() {
        return size;
    }

    /// Maps a range of the file.
    MemorySegment map(long offset, long length, Arena arena) {
        try {
            return channel.map(FileChannel.MapMode.READ_ONLY, offset, length, arena);
        } catch (IOException e) {
            throw SegmentFiles.failure("map", file, e);
        }
    }

    /// The bytes of a part in a mapping that starts at `mappedFrom` of the file.
    ///
    /// @throws NarwhalException CORRUPT_SEGMENT if their checksum is not the footer's
    MemorySegment checked(MemorySegment mapped, long mappedFrom, Part part) {
        MemorySegment bytes = mapped.asSlice(part.offset() - mappedFrom, part.length());
        var checksum = new CRC32C();
        for (long at = 0; at < bytes.byteSize(); at += CHECKSUM_CHUNK_BYTES) {
            long length = Math.min(CHECKSUM_CHUNK_BYTES, bytes.byteSize() - at);
            checksum.update(bytes.asSlice(at, length).asByteBuffer());
        }
        if ((int) checksum.getValue() != part.checksum()) {
            throw corrupt(file, part.name(), "checksum is [%08x], should be [%08x]"
                    .formatted((int) checksum.getValue(), part.checksum()));
        }
        return bytes;
    }

    /// What every reader of this module throws at bytes that are not as they were written.
    static NarwhalException corrupt(Path file, String part, String what) {
        return corrupt(file, part, what, null);
    }

    /// @param cause what reading ran into; null where a check found it
    static NarwhalException corrupt(Path file, String part, String what, RuntimeException cause) {
        return new NarwhalException(ErrorCode.CORRUPT_SEGMENT,
                "Segment file [%s] is corrupt in its %s: %s; delete the file, it is loaded or built again"
                        .formatted(file, part, what), cause);
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw SegmentFiles.failure("close", file, e);
        }
    }

    private Footer readFrame() throws IOException {
        if (size < Footer.HEADER_BYTES + Footer.TRAILER_BYTES) {
            throw corrupt(file, "length", "[%d] bytes are too few".formatted(size));
        }
        checkHeader(read(0, Footer.HEADER_BYTES));
        byte[] trailer = read(size - Footer.TRAILER_BYTES, Footer.TRAILER_BYTES);
        var fields = ByteBuffer.wrap(trailer).order(ByteOrder.LITTLE_ENDIAN);
        long footerLength = fields.getLong();
        int checksum = fields.getInt();
        int magic = fields.getInt();
        if (magic != Footer.MAGIC) {
            throw corrupt(file, "trailer", "it does not end with the format's mark, it is cut off or overwritten");
        }
        long footerMax = Math.min(Integer.MAX_VALUE - Long.BYTES, size - Footer.HEADER_BYTES - Footer.TRAILER_BYTES);
        if (footerLength < 0 || footerLength > footerMax) {
            throw corrupt(file, "trailer", "footer of [%d] bytes in a file of [%d]".formatted(footerLength, size));
        }
        long footerOffset = size - Footer.TRAILER_BYTES - footerLength;
        byte[] bytes = read(footerOffset, (int) footerLength);
        if (SegmentFileWriter.footerChecksum(bytes, trailer) != checksum) {
            throw corrupt(file, "footer", "checksum is [%08x], should be [%08x]"
                    .formatted(SegmentFileWriter.footerChecksum(bytes, trailer), checksum));
        }
        try {
            return Footer.decode(bytes, footerOffset);
        } catch (IllegalArgumentException e) {
            throw corrupt(file, "footer", e.getMessage(), e);
        }
    }

    private void checkHeader(byte[] header) {
        var fields = ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN);
        int magic = fields.getInt();
        int version = fields.getInt();
        if (magic != Footer.MAGIC) {
            throw corrupt(file, "header", "it does not start with the format's mark, it is no segment file");
        }
        if (!Arrays.equals(header, SegmentFileWriter.header(version))) {
            throw corrupt(file, "header", "it is not what its checksum says");
        }
        if (version != Footer.FORMAT_VERSION) {
            throw NarwhalException.of(ErrorCode.CORRUPT_SEGMENT,
                    "Segment file [%s] is of format version [%d], only version [%d] is read here; its rows are built again"
                            + " from the table", file, version, Footer.FORMAT_VERSION);
        }
    }

    private byte[] read(long offset, int length) throws IOException {
        var buffer = ByteBuffer.allocate(length);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, offset + buffer.position()) < 0) {
                throw new EOFException("file became shorter than [%d] bytes while it was read".formatted(size));
            }
        }
        return buffer.array();
    }
}

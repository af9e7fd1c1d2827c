package org.narwhaldb.segment;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/// Writes a segment file from front to back: header, parts, footer; keeps checksums of every part and of the file.
/// Failures are UncheckedIOException; the owner of the file turns them into errors that name it.
final class SegmentFileWriter implements PartSink {
    private static final int STAGING_BYTES = 1 << 18;

    private final FileChannel channel;
    /// Direct, as the channel would copy heap memory to a direct buffer of the same size and keep that.
    private final ByteBuffer staging = ByteBuffer.allocateDirect(STAGING_BYTES);
    private final CRC32C fileChecksum = new CRC32C();
    private final CRC32C partChecksum = new CRC32C();
    private final List<Part> parts = new ArrayList<>();
    private long position;
    private long partStart;

    SegmentFileWriter(FileChannel channel) {
        this.channel = channel;
        byte[] header = header(Footer.FORMAT_VERSION);
        write(header, 0, header.length);
    }

    /// Magic, version, zeros, and a checksum of the header itself.
    static byte[] header(int version) {
        var header = ByteBuffer.allocate(Footer.HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        header.putInt(Footer.MAGIC).putInt(version);
        int checksumAt = Footer.HEADER_BYTES - Integer.BYTES;
        var checksum = new CRC32C();
        checksum.update(header.array(), 0, checksumAt);
        header.putInt(checksumAt, (int) checksum.getValue());
        return header.array();
    }

    @Override
    public void beginPart() {
        partStart = position;
        partChecksum.reset();
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
        fileChecksum.update(bytes, offset, length);
        partChecksum.update(bytes, offset, length);
        int done = 0;
        while (done < length) {
            int count = Math.min(length - done, staging.remaining());
            staging.put(bytes, offset + done, count);
            done += count;
            if (!staging.hasRemaining()) {
                flush();
            }
        }
        position += length;
    }

    @Override
    public void endPart(Part.Kind kind, int column) {
        parts.add(new Part(kind, column, partStart, position - partStart, (int) partChecksum.getValue()));
    }

    List<Part> parts() {
        return List.copyOf(parts);
    }

    /// Footer, its length, checksum and the magic; then everything to the disk.
    void finish(Footer footer) {
        byte[] bytes = footer.encode();
        var trailer = ByteBuffer.allocate(Footer.TRAILER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        trailer.putLong(bytes.length);
        trailer.putInt(footerChecksum(bytes, trailer.array()));
        trailer.putInt(Footer.MAGIC);
        write(bytes, 0, bytes.length);
        write(trailer.array(), 0, Footer.TRAILER_BYTES);
        flush();
        try {
            channel.force(true);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// CRC32C of the footer and of its length as the trailer starts with it.
    static int footerChecksum(byte[] footer, byte[] trailer) {
        var checksum = new CRC32C();
        checksum.update(footer);
        checksum.update(trailer, 0, Long.BYTES);
        return (int) checksum.getValue();
    }

    long position() {
        return position;
    }

    /// CRC32C of all bytes written.
    long checksum() {
        return fileChecksum.getValue();
    }

    private void flush() {
        staging.flip();
        try {
            while (staging.hasRemaining()) {
                channel.write(staging);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        staging.clear();
    }
}

package org.narwhaldb.segment;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.zip.CRC32C;

/// Changed segment files with the checksums that belong to the change.
final class SegmentFileForgery {
    private SegmentFileForgery() {}

    static byte[] checksummed(byte[] file, Footer footer) {
        List<Part> parts = footer.parts().stream().map(part -> {
            var checksum = new CRC32C();
            checksum.update(file, (int) part.offset(), (int) part.length());
            return new Part(part.kind(), part.column(), part.offset(), part.length(), (int) checksum.getValue());
        }).toList();
        var forged = new Footer(footer.segmentId(), footer.rowCount(), footer.sortKeys(), footer.originField(), footer.fields(), parts);
        byte[] bytes = forged.encode();
        var trailer = ByteBuffer.allocate(Footer.TRAILER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        trailer.putLong(bytes.length);
        trailer.putInt(SegmentFileWriter.footerChecksum(bytes, trailer.array()));
        trailer.putInt(Footer.MAGIC);
        var out = new ByteArrayOutputStream();
        out.write(file, 0, (int) parts.getLast().end());
        out.writeBytes(bytes);
        out.writeBytes(trailer.array());
        return out.toByteArray();
    }
}

package org.narwhaldb.segment;

import java.nio.BufferUnderflowException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// What a segment file says about itself, in flat tables at its end; see the package description for the bytes.
///
/// @param originField of the column in whose order the origins stand, or [OriginOrder#OF_ROWS]
record Footer(String segmentId, int rowCount, List<SortKey> sortKeys, int originField, List<Field> fields, List<Part> parts) {
    /// "NWL1" in file order.
    static final int MAGIC = 0x314C574E;
    static final int FORMAT_VERSION = 3;
    static final int HEADER_BYTES = 64;
    /// Footer length, footer checksum, magic.
    static final int TRAILER_BYTES = 16;
    /// So that row numbers of whole blocks stay ints.
    static final int ROWS_MAX = Integer.MAX_VALUE - Segment.BLOCK_ROWS;
    private static final int SORT_KEY_BYTES = 12;
    private static final int PART_BYTES = 32;
    private static final int FIELD_BYTES_MIN = 22;

    byte[] encode() {
        var out = FooterBytes.empty();
        out.putText(segmentId);
        out.putInt(rowCount);
        out.putInt(Segment.BLOCK_ROWS);
        out.putInt(sortKeys.size());
        for (SortKey key : sortKeys) {
            out.putInt(key.fieldId());
            out.putLong(key.bucketMicros());
        }
        out.putInt(originField);
        out.putInt(fields.size());
        for (Field field : fields) {
            FieldCodec.write(out, field);
        }
        out.putInt(parts.size());
        for (Part part : parts) {
            out.putInt(part.kind().code());
            out.putInt(part.column());
            out.putLong(part.offset());
            out.putLong(part.length());
            out.putInt(part.checksum());
            out.putInt(0);
        }
        return out.toByteArray();
    }

    /// @param footerOffset where the footer starts: the parts must fill the file up to there
    /// @throws IllegalArgumentException if the bytes are no footer
    static Footer decode(byte[] bytes, long footerOffset) {
        try {
            return decode(FooterBytes.of(bytes), footerOffset);
        } catch (BufferUnderflowException e) {
            throw new IllegalArgumentException("ends too early", e);
        }
    }

    private static Footer decode(FooterBytes in, long footerOffset) {
        String segmentId = in.takeText();
        int rowCount = in.takeInt();
        int blockRows = in.takeInt();
        if (rowCount < 0 || rowCount > ROWS_MAX || blockRows != Segment.BLOCK_ROWS) {
            throw new IllegalArgumentException("[%d] rows in blocks of [%d]".formatted(rowCount, blockRows));
        }
        List<SortKey> sortKeys = new ArrayList<>();
        for (int i = in.takeCount(SORT_KEY_BYTES); i > 0; i--) {
            sortKeys.add(new SortKey(in.takeInt(), in.takeLong()));
        }
        int originField = in.takeInt();
        List<Field> fields = new ArrayList<>();
        Set<Integer> ids = new HashSet<>();
        for (int i = in.takeCount(FIELD_BYTES_MIN); i > 0; i--) {
            Field field = FieldCodec.read(in);
            if (!ids.add(field.id())) {
                throw new IllegalArgumentException("two columns with id [%d]".formatted(field.id()));
            }
            fields.add(field);
        }
        if (originField != OriginOrder.OF_ROWS && fields.stream().noneMatch(field -> field.id() == originField
                && field.type().physical() == ColumnType.Physical.LONG)) {
            throw new IllegalArgumentException("origins in the order of field [%d]".formatted(originField));
        }
        List<Part> parts = readParts(in, fields.size(), footerOffset);
        in.requireEnd();
        return new Footer(segmentId, rowCount, List.copyOf(sortKeys), originField, List.copyOf(fields), parts);
    }

    private static List<Part> readParts(FooterBytes in, int columns, long footerOffset) {
        List<Part> parts = new ArrayList<>();
        long next = HEADER_BYTES;
        boolean originSeen = false;
        for (int i = in.takeCount(PART_BYTES); i > 0; i--) {
            var part = new Part(Part.Kind.of(in.takeInt()), in.takeInt(), in.takeLong(), in.takeLong(), in.takeInt());
            in.takeInt();
            boolean origin = part.kind().isOrigin();
            boolean columnFits = origin ? part.column() == Part.NO_COLUMN
                    : part.column() >= 0 && part.column() < columns;
            boolean placeFits = part.offset() == next && part.length() >= 0 && part.length() <= footerOffset - next;
            if (!columnFits || !placeFits || originSeen && !origin) {
                throw new IllegalArgumentException("%s of [%d] bytes at offset [%d], after offset [%d]"
                        .formatted(part.name(), part.length(), part.offset(), next));
            }
            originSeen |= origin;
            next = part.end();
            parts.add(part);
        }
        if (next != footerOffset) {
            throw new IllegalArgumentException("parts end at [%d], footer starts at [%d]"
                    .formatted(next, footerOffset));
        }
        return List.copyOf(parts);
    }

    /// The position of the column in whose order the origins stand.
    int originColumn() {
        int column = 0;
        while (fields.get(column).id() != originField) {
            column++;
        }
        return column;
    }

    /// Null if there is none.
    Part part(Part.Kind kind, int column) {
        for (Part part : parts) {
            if (part.kind() == kind && part.column() == column) {
                return part;
            }
        }
        return null;
    }

    /// The end of what queries map: the origin stands behind everything else.
    long queryEnd() {
        return parts.stream().filter(part -> !part.kind().isOrigin()).mapToLong(Part::end).max().orElse(HEADER_BYTES);
    }

    int blockCount() {
        return (rowCount + Segment.BLOCK_ROWS - 1) / Segment.BLOCK_ROWS;
    }

    int blockRowCount(int block) {
        return Math.min(Segment.BLOCK_ROWS, rowCount - block * Segment.BLOCK_ROWS);
    }
}

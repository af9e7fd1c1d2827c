package org.narwhaldb.engine.operator;

import java.math.BigInteger;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.narwhaldb.segment.Segment;
import org.narwhaldb.segment.SegmentBuilder;
import org.narwhaldb.segment.SegmentBuilder.ColumnAppender;
import org.narwhaldb.segment.Segments;

/// Segment files of a test's rows, open until the test ends.
public final class TestSegments implements AutoCloseable {
    private final Path directory;
    private final List<Segment> open = new ArrayList<>();

    public TestSegments(Path directory) {
        this.directory = directory;
    }

    public Segment of(String id, TestRows rows) {
        Path file = directory.resolve(open.size() + ".segment");
        try (SegmentBuilder builder = Segments.builder(rows.fields(), List.of())) {
            for (int row = 0; row < rows.rows().size(); row++) {
                for (int column = 0; column < rows.fields().size(); column++) {
                    append(builder.column(column), rows.rows().get(row)[column]);
                }
                builder.origin(0, row);
                builder.endRow();
            }
            builder.write(file, id);
        }
        Segment segment = Segments.open(file);
        open.add(segment);
        return segment;
    }

    private static void append(ColumnAppender column, Object value) {
        switch (value) {
            case null -> column.appendNull();
            case Boolean flag -> column.appendBoolean(flag);
            case Long number -> column.appendLong(number);
            case Double number -> column.appendDouble(number);
            case BigInteger number -> column.appendInt128(number);
            case byte[] bytes -> column.appendBytes(bytes, 0, bytes.length);
            default -> column.appendNested(value);
        }
    }

    @Override
    public void close() {
        open.forEach(Segment::close);
    }
}

package org.narwhaldb.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.zip.CRC32C;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

class SegmentBuilderTest {
    private static final List<Field> FIELDS = List.of(new Field(1, "n", ColumnType.LONG, false),
            new Field(2, "code", ColumnType.fixed(3), true), new Field(3, "d", ColumnType.decimal(38, 0), true));

    @TempDir
    private Path folder;

    @Test
    void refusesValuesThatDoNotFitTheColumn() {
        SegmentBuilder builder = Segments.builder(FIELDS, List.of());

        assertCode(ErrorCode.BAD_INPUT_ROW, () -> builder.column(0).appendNull());
        assertCode(ErrorCode.BAD_INPUT_ROW, () -> builder.column(1).appendBytes(new byte[4], 0, 4));
        assertCode(ErrorCode.NUMERIC_OUT_OF_RANGE, () -> builder.column(2).appendInt128(BigInteger.ONE.shiftLeft(127)));
        assertThatIllegalStateException().isThrownBy(() -> builder.column(0).appendDouble(1));
        assertThatIllegalStateException().isThrownBy(() -> builder.column(1).appendNested(new Object[0]));
    }

    @Test
    void refusesRowsThatAreNotComplete() {
        SegmentBuilder builder = Segments.builder(List.of(FIELDS.getFirst()), List.of());
        builder.column(0).appendLong(1);

        assertThatIllegalStateException().isThrownBy(builder::endRow).withMessage("Row 0 has 0 origins");
        builder.origin(0, 0);
        builder.endRow();
        builder.origin(0, 1);
        assertThatIllegalStateException().isThrownBy(builder::endRow)
                .withMessage("Column n LONG NOT NULL has 0 values in row 1");
    }

    @Test
    void saysWhenTheDiskIsFullAndRemovesThePartialFile() throws IOException {
        Path full = Path.of("/dev/full");
        Assumptions.assumeTrue(Files.exists(full));
        var builder = new BufferedSegmentBuilder(List.of(FIELDS.getFirst()), List.of());
        append(builder, 1_000);

        assertCode(ErrorCode.DISK_FULL, () -> builder.write(folder.resolve("s"), "s", WorkShare.INLINE, file -> {
            Files.createFile(file);
            return FileChannel.open(full, StandardOpenOption.WRITE);
        }));
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void saysWhichFolderIsMissing() {
        SegmentBuilder builder = Segments.builder(FIELDS, List.of());

        assertCode(ErrorCode.FILE_NOT_FOUND, () -> builder.write(folder.resolve("no/s"), "s"));
    }

    @Test
    void replacesAFileAsAWhole() throws IOException {
        Path file = Files.writeString(folder.resolve("s"), "old");

        SegmentSummary summary = write(file, 10);

        var checksum = new CRC32C();
        checksum.update(Files.readAllBytes(file));
        assertThat(summary.checksum()).isEqualTo(checksum.getValue());
        assertThat(summary.sizeBytes()).isEqualTo(Files.size(file));
    }

    @Test
    void writesTheSameBytesForTheSameRows() throws IOException {
        write(folder.resolve("a"), 100_000);
        write(folder.resolve("b"), 100_000);

        assertThat(folder.resolve("a")).hasSameBinaryContentAs(folder.resolve("b"));
    }

    @Test
    void accountsForTheHeapThatItHolds() {
        try (SegmentBuilder builder = Segments.builder(List.of(FIELDS.getFirst(),
                new Field(7, "s", ColumnType.STRING, true)), List.of())) {
            for (int i = 0; i < 1_000_000; i++) {
                builder.column(0).appendLong(i);
                builder.column(1).appendBytes(("value " + (1_000 + i % 1_000)).getBytes(), 0, 10);
                builder.origin(0, i);
                builder.endRow();
            }
            assertThat(builder.memoryBytes()).isBetween(12_000_000L, 13_500_000L);
        }
    }

    private static SegmentSummary write(Path file, int rows) {
        try (SegmentBuilder builder = Segments.builder(List.of(FIELDS.getFirst()), List.of())) {
            append(builder, rows);
            return builder.write(file, "s");
        }
    }

    private static void append(SegmentBuilder builder, int rows) {
        for (int i = 0; i < rows; i++) {
            builder.column(0).appendLong(i * 31L);
            builder.origin(0, i);
            builder.endRow();
        }
    }

    private static void assertCode(ErrorCode code, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(NarwhalException.class,
                e -> assertThat(e.code()).isEqualTo(code));
    }
}

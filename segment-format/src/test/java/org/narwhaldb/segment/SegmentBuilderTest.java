package org.narwhaldb.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
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

    /// Each value comes 1.4 times: numbered names share their first bytes, texts do not.
    @Test
    void textsThatHardlyRepeatAreNoDictionaryUnlessTheyShareBytes() {
        List<Field> fields = List.of(new Field(1, "name", ColumnType.STRING, false), new Field(2, "text", ColumnType.STRING, false));
        int rows = 60_000;
        String[] words = {"regular", "deposits", "furiously", "sleep", "above", "quick", "ideas", "bold", "accounts"};
        List<Object[]> expected = new ArrayList<>();
        try (SegmentBuilder builder = Segments.builder(fields, List.of())) {
            for (int i = 0; i < rows; i++) {
                int number = i % 43_000;
                StringBuilder text = new StringBuilder(Long.toHexString(ValueHash.mix(number + 7L))).append(' ');
                for (long hash = ValueHash.mix(number + 1L), word = 0; word < 8; word++, hash /= 9) {
                    text.append(words[(int) Long.remainderUnsigned(hash, 9)]).append(' ');
                }
                Object[] row = {("user_" + number).getBytes(StandardCharsets.UTF_8),
                    text.append(number).toString().getBytes(StandardCharsets.UTF_8)};
                TestRows.append(builder.column(0), fields.get(0).type(), row[0]);
                TestRows.append(builder.column(1), fields.get(1).type(), row[1]);
                expected.add(row);
                builder.origin(0, i);
                builder.endRow();
            }
            builder.write(folder.resolve("s"), "s");
        }

        try (Segment segment = Segments.open(folder.resolve("s"))) {
            assertThat(segment.column(1).dictionary()).isNotNull();
            assertThat(segment.column(2).dictionary()).isNull();
            for (int column = 0; column < 2; column++) {
                int index = column;
                assertThat(ColumnReads.read(segment.column(column + 1), 0, rows))
                        .isEqualTo(expected.stream().map(row -> row[index]).toArray());
            }
        }
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

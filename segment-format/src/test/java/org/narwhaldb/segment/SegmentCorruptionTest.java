package org.narwhaldb.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

class SegmentCorruptionTest {
    private final long seed = RandomValues.seed();
    private final RandomValues values = new RandomValues(seed);

    @TempDir
    private Path folder;
    private Path file;
    private byte[] good;

    @BeforeEach
    void writeASegment() throws IOException {
        List<Field> fields = new ArrayList<>();
        for (ColumnType type : RandomValues.flatTypes()) {
            fields.add(new Field(fields.size(), "c" + fields.size(), type, true));
        }
        fields.add(new Field(fields.size(), "nested", values.nestedType(2), true));
        file = folder.resolve("s.segment");
        TestRows.random(values, fields, 700).write(file, "s", List.of(SortKey.of(2)));
        good = Files.readAllBytes(file);
    }

    @Test
    void refusesEveryTruncation() throws IOException {
        Set<Integer> lengths = new TreeSet<>(List.of(0, 1, 63, 64, 65, 79, 80, 81));
        try (var reader = new SegmentFileReader(file)) {
            for (Part part : reader.footer().parts()) {
                for (int delta = -1; delta <= 1; delta++) {
                    lengths.add((int) part.offset() + delta);
                    lengths.add((int) part.end() + delta);
                }
            }
        }
        for (int delta = 1; delta <= 20; delta++) {
            lengths.add(good.length - delta);
        }
        for (int i = 0; i < 100; i++) {
            lengths.add(values.random.nextInt(good.length));
        }
        for (int length : lengths) {
            Files.write(file, Arrays.copyOf(good, length));

            assertCorrupt("cut to %d of %d bytes".formatted(length, good.length));
        }
    }

    @Test
    void detectsFlippedBits() throws IOException {
        flipBits(300);
    }

    @Test
    @Tag("slow")
    void detectsManyFlippedBits() throws IOException {
        flipBits(10_000);
    }

    private void flipBits(int rounds) throws IOException {
        for (int round = 0; round < rounds; round++) {
            int at = switch (round % 4) {
                case 0 -> good.length - 1 - values.random.nextInt(4_000);
                case 1 -> values.random.nextInt(Footer.HEADER_BYTES);
                default -> values.random.nextInt(good.length);
            };
            byte[] bad = good.clone();
            bad[at] ^= (byte) (1 << values.random.nextInt(8));
            Files.write(file, bad);

            assertCorrupt("byte %d of %d".formatted(at, good.length));
        }
    }

    @Test
    void refusesBytesBehindTheEnd() throws IOException {
        Files.write(file, Arrays.copyOf(good, good.length + 64));

        assertCorrupt("64 zero bytes too many");
    }

    /// As if the writer were wrong: everything is checksummed, and makes no sense.
    @Test
    void answersOrRefusesWhatItsWriterGotWrongButNeverCrashes() throws IOException {
        Footer footer;
        try (var reader = new SegmentFileReader(file)) {
            footer = reader.footer();
        }
        for (int round = 0; round < 300; round++) {
            byte[] bad = good.clone();
            Part part = footer.parts().get(values.random.nextInt(footer.parts().size()));
            int at = (int) part.offset() + values.random.nextInt((int) Math.max(1, part.length()));
            bad[at] = (byte) values.random.nextInt();
            Files.write(file, SegmentFileForgery.checksummed(bad, footer));
            try (Segment segment = Segments.open(file)) {
                readAll(segment);
                Segments.rowsFrom(file, 0, null);
            } catch (NarwhalException e) {
                assertThat(e.code()).as("seed %d", seed).isEqualTo(ErrorCode.CORRUPT_SEGMENT);
            }
        }
    }

    @Test
    void namesTheFileAndThePart() throws IOException {
        byte[] bad = good.clone();
        bad[Footer.HEADER_BYTES] ^= 1;
        Files.write(file, bad);

        assertThatThrownBy(() -> Segments.open(file)).hasMessageContaining(file.toString())
                .hasMessageContaining("DATA of column 0").hasMessageContaining("checksum");
    }

    @Test
    void refusesAnotherVersionAndOtherFiles() throws IOException {
        byte[] older = good.clone();
        System.arraycopy(SegmentFileWriter.header(1), 0, older, 0, Footer.HEADER_BYTES);
        Files.write(file, older);
        assertThatThrownBy(() -> Segments.open(file)).hasMessageContaining("format version [1]")
                .hasMessageContaining(file.toString())
                .isInstanceOfSatisfying(NarwhalException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CORRUPT_SEGMENT));

        byte[] flipped = good.clone();
        flipped[4] ^= 1;
        Files.write(file, flipped);
        assertThatThrownBy(() -> Segments.open(file)).hasMessageContaining("corrupt in its header");

        Files.writeString(file, "PAR1".repeat(100));
        assertThatThrownBy(() -> Segments.open(file)).hasMessageContaining("it is no segment file");

        assertThatThrownBy(() -> Segments.open(folder.resolve("absent")))
                .isInstanceOfSatisfying(NarwhalException.class,
                        e -> assertThat(e.code()).isEqualTo(ErrorCode.FILE_NOT_FOUND));
    }

    /// The origin is not read by queries: damage in there shows when it is asked for.
    private void assertCorrupt(String damage) {
        assertThatThrownBy(() -> {
            Segments.open(file).close();
            Segments.rowsFrom(file, 0, null);
        }).as("seed %d, %s", seed, damage).isInstanceOfSatisfying(NarwhalException.class,
                e -> assertThat(e.code()).isEqualTo(ErrorCode.CORRUPT_SEGMENT));
    }

    private static void readAll(Segment segment) {
        for (Field field : segment.fields()) {
            SegmentColumn column = segment.column(field.id());
            if (field.type().physical() == ColumnType.Physical.BYTES && column.dictionary() != null) {
                column.readCodes(0, segment.rowCount(), new int[segment.rowCount()], 0);
                for (int code = 0; code < column.dictionary().size(); code++) {
                    column.dictionary().value(code);
                }
            } else {
                ColumnReads.read(column, 0, segment.rowCount());
            }
            for (int block = 0; block < segment.blockCount(); block++) {
                column.statistics(block);
            }
        }
    }
}

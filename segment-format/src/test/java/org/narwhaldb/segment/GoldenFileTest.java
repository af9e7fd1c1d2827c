package org.narwhaldb.segment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.narwhaldb.segment.encoding.BlockRecord;
import org.narwhaldb.segment.encoding.Encoding;

/// The format is frozen: `golden-3.seg` is read as it was written, and its rows give its bytes. A change of the bytes is
/// another version of the format (`Footer.FORMAT_VERSION`, the package's documentation, and a golden file of that version:
/// the message of the test says how to write it).
class GoldenFileTest {
    private static final String NAME = "golden-%d.seg".formatted(Segments.FORMAT_VERSION);

    @TempDir
    private Path folder;

    @Test
    void theGoldenFileIsOfTheVersionThatIsWritten() {
        assertThat(GoldenFileTest.class.getResource("/" + NAME)).as("a golden file of this version of the format: write it with"
                + " `-Dnarwhal.golden=FOLDER -Dtest=GoldenFileTest` and put it among the resources of these tests").isNotNull();
    }

    @Test
    void theRowsGiveTheBytesOfTheGoldenFile() throws IOException {
        String target = System.getProperty("narwhal.golden");
        Path file = (target == null ? folder : Path.of(target)).resolve(NAME);

        GoldenRows.write(file);

        assertThat(Arrays.mismatch(Files.readAllBytes(file), golden()))
                .as("first byte that differs; other bytes for the same rows are another version of the format").isEqualTo(-1);
    }

    @Test
    void theGoldenFileHoldsItsRows() throws IOException {
        TestRows expected = GoldenRows.all().sorted(GoldenRows.SORT_KEYS);

        try (Segment segment = Segments.open(copy())) {
            assertThat(segment.rowCount()).isEqualTo(expected.rows().size());
            for (int column = 0; column < GoldenRows.FIELDS.size(); column++) {
                Field field = GoldenRows.FIELDS.get(column);
                assertThat(ColumnReads.read(segment.column(field.id()), 0, segment.rowCount()))
                        .as("column [%s]", field.name()).isEqualTo(expected.column(column));
            }
        }
        for (int row = 0; row < expected.rows().size(); row++) {
            TestRows.Row from = expected.rows().get(row);
            assertThat(Segments.rowsFrom(copy(), from.sourceFile(), new long[] {from.position()}).toArray()).containsExactly(row);
            row += 97;
        }
    }

    @Test
    void everyEncodingAndEveryKindOfPartIsInTheGoldenFile() throws IOException {
        Set<Encoding> encodings = EnumSet.noneOf(Encoding.class);
        Set<String> parts = new HashSet<>();
        List<Integer> forms = new ArrayList<>();
        try (var reader = new SegmentFileReader(copy()); Arena arena = Arena.ofConfined()) {
            Footer footer = reader.footer();
            assertThat(footer.originField()).isEqualTo(1);
            for (Part part : footer.parts()) {
                parts.add(part.kind().name());
                var bytes = reader.checked(reader.map(part.offset(), part.length(), arena), part.offset(), part);
                if (part.kind() == Part.Kind.DIRECTORY) {
                    encodings.add(BlockRecord.read(bytes, 0, footer.rowCount()).layout().encoding());
                } else if (part.kind() == Part.Kind.DICTIONARY) {
                    forms.add((int) bytes.get(ValueLayout.JAVA_BYTE, Integer.BYTES));
                }
            }
        }
        assertThat(encodings).containsExactlyInAnyOrder(Encoding.values());
        assertThat(parts).containsExactlyInAnyOrder(Arrays.stream(Part.Kind.values()).map(Enum::name).toArray(String[]::new));
        assertThat(forms).contains(MappedDictionary.PLAIN, MappedDictionary.FRONT_CODED);
    }

    private Path copy() throws IOException {
        Path file = folder.resolve("copy.seg");
        Files.write(file, golden());
        return file;
    }

    private static byte[] golden() throws IOException {
        try (InputStream stream = GoldenFileTest.class.getResourceAsStream("/" + NAME)) {
            return stream.readAllBytes();
        }
    }
}

package org.narwhaldb.store.version;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;
import org.narwhaldb.store.object.ObjectStore;
import org.narwhaldb.store.object.ObjectStores;
import org.roaringbitmap.RoaringBitmap;

class LiveRowsTest {
    @TempDir Path directory;

    @Test
    void theSameRowsHaveTheSameIdHoweverTheBitmapWasBuilt() {
        ObjectStore store = ObjectStores.open(directory.toString(), Map.of());
        RoaringBitmap range = new RoaringBitmap();
        range.add(0L, 100_000L);
        range.remove(500);
        RoaringBitmap single = new RoaringBitmap();
        for (int row = 99_999; row >= 0; row--) {
            if (row != 500) {
                single.add(row);
            }
        }

        LiveRows.Written one = LiveRows.write(store, "tables/main/t", "segment", range);
        LiveRows.Written same = LiveRows.write(store, "tables/main/t", "segment", single);
        single.remove(501);
        LiveRows.Written other = LiveRows.write(store, "tables/main/t", "segment", single);

        assertThat(same).isEqualTo(one);
        assertThat(other.id()).isNotEqualTo(one.id());
        assertThat(LiveRows.write(store, "tables/main/t", "segment2", range).id()).isNotEqualTo(one.id());
        assertThat(LiveRows.read(store, one.file())).isEqualTo(range);
        assertThat(LiveRows.read(store, other.file()).getCardinality()).isEqualTo(99_998);
    }

    @Test
    void noRowsIsAFileToo() {
        ObjectStore store = ObjectStores.open(directory.toString(), Map.of());

        LiveRows.Written none = LiveRows.write(store, "t", "segment", new RoaringBitmap());

        assertThat(LiveRows.read(store, none.file()).isEmpty()).isTrue();
    }

    @Test
    void anyDamageIsFoundAndTheFileNamed() throws Exception {
        ObjectStore store = ObjectStores.open(directory.toString(), Map.of());
        LiveRows.Written written = LiveRows.write(store, "t", "segment", RoaringBitmap.bitmapOf(1, 5, 70_000));
        Path path = store.local(written.file()).orElseThrow();
        byte[] content = Files.readAllBytes(path);

        for (int position = 0; position < content.length; position++) {
            byte[] flipped = content.clone();
            flipped[position] ^= 4;
            Files.write(path, flipped);
            assertCorrupt(store, written.file());
            Files.write(path, Arrays.copyOf(content, position));
            assertCorrupt(store, written.file());
        }
        Files.delete(path);
        assertCorrupt(store, written.file());
    }

    private static void assertCorrupt(ObjectStore store, String file) {
        assertThatThrownBy(() -> LiveRows.read(store, file)).isInstanceOfSatisfying(NarwhalException.class,
                e -> assertThat(e.code()).isEqualTo(ErrorCode.CORRUPT_VERSION)).hasMessageContaining(file);
    }
}

package org.narwhaldb.store.iceberg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.OutputStream;
import java.nio.file.Path;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.io.FileInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

class LocalFileIOTest {
    @TempDir Path directory;
    private final LocalFileIO io = new LocalFileIO();

    private void write(String location, int bytes) throws Exception {
        try (OutputStream out = io.newOutputFile(location).create()) {
            out.write(new byte[bytes]);
        }
    }

    @Test
    void urisAndPlainPathsNameTheSameFiles() throws Exception {
        write("file://" + directory + "/a/b c%20.bin", 5);

        assertThat(io.newInputFile(directory + "/a/b c%20.bin").getLength()).isEqualTo(5);
        assertThat(io.newInputFile("file:" + directory + "/a/b c%20.bin").exists()).isTrue();
        assertThatThrownBy(() -> write(directory + "/a/b c%20.bin", 1)).isInstanceOf(AlreadyExistsException.class);
        assertThat(io.listPrefix("file:" + directory + "/a")).extracting(FileInfo::size).containsExactly(5L);

        io.deleteFile(directory + "/a/b c%20.bin");
        io.deleteFile(directory + "/a/b c%20.bin");
        assertThatThrownBy(() -> io.newInputFile(directory + "/a/b c%20.bin").newStream())
                .isInstanceOf(NotFoundException.class);
        assertThatThrownBy(() -> io.newInputFile(directory + "/a/b c%20.bin").getLength())
                .isInstanceOf(NotFoundException.class);
        io.deletePrefix(directory + "/a");
        assertThat(io.listPrefix(directory + "/a")).isEmpty();
    }

    @Test
    void aFullDiskIsATypedError() {
        assumeThat(Path.of("/dev/full")).exists();

        assertThatThrownBy(() -> {
            try (OutputStream out = io.newOutputFile("/dev/full").createOrOverwrite()) {
                out.write(new byte[1 << 20]);
            }
        }).isInstanceOfSatisfying(NarwhalException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DISK_FULL))
                .hasMessageContaining("/dev/full");
    }
}

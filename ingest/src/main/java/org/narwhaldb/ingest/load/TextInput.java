package org.narwhaldb.ingest.load;

import com.github.luben.zstd.ZstdInputStream;
import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPInputStream;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;
import org.narwhaldb.store.iceberg.Lake;

/// Opens text files: decompressed, UTF-8 without a byte order mark.
final class TextInput {
    private static final int BUFFER_BYTES = 1 << 16;

    private TextInput() {}

    /// @throws NarwhalException BAD_INPUT_FILE
    static TextBuffer open(Lake.InputFileHandle file, InputKind.Compression compression) {
        InputStream raw = file.stream();
        try {
            return new TextBuffer(file.uri(), switch (compression) {
                case NONE -> raw;
                case GZIP -> new GZIPInputStream(raw, BUFFER_BYTES);
                case ZSTD -> new ZstdInputStream(raw);
            });
        } catch (IOException e) {
            close(raw);
            throw failure(file.uri(), 1, e);
        } catch (NarwhalException e) {
            close(raw);
            throw e;
        }
    }

    /// The rest of a file as characters, decoded strictly.
    static BufferedReader reader(InputStream stream) {
        return new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8.newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT).onUnmappableCharacter(CodingErrorAction.REPORT)), BUFFER_BYTES);
    }

    /// @param line being read
    static NarwhalException failure(String uri, long line, IOException e) {
        String reason = switch (e) {
            case CharacterCodingException coding -> "it is not UTF-8 text";
            case EOFException end -> "its compressed data ends too early";
            default -> e.getMessage();
        };
        return new NarwhalException(ErrorCode.BAD_INPUT_FILE,
                "Cannot read file [%s] near line [%d]: %s".formatted(uri, line, reason), e);
    }

    private static void close(InputStream stream) {
        try {
            stream.close();
        } catch (IOException e) {
            // the failure that led here is the one to report
        }
    }
}

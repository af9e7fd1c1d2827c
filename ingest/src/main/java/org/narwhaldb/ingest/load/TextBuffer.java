package org.narwhaldb.ingest.load;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.narwhaldb.segment.error.NarwhalException;

/// A window on the bytes of a text file, as large as the record being read: separators of records and values are ASCII,
/// so they are found in UTF-8 as it is, and nothing is decoded but what has to be.
final class TextBuffer implements AutoCloseable {
    private static final int FIRST_BYTES = 1 << 18;
    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

    private final String uri;
    private final InputStream stream;
    private final CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT).onUnmappableCharacter(CodingErrorAction.REPORT);
    private byte[] bytes = new byte[FIRST_BYTES];
    private CharBuffer characters = CharBuffer.allocate(0);
    private int limit;
    private boolean ended;

    /// @throws NarwhalException BAD_INPUT_FILE
    TextBuffer(String uri, InputStream stream) {
        this.uri = uri;
        this.stream = stream;
        while (limit < BYTE_ORDER_MARK.length && more(0, 1)) {
            // a stream may give byte by byte
        }
        if (limit >= BYTE_ORDER_MARK.length
                && Arrays.equals(bytes, 0, BYTE_ORDER_MARK.length, BYTE_ORDER_MARK, 0, BYTE_ORDER_MARK.length)) {
            System.arraycopy(bytes, BYTE_ORDER_MARK.length, bytes, 0, limit - BYTE_ORDER_MARK.length);
            limit -= BYTE_ORDER_MARK.length;
        }
    }

    /// The bytes in the window: from 0 to [#limit].
    byte[] bytes() {
        return bytes;
    }

    int limit() {
        return limit;
    }

    /// Whether the window ends where the file does.
    boolean ended() {
        return ended;
    }

    /// Moves the window's start to `from` and reads more behind it; false at the end of the file.
    ///
    /// @param line being read
    boolean more(int from, long line) {
        if (ended) {
            return false;
        }
        limit -= from;
        System.arraycopy(bytes, from, bytes, 0, limit);
        if (limit == bytes.length) {
            bytes = Arrays.copyOf(bytes, (int) Math.min(bytes.length * 2L, Integer.MAX_VALUE - 8));
        }
        try {
            int count = stream.read(bytes, limit, bytes.length - limit);
            ended = count < 0;
            limit += Math.max(0, count);
            return true;
        } catch (IOException e) {
            throw TextInput.failure(uri, line, e);
        }
    }

    /// The rest of the file from a place in the window.
    InputStream rest(int from) {
        return new SequenceInputStream(new ByteArrayInputStream(bytes, from, limit - from), stream);
    }

    boolean isUtf8(int from, int to) {
        if (characters.capacity() < to - from) {
            characters = CharBuffer.allocate(to - from);
        }
        characters.clear();
        decoder.reset();
        CoderResult result = decoder.decode(ByteBuffer.wrap(bytes, from, to - from), characters, true);
        return !result.isError();
    }

    /// @throws NarwhalException BAD_INPUT_FILE
    void requireUtf8(int from, int to, long line) {
        if (!isUtf8(from, to)) {
            throw TextInput.failure(uri, line, new CharacterCodingException());
        }
    }

    String text(int from, int to) {
        return new String(bytes, from, to - from, StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        try {
            stream.close();
        } catch (IOException e) {
            throw TextInput.failure(uri, 1, e);
        }
    }
}

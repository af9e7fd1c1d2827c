package org.narwhaldb.engine.expression;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// A LIKE pattern on UTF-8 bytes: `%` is any text, `_` one code point. The pattern is cut at `%` into pieces; the first
/// and the last are anchored to the ends of the text, and those between are found leftmost first, which finds a match
/// if there is one.
final class LikeMatcher {
    /// A piece holds bytes as they are and this for `_`.
    private static final short ANY = -1;

    private final short[][] pieces;
    private final byte[][] literals;

    private LikeMatcher(List<short[]> pieces) {
        this.pieces = pieces.toArray(short[][]::new);
        this.literals = new byte[this.pieces.length][];
        for (int i = 0; i < literals.length; i++) {
            literals[i] = literal(this.pieces[i]);
        }
    }

    /// @param escape one code point, or null
    static LikeMatcher compile(byte[] pattern, byte[] escape) {
        if (escape != null && (escape.length == 0 || Utf8.next(escape, 0, escape.length) != escape.length)) {
            throw NarwhalException.of(ErrorCode.INVALID_PARAMETER, "LIKE: the escape [%s] is not one character",
                    new String(escape, StandardCharsets.UTF_8));
        }
        List<short[]> pieces = new ArrayList<>();
        short[] piece = new short[pattern.length];
        int length = 0;
        int at = 0;
        while (at < pattern.length) {
            if (escape != null && Utf8.startsWith(pattern, at, pattern.length, escape, 0, escape.length)) {
                at += escape.length;
                boolean escapesItself = Utf8.startsWith(pattern, at, pattern.length, escape, 0, escape.length);
                if (at >= pattern.length || (!escapesItself && pattern[at] != '%' && pattern[at] != '_')) {
                    throw NarwhalException.of(ErrorCode.INVALID_PARAMETER,
                            "LIKE: in the pattern [%s] the escape [%s] does not stand before %%, _ or itself",
                            new String(pattern, StandardCharsets.UTF_8), new String(escape, StandardCharsets.UTF_8));
                }
                int end = at + (escapesItself ? escape.length : 1);
                while (at < end) {
                    piece[length++] = (short) (pattern[at++] & 0xFF);
                }
            } else if (pattern[at] == '%') {
                pieces.add(Arrays.copyOf(piece, length));
                length = 0;
                at++;
            } else {
                piece[length++] = pattern[at] == '_' ? ANY : (short) (pattern[at] & 0xFF);
                at++;
            }
        }
        pieces.add(Arrays.copyOf(piece, length));
        return new LikeMatcher(pieces);
    }

    /// What every match starts with, perhaps nothing.
    byte[] prefix() {
        short[] first = pieces[0];
        int length = 0;
        while (length < first.length && first[length] != ANY) {
            length++;
        }
        return literal(Arrays.copyOf(first, length));
    }

    boolean matches(byte[] bytes, int start, int end) {
        int last = pieces.length - 1;
        int at = matchForward(0, bytes, start, end);
        if (at < 0 || last == 0) {
            return at == end;
        }
        int limit = matchBackward(last, bytes, at, end);
        if (limit < 0) {
            return false;
        }
        for (int piece = 1; piece < last; piece++) {
            at = find(piece, bytes, at, limit);
            if (at < 0) {
                return false;
            }
        }
        return true;
    }

    /// The end of the leftmost match of the piece in `[start, end)`, or -1.
    private int find(int piece, byte[] bytes, int start, int end) {
        byte[] literal = literals[piece];
        if (literal != null) {
            int found = Utf8.indexOf(bytes, start, end, literal, 0, literal.length);
            return found < 0 ? -1 : found + literal.length;
        }
        int at = start;
        while (true) {
            int after = matchForward(piece, bytes, at, end);
            if (after >= 0 || at >= end) {
                return after;
            }
            at = Utf8.next(bytes, at, end);
        }
    }

    private int matchForward(int index, byte[] bytes, int start, int end) {
        byte[] literal = literals[index];
        if (literal != null) {
            return Utf8.startsWith(bytes, start, end, literal, 0, literal.length) ? start + literal.length : -1;
        }
        int at = start;
        for (short element : pieces[index]) {
            if (at >= end) {
                return -1;
            }
            if (element == ANY) {
                at = Utf8.next(bytes, at, end);
            } else if ((bytes[at++] & 0xFF) != element) {
                return -1;
            }
        }
        return at;
    }

    /// The start of the piece where it ends the text, or -1.
    private int matchBackward(int index, byte[] bytes, int start, int end) {
        short[] piece = pieces[index];
        int at = end;
        for (int i = piece.length - 1; i >= 0; i--) {
            if (at <= start) {
                return -1;
            }
            if (piece[i] == ANY) {
                at = Utf8.previous(bytes, at, start);
            } else if ((bytes[--at] & 0xFF) != piece[i]) {
                return -1;
            }
        }
        return at;
    }

    /// The bytes of a piece without `_`, else null.
    private static byte[] literal(short[] piece) {
        byte[] bytes = new byte[piece.length];
        for (int i = 0; i < piece.length; i++) {
            if (piece[i] == ANY) {
                return null;
            }
            bytes[i] = (byte) piece[i];
        }
        return bytes;
    }
}

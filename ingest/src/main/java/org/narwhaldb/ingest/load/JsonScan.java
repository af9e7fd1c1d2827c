package org.narwhaldb.ingest.load;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Finds names and values of an object on one line, in place: an object of known names, whose values are texts without
/// escapes, numbers, `true`, `false` and `null`. Any other line, be it wrong or merely rare, is left to Jackson.
final class JsonScan {
    /// What a value is; a whole number has no point and no exponent.
    enum Kind { TEXT, WHOLE, REAL, TRUE, FALSE, NULL }

    enum Outcome { DONE, NEEDS_MORE, OTHER }

    private static final byte[] TRUE = "true".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] FALSE = "false".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] NULL = "null".getBytes(StandardCharsets.US_ASCII);
    private static final int NAMES_TRIED = 24;
    /// Of a number that is read in place.
    private static final int NUMBER_LENGTH_MAX = 64;

    private final TextBuffer buffer;
    private final List<byte[]> names = new ArrayList<>();
    private Kind[] kinds = new Kind[16];
    private int[] starts = new int[16];
    private int[] ends = new int[16];
    /// By name the number of the last object that had it.
    private long[] objects = new long[16];
    private long object;
    private byte[] bytes;
    private int limit;
    private int at;

    JsonScan(TextBuffer buffer) {
        this.buffer = buffer;
    }

    void addName(String name) {
        if (names.size() == kinds.length) {
            kinds = Arrays.copyOf(kinds, kinds.length * 2);
            starts = Arrays.copyOf(starts, kinds.length);
            ends = Arrays.copyOf(ends, kinds.length);
            objects = Arrays.copyOf(objects, kinds.length);
        }
        names.add(name.getBytes(StandardCharsets.UTF_8));
    }

    /// What the object has by a name; null if nothing.
    Kind kind(int name) {
        return objects[name] == object ? kinds[name] : null;
    }

    /// Of a value, within the quotes of a text.
    int start(int name) {
        return starts[name];
    }

    int end(int name) {
        return ends[name];
    }

    /// Behind the object, where its line ends.
    int position() {
        return at;
    }

    /// Scans the object at `from`.
    Outcome scan(int from) {
        bytes = buffer.bytes();
        limit = buffer.limit();
        at = from;
        object++;
        Outcome outcome = bytes[at] == '{' ? scanFields() : Outcome.OTHER;
        // what the file's end cuts off is wrong
        return at >= limit && outcome != Outcome.DONE ? cut() : outcome;
    }

    private Outcome cut() {
        return buffer.ended() ? Outcome.OTHER : Outcome.NEEDS_MORE;
    }

    private Outcome scanFields() {
        int expected = 0;
        do {
            at++;
            expected = scanField(expected);
            skipBlanks();
        } while (expected >= 0 && at < limit && bytes[at] == ',');
        if (expected < 0 || at >= limit || bytes[at] != '}') {
            return Outcome.OTHER;
        }
        at++;
        skipBlanks();
        if (at < limit) {
            return bytes[at] == '\n' || bytes[at] == '\r' ? Outcome.DONE : Outcome.OTHER;
        }
        return buffer.ended() ? Outcome.DONE : Outcome.NEEDS_MORE;
    }

    /// The name after the field's; -1 if it is none to be read here.
    private int scanField(int expected) {
        skipBlanks();
        if (at >= limit || bytes[at] != '"') {
            return -1;
        }
        int from = ++at;
        while (at < limit && bytes[at] != '"' && bytes[at] != '\\') {
            at++;
        }
        if (at >= limit || bytes[at] != '"') {
            return -1;
        }
        int name = name(from, at, expected);
        at++;
        skipBlanks();
        if (name < 0 || at >= limit || bytes[at] != ':' || objects[name] == object) {
            return -1;
        }
        at++;
        skipBlanks();
        if (at >= limit || !scanValue(name)) {
            return -1;
        }
        objects[name] = object;
        return name + 1;
    }

    /// Most objects have their fields in the same order, some missing; what is further away is left to Jackson.
    private int name(int from, int to, int expected) {
        for (int i = 0; i < Math.min(names.size(), NAMES_TRIED); i++) {
            int candidate = expected + i < names.size() ? expected + i : expected + i - names.size();
            byte[] name = names.get(candidate);
            if (name.length == to - from && Arrays.equals(bytes, from, to, name, 0, name.length)) {
                return candidate;
            }
        }
        return -1;
    }

    private boolean scanValue(int name) {
        return switch (bytes[at]) {
            case '"' -> scanText(name);
            case 't' -> scanWord(name, TRUE, Kind.TRUE);
            case 'f' -> scanWord(name, FALSE, Kind.FALSE);
            case 'n' -> scanWord(name, NULL, Kind.NULL);
            case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> scanNumber(name);
            default -> false;
        };
    }

    private boolean scanText(int name) {
        int from = ++at;
        int bits = 0;
        while (at < limit && bytes[at] != '"') {
            byte next = bytes[at];
            if (next == '\\' || next >= 0 && next < ' ') {
                return false;
            }
            bits |= next;
            at++;
        }
        if (at >= limit || bits < 0 && !buffer.isUtf8(from, at)) {
            return false;
        }
        set(name, Kind.TEXT, from, at++);
        return true;
    }

    private boolean scanWord(int name, byte[] word, Kind kind) {
        int from = at;
        for (byte letter : word) {
            if (at >= limit || bytes[at] != letter) {
                return false;
            }
            at++;
        }
        set(name, kind, from, at);
        return true;
    }

    /// As JSON writes numbers; what follows one is looked at by the caller.
    private boolean scanNumber(int name) {
        int from = at;
        at += bytes[at] == '-' ? 1 : 0;
        int whole = at;
        int digits = skipDigits();
        boolean usual = digits == 1 || digits > 1 && bytes[whole] != '0';
        Kind kind = Kind.WHOLE;
        if (at < limit && bytes[at] == '.') {
            at++;
            usual &= skipDigits() > 0;
            kind = Kind.REAL;
        }
        if (at < limit && (bytes[at] == 'e' || bytes[at] == 'E')) {
            at++;
            at += at < limit && (bytes[at] == '-' || bytes[at] == '+') ? 1 : 0;
            usual &= skipDigits() > 0;
            kind = Kind.REAL;
        }
        // -0 is a whole number to Jackson, without its sign
        boolean negativeZero = kind == Kind.WHOLE && whole > from && digits == 1 && bytes[whole] == '0';
        set(name, kind, from, at);
        return usual && !negativeZero && at - from <= NUMBER_LENGTH_MAX;
    }

    private int skipDigits() {
        int from = at;
        while (at < limit && bytes[at] >= '0' && bytes[at] <= '9') {
            at++;
        }
        return at - from;
    }

    private void set(int name, Kind kind, int from, int to) {
        kinds[name] = kind;
        starts[name] = from;
        ends[name] = to;
    }

    private void skipBlanks() {
        while (at < limit && (bytes[at] == ' ' || bytes[at] == '\t')) {
            at++;
        }
    }
}

package org.narwhaldb.ingest.load;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import org.narwhaldb.segment.Field;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;
import org.narwhaldb.store.iceberg.LakeLoad;

/// Records of comma- or tab-separated text with a header, by RFC 4180: fields may be quoted, a quote inside is doubled,
/// quoted fields may hold line breaks. Lines end in LF, CRLF or CR; empty lines are passed over. Beyond the RFC, a
/// quote inside an unquoted field stands for itself.
///
/// A record is scanned in the buffer, of which it must be a part: where the buffer ends first, more is read and the record
/// scanned anew. Its fields are places in the buffer.
final class CsvRecords implements RecordSource {
    private static final byte QUOTE = '"';

    private final String uri;
    private final TextBuffer buffer;
    private final byte separator;
    private int[] starts = new int[16];
    private int[] ends = new int[16];
    /// Whether quotes in the field are doubled still.
    private boolean[] doubled = new boolean[16];
    private int fieldCount;
    private List<String> names = List.of();
    private int position;
    private long currentLine = 1;
    private long recordLine = 1;
    /// Line breaks within the fields scanned.
    private int breaks;

    /// @throws NarwhalException BAD_INPUT_FILE when there is no usable header
    CsvRecords(String uri, TextBuffer buffer, char separator) {
        this.uri = uri;
        this.buffer = buffer;
        this.separator = (byte) separator;
        readHeader();
    }

    private void readHeader() {
        try {
            if (!readRecord()) {
                throw NarwhalException.of(ErrorCode.BAD_INPUT_FILE,
                        "File [%s] is empty; its first line must name the columns", uri);
            }
        } catch (RowProblem e) {
            throw NarwhalException.of(ErrorCode.BAD_INPUT_FILE, "Cannot read the header of file [%s], line [%d]: %s",
                    uri, recordLine, e.describe());
        }
        List<String> fields = new ArrayList<>();
        for (int field = 0; field < fieldCount; field++) {
            fields.add(text(field));
        }
        HashSet<String> seen = new HashSet<>();
        for (String name : fields) {
            if (name.isBlank()) {
                throw NarwhalException.of(ErrorCode.BAD_INPUT_FILE,
                        "The header of file [%s] has a column without a name: %s", uri, fields);
            }
            if (!seen.add(name.strip())) {
                throw NarwhalException.of(ErrorCode.BAD_INPUT_FILE, "The header of file [%s] names column [%s] twice",
                        uri, name.strip());
            }
        }
        names = fields.stream().map(String::strip).toList();
    }

    @Override
    public boolean next() {
        if (!readRecord()) {
            return false;
        }
        if (fieldCount != names.size()) {
            throw new RowProblem("has %d fields, the header names %d columns".formatted(fieldCount, names.size()));
        }
        return true;
    }

    @Override
    public long line() {
        return recordLine;
    }

    @Override
    public List<String> names() {
        return names;
    }

    @Override
    public Cell cell(int index) {
        return new Cell.Text(text(index));
    }

    @Override
    public boolean put(int index, Field field, LakeLoad.Rows rows, int column) {
        if (starts[index] == ends[index]) {
            return RecordSource.set(field, rows, column, null);
        }
        undouble(index);
        return QuickValues.put(field.type(), buffer.bytes(), starts[index], ends[index], rows, column)
                || RecordSource.set(field, rows, column, TextValues.parse(field.type(), text(index)));
    }

    private String text(int field) {
        undouble(field);
        return buffer.text(starts[field], ends[field]);
    }

    /// In the buffer, where the record is scanned no more.
    private void undouble(int field) {
        if (!doubled[field]) {
            return;
        }
        byte[] bytes = buffer.bytes();
        int to = starts[field];
        for (int from = starts[field]; from < ends[field]; from++) {
            bytes[to++] = bytes[from];
            from += bytes[from] == QUOTE ? 1 : 0;
        }
        ends[field] = to;
        doubled[field] = false;
    }

    @Override
    public void close() {
        buffer.close();
    }

    private boolean readRecord() {
        while (peek() == '\n' || peek() == '\r') {
            endLine();
        }
        recordLine = currentLine;
        if (peek() < 0) {
            return false;
        }
        while (!scan()) {
            buffer.more(position, currentLine);
            position = 0;
        }
        return true;
    }

    /// Finds the fields of the record at the position, and moves behind it; false if it does not end in the buffer.
    private boolean scan() {
        byte[] bytes = buffer.bytes();
        int limit = buffer.limit();
        int at = position;
        fieldCount = 0;
        breaks = 0;
        while (true) {
            int from = at;
            if (at < limit && bytes[at] == QUOTE) {
                at = scanQuoted(at + 1);
                if (at < 0) {
                    return false;
                }
            } else {
                int bits = 0;
                while (at < limit && bytes[at] != separator && bytes[at] != '\n' && bytes[at] != '\r') {
                    bits |= bytes[at++];
                }
                addField(from, at, false, bits);
            }
            boolean last = at == limit || bytes[at] != separator;
            if (last && at >= limit - 1 && !buffer.ended()) {
                // there may be more of the field, or of its line's end
                return false;
            }
            if (last) {
                position = at;
                currentLine += breaks;
                endLine();
                return true;
            }
            at++;
        }
    }

    /// The end of a quoted field, behind the closing quote; -1 if the buffer ends first.
    private int scanQuoted(int from) {
        byte[] bytes = buffer.bytes();
        int limit = buffer.limit();
        long opened = currentLine + breaks;
        boolean hasQuotes = false;
        int bits = 0;
        for (int at = from; at < limit; at++) {
            byte next = bytes[at];
            bits |= next;
            byte following = at + 1 < limit ? bytes[at + 1] : 0;
            if (at + 1 == limit && !buffer.ended()) {
                break;
            }
            if (next == QUOTE && at + 1 < limit && following == QUOTE) {
                hasQuotes = true;
                at++;
            } else if (next == QUOTE) {
                if (at + 1 < limit && following != separator && following != '\n' && following != '\r') {
                    currentLine += breaks;
                    position = at + 1;
                    skipLine();
                    throw new RowProblem("field %d has text after its closing quote".formatted(fieldCount + 1));
                }
                addField(from, at, hasQuotes, bits);
                return at + 1;
            } else if (next == '\n' || next == '\r' && following != '\n') {
                breaks++;
            }
        }
        if (buffer.ended()) {
            throw NarwhalException.of(ErrorCode.BAD_INPUT_FILE,
                    "File [%s] ends inside a quoted field that begins on line [%d]:"
                            + " a quote is missing or the file is cut off", uri, opened);
        }
        return -1;
    }

    /// @param bits of all its bytes
    private void addField(int from, int to, boolean hasQuotes, int bits) {
        if (fieldCount == starts.length) {
            starts = Arrays.copyOf(starts, fieldCount * 2);
            ends = Arrays.copyOf(ends, fieldCount * 2);
            doubled = Arrays.copyOf(doubled, fieldCount * 2);
        }
        starts[fieldCount] = from;
        ends[fieldCount] = to;
        doubled[fieldCount++] = hasQuotes;
        if (bits < 0 && (to < buffer.limit() || buffer.ended())) {
            buffer.requireUtf8(from, to, currentLine + breaks);
        }
    }

    private void endLine() {
        int end = peek();
        if (end < 0) {
            return;
        }
        position++;
        if (end == '\r' && peek() == '\n') {
            position++;
        }
        currentLine++;
    }

    private void skipLine() {
        while (peek() != '\n' && peek() != '\r' && peek() >= 0) {
            position++;
        }
        endLine();
    }

    /// -1 at the end of the file. Only between records: what is before the position is lost.
    private int peek() {
        while (position == buffer.limit()) {
            if (!buffer.more(position, currentLine)) {
                return -1;
            }
            position = 0;
        }
        return buffer.bytes()[position] & 0xFF;
    }
}

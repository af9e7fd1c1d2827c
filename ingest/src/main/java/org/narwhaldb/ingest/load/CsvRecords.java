package org.narwhaldb.ingest.load;

import java.io.IOException;
import java.io.Reader;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// Records of comma- or tab-separated text with a header, by RFC 4180: fields may be quoted, a quote inside is doubled,
/// quoted fields may hold line breaks. Lines end in LF, CRLF or CR; empty lines are passed over. Beyond the RFC, a
/// quote inside an unquoted field stands for itself.
final class CsvRecords implements RecordSource {
    private static final int END = -1;
    private static final int BUFFER_CHARS = 1 << 15;

    private final String uri;
    private final Reader reader;
    private final int separator;
    private final char[] buffer = new char[BUFFER_CHARS];
    private final StringBuilder field = new StringBuilder();
    private final List<String> fields = new ArrayList<>();
    private List<String> names = List.of();
    private int position;
    private int limit;
    private long currentLine = 1;
    private long recordLine = 1;
    private boolean lastWasCrLf;

    /// @throws NarwhalException BAD_INPUT_FILE when there is no usable header
    CsvRecords(String uri, Reader reader, char separator) {
        this.uri = uri;
        this.reader = reader;
        this.separator = separator;
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
        if (fields.size() != names.size()) {
            throw new RowProblem("has %d fields, the header names %d columns".formatted(fields.size(), names.size()));
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
        return new Cell.Text(fields.get(index));
    }

    @Override
    public void close() {
        try {
            reader.close();
        } catch (IOException e) {
            throw TextInput.failure(uri, currentLine, e);
        }
    }

    private boolean readRecord() {
        fields.clear();
        try {
            int next = peek();
            while (next == '\n' || next == '\r') {
                endLine();
                next = peek();
            }
            recordLine = currentLine;
            if (next == END) {
                return false;
            }
            boolean more = true;
            while (more) {
                more = readField();
            }
            return true;
        } catch (IOException e) {
            throw TextInput.failure(uri, currentLine, e);
        }
    }

    /// Reads a field and what ends it; false at the end of the record.
    private boolean readField() throws IOException {
        field.setLength(0);
        boolean quoted = peek() == '"';
        String plain = quoted ? null : plainField();
        if (plain != null) {
            fields.add(plain);
            return endField(buffer[position]);
        }
        if (quoted) {
            readQuoted();
        }
        int next = peek();
        if (quoted && next != separator && next != '\n' && next != '\r' && next != END) {
            skipLine();
            throw new RowProblem("field %d has text after its closing quote".formatted(fields.size() + 1));
        }
        while (next != separator && next != '\n' && next != '\r' && next != END) {
            field.append((char) next);
            take();
            next = peek();
        }
        fields.add(field.toString());
        return endField(next);
    }

    private boolean endField(int next) throws IOException {
        if (next == separator) {
            take();
            return true;
        }
        endLine();
        return false;
    }

    /// Reads an unquoted field that the buffer holds whole, to what ends it; null if the buffer ends first.
    private String plainField() {
        for (int at = position; at < limit; at++) {
            char next = buffer[at];
            if (next == separator || next == '\n' || next == '\r') {
                String text = new String(buffer, position, at - position);
                position = at;
                return text;
            }
        }
        return null;
    }

    private void readQuoted() throws IOException {
        long opened = currentLine;
        take();
        while (true) {
            int next = peek();
            if (next == END) {
                throw NarwhalException.of(ErrorCode.BAD_INPUT_FILE,
                        "File [%s] ends inside a quoted field that begins on line [%d]:"
                                + " a quote is missing or the file is cut off", uri, opened);
            }
            if (next == '\n' || next == '\r') {
                int before = field.length();
                field.append((char) next);
                endLine();
                if (next == '\r' && lastWasCrLf) {
                    field.setLength(before);
                    field.append("\r\n");
                }
                continue;
            }
            take();
            if (next != '"') {
                field.append((char) next);
            } else if (peek() == '"') {
                field.append('"');
                take();
            } else {
                return;
            }
        }
    }

    private void endLine() throws IOException {
        int end = peek();
        lastWasCrLf = false;
        if (end == END) {
            return;
        }
        take();
        if (end == '\r' && peek() == '\n') {
            lastWasCrLf = true;
            take();
        }
        currentLine++;
    }

    private void skipLine() throws IOException {
        while (peek() != '\n' && peek() != '\r' && peek() != END) {
            take();
        }
        endLine();
    }

    private int peek() throws IOException {
        if (position == limit) {
            limit = Math.max(0, reader.read(buffer, 0, buffer.length));
            position = 0;
            if (limit == 0) {
                return END;
            }
        }
        return buffer[position];
    }

    private void take() {
        position++;
    }
}

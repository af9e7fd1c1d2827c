package org.narwhaldb.ingest.load;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.Field;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;
import org.narwhaldb.store.iceberg.LakeLoad;

/// JSON objects, one a line, or the elements of one array if the file begins with `[`. A malformed line is one bad row;
/// in an array nothing can be read behind a malformed element, so there it spoils the file.
///
/// Lines of the usual form are read in place ([JsonScan]), all others by Jackson.
final class JsonRecords implements RecordSource {
    private static final ObjectReader JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
            .build().readerFor(JsonNode.class);

    private final String uri;
    private final TextBuffer buffer;
    private final JsonScan scan;
    private final JsonParser array;
    private int position;
    /// Line at the position; of an array the line before its first.
    private long line = 1;
    private long recordLine;
    private List<String> names = List.of();
    private final Map<String, Integer> places = new HashMap<>();
    /// By name; null of a record that was read in place.
    private JsonNode[] values;

    JsonRecords(String uri, TextBuffer buffer) {
        this.uri = uri;
        this.buffer = buffer;
        this.scan = new JsonScan(buffer);
        try {
            skipBlankLines();
            array = peek() == '[' ? JSON.createParser(TextInput.reader(buffer.rest(position))) : null;
            if (array != null) {
                line--;
                array.nextToken();
            }
        } catch (IOException e) {
            throw TextInput.failure(uri, 1, e);
        }
    }

    @Override
    public boolean next() {
        try {
            return array == null ? nextLine() : nextElement();
        } catch (IOException e) {
            throw TextInput.failure(uri, Math.max(recordLine, line), e);
        }
    }

    private boolean nextLine() throws IOException {
        while (true) {
            skipBlankLines();
            if (peek() < 0) {
                recordLine = line;
                return false;
            }
            recordLine = line;
            JsonScan.Outcome outcome = scan.scan(position);
            while (outcome == JsonScan.Outcome.NEEDS_MORE) {
                buffer.more(position, line);
                position = 0;
                outcome = scan.scan(position);
            }
            if (outcome == JsonScan.Outcome.DONE) {
                position = scan.position();
                values = null;
                return true;
            }
            String text = takeLine();
            if (!text.isBlank()) {
                readLine(text);
                return true;
            }
        }
    }

    /// The rest of the line; what ends it stays.
    private String takeLine() {
        int end = position;
        while (true) {
            byte[] bytes = buffer.bytes();
            while (end < buffer.limit() && bytes[end] != '\n' && bytes[end] != '\r') {
                end++;
            }
            if (end < buffer.limit() || buffer.ended()) {
                break;
            }
            end -= position;
            buffer.more(position, line);
            position = 0;
        }
        buffer.requireUtf8(position, end, line);
        String text = buffer.text(position, end);
        position = end;
        return text;
    }

    private void readLine(String text) throws IOException {
        try (JsonParser parser = JSON.createParser(text)) {
            parser.nextToken();
            readObject(parser);
            if (parser.nextToken() != null) {
                throw new RowProblem("is not one JSON object on one line: something follows it");
            }
        } catch (JsonProcessingException e) {
            throw new RowProblem("is not one JSON object on one line: "
                    + e.getOriginalMessage().lines().findFirst().orElse(""));
        }
    }

    private boolean nextElement() throws IOException {
        try {
            JsonToken token = array.nextToken();
            recordLine = line + array.currentTokenLocation().getLineNr();
            if (token == JsonToken.END_ARRAY) {
                return false;
            }
            if (token == null) {
                throw NarwhalException.of(ErrorCode.BAD_INPUT_FILE,
                        "File [%s] ends inside its JSON array: it is cut off", uri);
            }
            readObject(array);
            return true;
        } catch (JsonProcessingException e) {
            throw new NarwhalException(ErrorCode.BAD_INPUT_FILE,
                    "File [%s] is not valid JSON at line [%d]: %s".formatted(
                    uri, line + array.currentLocation().getLineNr(), e.getOriginalMessage()), e);
        }
    }

    /// Reads the object that begins at the parser's token, field by field: a tree of it would cost more than all else.
    private void readObject(JsonParser parser) throws IOException {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            JsonNode other = parser.readValueAsTree();
            throw new RowProblem("is no JSON object: " + Quoted.of(other.toString()));
        }
        JsonNode[] found = new JsonNode[names.size()];
        Map<String, JsonNode> others = new HashMap<>();
        List<String> added = new ArrayList<>();
        String twice = null;
        for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
            JsonNode value = value(parser);
            Integer place = places.get(name);
            JsonNode twin = place == null ? others.put(name, value) : found[place];
            if (twin != null) {
                twice = twice == null ? name : twice;
            } else if (place == null) {
                added.add(name);
            } else {
                found[place] = value;
            }
        }
        if (twice != null) {
            throw new RowProblem("is no JSON object: it has field %s twice".formatted(Quoted.of(twice)));
        }
        values = found;
        if (!added.isEmpty()) {
            addNames(added);
            values = Arrays.copyOf(found, names.size());
            others.forEach((name, value) -> values[places.get(name)] = value);
        }
    }

    private static JsonNode value(JsonParser parser) throws IOException {
        return switch (parser.nextToken()) {
            case VALUE_STRING -> TextNode.valueOf(parser.getText());
            case VALUE_NULL -> NullNode.getInstance();
            case VALUE_TRUE -> BooleanNode.TRUE;
            case VALUE_FALSE -> BooleanNode.FALSE;
            case VALUE_NUMBER_INT -> switch (parser.getNumberType()) {
                case INT -> IntNode.valueOf(parser.getIntValue());
                case LONG -> LongNode.valueOf(parser.getLongValue());
                default -> parser.readValueAsTree();
            };
            case null, default -> parser.readValueAsTree();
        };
    }

    private void addNames(List<String> added) {
        List<String> all = new ArrayList<>(names);
        for (String name : added) {
            places.put(name, all.size());
            all.add(name);
            scan.addName(name);
        }
        names = List.copyOf(all);
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
        return new Cell.Json(node(index));
    }

    private JsonNode node(int index) {
        if (values != null) {
            return values[index] == null ? MissingNode.getInstance() : values[index];
        }
        JsonScan.Kind kind = scan.kind(index);
        if (kind == null) {
            return MissingNode.getInstance();
        }
        int quotes = kind == JsonScan.Kind.TEXT ? 1 : 0;
        try {
            return JSON.readTree(buffer.text(scan.start(index) - quotes, scan.end(index) + quotes));
        } catch (JsonProcessingException e) {
            throw new NarwhalException(ErrorCode.INTERNAL, "A value read in place is none to Jackson", e);
        }
    }

    @Override
    public boolean put(int index, Field field, LakeLoad.Rows rows, int column) {
        if (values == null && (scan.kind(index) == null || scan.kind(index) == JsonScan.Kind.NULL)) {
            return RecordSource.set(field, rows, column, null);
        }
        return values == null && putInPlace(index, field.type(), rows, column)
                || RecordSource.set(field, rows, column, JsonValues.parse(field.type(), node(index)));
    }

    /// False if the value is better read by way of Jackson's.
    private boolean putInPlace(int index, ColumnType type, LakeLoad.Rows rows, int column) {
        JsonScan.Kind kind = scan.kind(index);
        if (kind == JsonScan.Kind.TRUE || kind == JsonScan.Kind.FALSE) {
            if (type.kind() == ColumnType.Kind.BOOLEAN) {
                rows.setBoolean(column, kind == JsonScan.Kind.TRUE);
                return true;
            }
            return false;
        }
        boolean fits = kind == JsonScan.Kind.TEXT || (kind == JsonScan.Kind.WHOLE || kind == JsonScan.Kind.REAL)
                && switch (type.kind()) {
                    case INT, LONG, FLOAT, DOUBLE, DECIMAL -> true;
                    default -> false;
                };
        return fits && QuickValues.put(type, buffer.bytes(), scan.start(index), scan.end(index), rows, column);
    }

    @Override
    public void close() {
        buffer.close();
    }

    /// To the next character that is not blank; only what is before the present line is lost.
    private void skipBlankLines() {
        while (true) {
            int next = peek();
            if (next == '\n') {
                position++;
                line++;
            } else if (next == '\r') {
                position++;
                if (peek() != '\n') {
                    line++;
                }
            } else if (next == ' ' || next == '\t' || next == '\f' || next == 0x0B) {
                position++;
            } else {
                return;
            }
        }
    }

    /// -1 at the end of the file. Only between records: what is before the position is lost.
    private int peek() {
        while (position == buffer.limit()) {
            if (!buffer.more(position, line)) {
                return -1;
            }
            position = 0;
        }
        return buffer.bytes()[position] & 0xFF;
    }
}

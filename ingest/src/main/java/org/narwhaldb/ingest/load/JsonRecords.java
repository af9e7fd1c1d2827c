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
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// JSON objects, one a line, or the elements of one array if the file begins with `[`. A malformed line is one bad row;
/// in an array nothing can be read behind a malformed element, so there it spoils the file.
final class JsonRecords implements RecordSource {
    private static final ObjectReader JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
            .build().readerFor(JsonNode.class);

    private final String uri;
    private final BufferedReader reader;
    private final JsonParser array;
    private long readLine;
    private long recordLine;
    private List<String> names = List.of();
    private String[] fieldNames = new String[16];
    private JsonNode[] values = new JsonNode[16];

    JsonRecords(String uri, BufferedReader reader) {
        this.uri = uri;
        this.reader = reader;
        try {
            array = startsArray() ? JSON.createParser(reader) : null;
            if (array != null) {
                array.nextToken();
            }
        } catch (IOException e) {
            throw TextInput.failure(uri, 1, e);
        }
    }

    private boolean startsArray() throws IOException {
        int next;
        do {
            reader.mark(1);
            next = reader.read();
            readLine += next == '\n' ? 1 : 0;
        } while (next >= 0 && Character.isWhitespace(next));
        if (next >= 0) {
            reader.reset();
        }
        return next == '[';
    }

    @Override
    public boolean next() {
        try {
            return array == null ? nextLine() : nextElement();
        } catch (IOException e) {
            throw TextInput.failure(uri, Math.max(recordLine, readLine), e);
        }
    }

    private boolean nextLine() throws IOException {
        String line = reader.readLine();
        readLine++;
        while (line != null && line.isBlank()) {
            line = reader.readLine();
            readLine++;
        }
        recordLine = readLine;
        if (line == null) {
            return false;
        }
        try (JsonParser parser = JSON.createParser(line)) {
            parser.nextToken();
            readObject(parser);
            if (parser.nextToken() != null) {
                throw new RowProblem("is not one JSON object on one line: something follows it");
            }
            return true;
        } catch (JsonProcessingException e) {
            throw new RowProblem("is not one JSON object on one line: "
                    + e.getOriginalMessage().lines().findFirst().orElse(""));
        }
    }

    private boolean nextElement() throws IOException {
        try {
            JsonToken token = array.nextToken();
            recordLine = readLine + array.currentTokenLocation().getLineNr();
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
                    uri, readLine + array.currentLocation().getLineNr(), e.getOriginalMessage()), e);
        }
    }

    /// Reads the object that begins at the parser's token, field by field: a tree of it would cost more than all else.
    private void readObject(JsonParser parser) throws IOException {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            JsonNode other = parser.readValueAsTree();
            throw new RowProblem("is no JSON object: " + Quoted.of(other.toString()));
        }
        int count = 0;
        boolean same = true;
        for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
            if (count == values.length) {
                values = Arrays.copyOf(values, count * 2);
                fieldNames = Arrays.copyOf(fieldNames, count * 2);
            }
            same &= count < names.size() && names.get(count).equals(name);
            fieldNames[count] = name;
            values[count++] = value(parser);
        }
        if (!same || count != names.size()) {
            List<String> found = List.of(Arrays.copyOf(fieldNames, count));
            Set<String> distinct = new HashSet<>();
            for (String name : found) {
                if (!distinct.add(name)) {
                    throw new RowProblem("is no JSON object: it has field %s twice".formatted(Quoted.of(name)));
                }
            }
            names = found;
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
        return new Cell.Json(values[index]);
    }

    @Override
    public void close() {
        try {
            reader.close();
        } catch (IOException e) {
            throw TextInput.failure(uri, recordLine, e);
        }
    }
}

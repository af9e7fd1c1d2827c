package org.narwhaldb.ingest.load;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// JSON objects, one a line, or the elements of one array if the file begins with `[`. A malformed line is one bad row;
/// in an array nothing can be read behind a malformed element, so there it spoils the file.
final class JsonRecords implements RecordSource {
    private static final ObjectReader JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build().readerFor(JsonNode.class);
    private static final ObjectReader ONE = JSON.with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private final String uri;
    private final BufferedReader reader;
    private final JsonParser array;
    private long readLine;
    private long recordLine;
    private JsonNode current;
    private List<String> names = List.of();

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
            JsonNode node = array == null ? nextLine() : nextElement();
            if (node == null) {
                return false;
            }
            if (!node.isObject()) {
                throw new RowProblem("is no JSON object: " + Quoted.of(node.toString()));
            }
            current = node;
            if (!sameNames(node)) {
                List<String> found = new ArrayList<>();
                node.fieldNames().forEachRemaining(found::add);
                names = found;
            }
            return true;
        } catch (IOException e) {
            throw TextInput.failure(uri, Math.max(recordLine, readLine), e);
        }
    }

    private JsonNode nextLine() throws IOException {
        String line = reader.readLine();
        readLine++;
        while (line != null && line.isBlank()) {
            line = reader.readLine();
            readLine++;
        }
        recordLine = readLine;
        if (line == null) {
            return null;
        }
        try {
            return ONE.readTree(line);
        } catch (JsonProcessingException e) {
            throw new RowProblem("is not one JSON object on one line: "
                    + e.getOriginalMessage().lines().findFirst().orElse(""));
        }
    }

    private JsonNode nextElement() throws IOException {
        try {
            JsonToken token = array.nextToken();
            recordLine = readLine + array.currentTokenLocation().getLineNr();
            if (token == JsonToken.END_ARRAY) {
                return null;
            }
            if (token == null) {
                throw NarwhalException.of(ErrorCode.BAD_INPUT_FILE,
                        "File [%s] ends inside its JSON array: it is cut off", uri);
            }
            return array.readValueAsTree();
        } catch (JsonProcessingException e) {
            throw new NarwhalException(ErrorCode.BAD_INPUT_FILE,
                    "File [%s] is not valid JSON at line [%d]: %s".formatted(
                    uri, readLine + array.currentLocation().getLineNr(), e.getOriginalMessage()), e);
        }
    }

    private boolean sameNames(JsonNode node) {
        if (node.size() != names.size()) {
            return false;
        }
        int index = 0;
        for (var each = node.fieldNames(); each.hasNext();) {
            if (!each.next().equals(names.get(index++))) {
                return false;
            }
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
        return new Cell.Json(current.get(names.get(index)));
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

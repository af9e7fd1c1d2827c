package org.narwhaldb.flight.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// The bodies of control actions.
final class Json {
    private static final ObjectMapper JSON = new ObjectMapper();

    private Json() {}

    static ObjectNode object() {
        return JSON.createObjectNode();
    }

    /// @throws NarwhalException INVALID_REQUEST for anything but an object
    static JsonNode read(byte[] json) {
        try {
            JsonNode node = JSON.readTree(json);
            if (node.isObject()) {
                return node;
            }
            throw NarwhalException.of(ErrorCode.INVALID_REQUEST, "A JSON object was expected, not [%s]", node.getNodeType());
        } catch (IOException e) {
            throw new NarwhalException(ErrorCode.INVALID_REQUEST, "Not JSON: " + e.getMessage(), e);
        }
    }

    static byte[] write(JsonNode node) {
        try {
            return JSON.writeValueAsBytes(node);
        } catch (IOException e) {
            throw new NarwhalException(ErrorCode.INTERNAL, "Cannot write JSON", e);
        }
    }
}

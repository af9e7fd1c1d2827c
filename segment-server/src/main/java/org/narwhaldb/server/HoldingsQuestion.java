package org.narwhaldb.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// The body of the action `holdings`; what is left out asks for an answer at once.
///
/// @param generation what the caller has seen, -1 for nothing
record HoldingsQuestion(long generation, long waitMillis) {
    private static final ObjectMapper JSON = new ObjectMapper();

    static HoldingsQuestion parse(byte[] body) {
        try {
            JsonNode node = JSON.readTree(body);
            return new HoldingsQuestion(node.path("generation").asLong(-1), node.path("waitMillis").asLong(0));
        } catch (IOException e) {
            throw new NarwhalException(ErrorCode.INVALID_REQUEST,
                    "The body of [holdings] is not JSON: %s".formatted(e.getMessage()), e);
        }
    }
}

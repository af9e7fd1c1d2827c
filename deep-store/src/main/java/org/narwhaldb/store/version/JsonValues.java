package org.narwhaldb.store.version;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.util.Map;

/// Values in the shape of `NestedValues` as JSON with a type tag: JSON's own numbers would lose bits, and bytes have
/// none.
final class JsonValues {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private JsonValues() {}

    static JsonNode write(Object value) {
        ObjectNode node = NODES.objectNode();
        switch (value) {
            case null -> {
                return NODES.nullNode();
            }
            case Boolean flag -> node.put("t", flag.booleanValue());
            case Long number -> node.put("l", number.longValue());
            case Double number -> node.put("d", Double.doubleToRawLongBits(number));
            case BigInteger number -> node.put("i", number.toString());
            case byte[] bytes -> node.put("b", bytes);
            case Object[][] pairs -> node.set("p", array(pairs));
            case Object[] elements -> node.set("a", array(elements));
            default -> throw new IllegalArgumentException("Not a value in the shape of NestedValues: "
                    + value.getClass());
        }
        return node;
    }

    private static ArrayNode array(Object[] elements) {
        ArrayNode array = NODES.arrayNode(elements.length);
        for (Object element : elements) {
            array.add(write(element));
        }
        return array;
    }

    static Object read(JsonNode node) {
        if (node.isNull()) {
            return null;
        }
        Map.Entry<String, JsonNode> tagged = node.properties().iterator().next();
        JsonNode value = tagged.getValue();
        return switch (tagged.getKey()) {
            case "t" -> value.asBoolean();
            case "l" -> value.asLong();
            case "d" -> Double.longBitsToDouble(value.asLong());
            case "i" -> new BigInteger(value.asText());
            case "b" -> bytes(value);
            case "a" -> array(value, new Object[value.size()]);
            case "p" -> array(value, new Object[value.size()][]);
            default -> throw new IllegalArgumentException("an unknown tag " + tagged.getKey());
        };
    }

    private static byte[] bytes(JsonNode value) {
        try {
            return value.binaryValue();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Object[] array(JsonNode value, Object[] elements) {
        for (int index = 0; index < elements.length; index++) {
            elements[index] = read(value.get(index));
        }
        return elements;
    }
}

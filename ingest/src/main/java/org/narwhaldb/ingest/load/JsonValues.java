package org.narwhaldb.ingest.load;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.Field;

/// JSON to values (in the shape of `NestedValues`). A text is read like any text (`TextValues`), also where a number is
/// wanted; any JSON value fits a STRING column, an object or a list as its JSON text. An object fits a MAP with text
/// keys.
final class JsonValues {
    private JsonValues() {}

    /// Null for a JSON null.
    ///
    /// @throws RowProblem when the value does not fit
    static Object parse(ColumnType type, JsonNode node) {
        if (node.isNull() || node.isMissingNode()) {
            return null;
        }
        return switch (type.kind()) {
            case STRING -> (node.isTextual() ? node.textValue() : node.toString()).getBytes(StandardCharsets.UTF_8);
            case STRUCT -> struct(type, node);
            case LIST -> list(type, node);
            case MAP -> map(type, node);
            case BOOLEAN -> node.isBoolean() ? (Object) node.booleanValue() : text(type, node);
            case INT -> node.isIntegralNumber() && node.canConvertToInt() ? (Object) (long) node.intValue()
                    : text(type, node);
            case LONG -> node.isIntegralNumber() && node.canConvertToLong() ? (Object) node.longValue()
                    : text(type, node);
            case FLOAT, DOUBLE, DECIMAL -> node.isNumber() ? TextValues.parse(type, node.asText()) : text(type, node);
            default -> text(type, node);
        };
    }

    private static Object text(ColumnType type, JsonNode node) {
        if (!node.isTextual()) {
            throw TextValues.misfit(type, node.toString());
        }
        return TextValues.parse(type, node.textValue());
    }

    private static Object[] struct(ColumnType type, JsonNode node) {
        if (!node.isObject()) {
            throw TextValues.misfit(type, node.toString());
        }
        Object[] values = new Object[type.fields().size()];
        Set<String> known = new HashSet<>();
        for (int index = 0; index < values.length; index++) {
            Field field = type.fields().get(index);
            known.add(field.name());
            values[index] = required(field, node.path(field.name()));
        }
        for (Map.Entry<String, JsonNode> entry : node.properties()) {
            if (!known.contains(entry.getKey())) {
                throw new RowProblem("the object has a field [%s] that %s has not".formatted(entry.getKey(), type));
            }
        }
        return values;
    }

    private static Object[] list(ColumnType type, JsonNode node) {
        if (!node.isArray()) {
            throw TextValues.misfit(type, node.toString());
        }
        List<Object> values = new ArrayList<>();
        node.forEach(element -> values.add(required(type.fields().getFirst(), element)));
        return values.toArray();
    }

    private static Object[][] map(ColumnType type, JsonNode node) {
        if (!node.isObject()) {
            throw TextValues.misfit(type, node.toString());
        }
        List<Object[]> entries = new ArrayList<>();
        for (Map.Entry<String, JsonNode> entry : node.properties()) {
            entries.add(new Object[] {
                TextValues.parse(type.fields().get(0).type(), entry.getKey()),
                        required(type.fields().get(1), entry.getValue())});
        }
        return entries.toArray(Object[][]::new);
    }

    private static Object required(Field field, JsonNode node) {
        Object value = parse(field.type(), node);
        if (value == null && !field.nullable()) {
            throw new RowProblem("field [%s] is required, but missing".formatted(field.name()));
        }
        return value;
    }
}

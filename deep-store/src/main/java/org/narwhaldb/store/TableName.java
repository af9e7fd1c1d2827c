package org.narwhaldb.store;

import java.util.Objects;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// A table by namespace and name, as the Iceberg catalog knows it. A namespace of several levels is joined by dots.
public record TableName(String namespace, String name) implements Comparable<TableName> {
    public static final String DEFAULT_NAMESPACE = "main";

    public TableName {
        Objects.requireNonNull(namespace, "namespace");
        Objects.requireNonNull(name, "name");
    }

    /// `[NAMESPACE.]TABLE`; the last dot separates.
    public static TableName parse(String text) {
        int dot = text.lastIndexOf('.');
        String namespace = dot < 0 ? DEFAULT_NAMESPACE : text.substring(0, dot);
        String name = text.substring(dot + 1);
        if (name.isBlank() || namespace.isBlank()) {
            throw NarwhalException.of(ErrorCode.INVALID_PARAMETER,
                    "Not a table name: [%s]; expected [NAMESPACE.]TABLE", text);
        }
        return new TableName(namespace, name);
    }

    @Override
    public int compareTo(TableName other) {
        int order = namespace.compareTo(other.namespace);
        return order != 0 ? order : name.compareTo(other.name);
    }

    @Override
    public String toString() {
        return namespace + "." + name;
    }
}

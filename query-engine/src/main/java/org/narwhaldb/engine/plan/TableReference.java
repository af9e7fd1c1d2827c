package org.narwhaldb.engine.plan;

/// A table by name, as the plan refers to it.
public record TableReference(String schema, String table) {
    @Override
    public String toString() {
        return schema + "." + table;
    }
}

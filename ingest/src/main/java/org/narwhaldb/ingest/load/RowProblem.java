package org.narwhaldb.ingest.load;

/// One row that cannot be loaded, while the file can be read on.
final class RowProblem extends RuntimeException {
    private final String column;

    /// @param column null when the whole row is wrong
    RowProblem(String column, String reason) {
        super(reason, null, false, false);
        this.column = column;
    }

    RowProblem(String reason) {
        this(null, reason);
    }

    RowProblem in(String where) {
        return column == null ? new RowProblem(where, getMessage()) : this;
    }

    String describe() {
        return column == null ? getMessage() : "column [" + column + "]: " + getMessage();
    }
}

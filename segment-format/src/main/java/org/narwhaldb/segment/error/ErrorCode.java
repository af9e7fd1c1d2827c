package org.narwhaldb.segment.error;

/// Every error of the system, in one table: its kind and its SQLSTATE (ISO 9075-2, clause 24, and the
/// implementation-defined classes that PostgreSQL's appendix A uses for resources and system errors).
///
/// The table stands in the lowest contract because the lowest typed error, a corrupt segment file, is raised here.
public enum ErrorCode {
    SYNTAX_ERROR(ErrorKind.USER, "42601"),
    TABLE_NOT_FOUND(ErrorKind.USER, "42P01"),
    SCHEMA_NOT_FOUND(ErrorKind.USER, "3F000"),
    COLUMN_NOT_FOUND(ErrorKind.USER, "42703"),
    AMBIGUOUS_COLUMN(ErrorKind.USER, "42702"),
    FUNCTION_NOT_FOUND(ErrorKind.USER, "42883"),
    TYPE_MISMATCH(ErrorKind.USER, "42804"),
    INVALID_QUERY(ErrorKind.USER, "42000"),
    INVALID_PARAMETER(ErrorKind.USER, "22023"),
    INVALID_CAST(ErrorKind.USER, "22018"),
    NUMERIC_OUT_OF_RANGE(ErrorKind.USER, "22003"),
    DATETIME_OUT_OF_RANGE(ErrorKind.USER, "22008"),
    DIVISION_BY_ZERO(ErrorKind.USER, "22012"),
    CARDINALITY_VIOLATION(ErrorKind.USER, "21000"),
    NOT_SUPPORTED(ErrorKind.USER, "0A000"),
    INVALID_TICKET(ErrorKind.USER, "HY024"),
    EXPIRED_TICKET(ErrorKind.USER, "HY010"),
    INVALID_SESSION_OPTION(ErrorKind.USER, "HY092"),
    INVALID_CONFIGURATION(ErrorKind.USER, "F0000"),
    INVALID_REQUEST(ErrorKind.USER, "08P01"),
    /// A source file that cannot be read as what it claims to be.
    BAD_INPUT_FILE(ErrorKind.USER, "22000"),
    /// One row or field of a source file that does not fit.
    BAD_INPUT_ROW(ErrorKind.USER, "22P04"),
    SCHEMA_MISMATCH(ErrorKind.USER, "42P10"),
    FILE_NOT_FOUND(ErrorKind.USER, "58P01"),
    TABLE_EXISTS(ErrorKind.USER, "42P07"),
    LOAD_CONFLICT(ErrorKind.USER, "40001"),
    QUERY_CANCELLED(ErrorKind.USER, "57014"),

    QUERY_TIMEOUT(ErrorKind.RESOURCE, "57014"),
    QUERY_MEMORY_EXCEEDED(ErrorKind.RESOURCE, "53200"),
    SERVER_MEMORY_EXCEEDED(ErrorKind.RESOURCE, "53200"),
    DISK_FULL(ErrorKind.RESOURCE, "53100"),
    SERVER_BUSY(ErrorKind.RESOURCE, "53300"),
    LIMIT_EXCEEDED(ErrorKind.RESOURCE, "54000"),

    /// A shard's (segment, live rows) pair that no server can answer for now.
    SHARD_UNAVAILABLE(ErrorKind.EXTERNAL, "58030"),
    /// A server was asked for a pair that it does not hold.
    PAIR_NOT_HELD(ErrorKind.EXTERNAL, "58030"),
    /// A fragment's stream ended without a trailer that checks.
    FRAGMENT_INCOMPLETE(ErrorKind.EXTERNAL, "58030"),
    SERVER_UNREACHABLE(ErrorKind.EXTERNAL, "08006"),
    /// A process that was told to stop takes no new work: another one does.
    SERVER_STOPPING(ErrorKind.EXTERNAL, "57P01"),
    /// The version the query or ticket pinned is no longer kept.
    STALE_VERSION(ErrorKind.EXTERNAL, "40001"),
    CATALOG_UNAVAILABLE(ErrorKind.EXTERNAL, "58000"),
    STORE_UNAVAILABLE(ErrorKind.EXTERNAL, "58030"),
    CLUSTER_UNAVAILABLE(ErrorKind.EXTERNAL, "58000"),
    /// A data or delete file that the current Iceberg snapshot names is gone.
    SOURCE_FILE_MISSING(ErrorKind.EXTERNAL, "58P01"),
    CORRUPT_SEGMENT(ErrorKind.EXTERNAL, "XX001"),
    CORRUPT_VERSION(ErrorKind.EXTERNAL, "XX001"),
    COMMIT_OUTCOME_UNKNOWN(ErrorKind.EXTERNAL, "08007"),

    INTERNAL(ErrorKind.INTERNAL, "XX000");

    private final ErrorKind kind;
    private final String sqlState;

    ErrorCode(ErrorKind kind, String sqlState) {
        this.kind = kind;
        this.sqlState = sqlState;
    }

    public ErrorKind kind() {
        return kind;
    }

    /// Five characters, as JDBC and Flight SQL clients expect them.
    public String sqlState() {
        return sqlState;
    }
}

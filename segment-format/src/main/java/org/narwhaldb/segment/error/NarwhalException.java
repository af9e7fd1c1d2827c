package org.narwhaldb.segment.error;

/// The one exception that crosses module and process boundaries. The message says what happened, where
/// (file, line, column, table, server) and what to do about it.
public final class NarwhalException extends RuntimeException {
    private final ErrorCode code;

    public NarwhalException(ErrorCode code, String message) {
        super(message);
        this.code = code;
    }

    public NarwhalException(ErrorCode code, String message, Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    /// Formats with `String.format`; values in brackets by convention: `Cannot read table [%s]`.
    public static NarwhalException of(ErrorCode code, String format, Object... arguments) {
        return new NarwhalException(code, String.format(format, arguments));
    }

    public ErrorCode code() {
        return code;
    }

    public ErrorKind kind() {
        return code.kind();
    }

    public String sqlState() {
        return code.sqlState();
    }
}

package org.narwhaldb.segment.encoding;

/// How the values of one block stand in the file. The codes are part of the format and never change their meaning.
public enum Encoding {
    /// No buffer: every value is the record's base.
    CONSTANT(1),
    /// The values as they are: i64, f64, or (high i64, low i64).
    PLAIN(2),
    /// Unsigned residuals of 1, 2 or 4 bytes over the record's base.
    FRAME_OF_REFERENCE(3),
    /// Row numbers at which runs of equal values end, and their values.
    RUNS(4),
    /// One bit a row.
    BITMAP(5),
    /// Codes of 1, 2 or 4 bytes into the column's dictionary.
    DICTIONARY(6),
    /// Doubles as integers over a power of ten.
    DECIMAL(7),
    /// Offsets and bytes.
    PAGES(8),
    /// Codes, or residuals over a base for each 1,024 rows, of 1 to 32 bits in [Lanes].
    PACKED(9);

    private final int code;

    Encoding(int code) {
        this.code = code;
    }

    public int code() {
        return code;
    }

    /// @throws IllegalArgumentException if no encoding has the code
    public static Encoding of(int code) {
        for (Encoding encoding : values()) {
            if (encoding.code == code) {
                return encoding;
            }
        }
        throw new IllegalArgumentException("unknown encoding [%d]".formatted(code));
    }
}

package org.narwhaldb.segment;

/// A contiguous, separately checksummed range of a segment file.
///
/// @param column position of the column it belongs to, -1 for none
/// @param length in bytes, padding included
/// @param checksum CRC32C of all its bytes
record Part(Kind kind, int column, long offset, long length, int checksum) {
    static final int NO_COLUMN = -1;

    /// The codes are part of the format.
    enum Kind {
        /// Buffers of all blocks of a column: values and bitmaps of NULLs.
        DATA(1),
        /// The block directory of a column.
        DIRECTORY(2),
        DICTIONARY(3),
        /// Bounds that don't fit a directory entry.
        STATISTICS(4),
        /// Buffers of source files and positions of all blocks.
        ORIGIN_DATA(5),
        /// Their block directories.
        ORIGIN_DIRECTORY(6);

        private final int code;

        Kind(int code) {
            this.code = code;
        }

        int code() {
            return code;
        }

        static Kind of(int code) {
            for (Kind kind : values()) {
                if (kind.code == code) {
                    return kind;
                }
            }
            throw new IllegalArgumentException("unknown part [%d]".formatted(code));
        }

        boolean isOrigin() {
            return this == ORIGIN_DATA || this == ORIGIN_DIRECTORY;
        }
    }

    long end() {
        return offset + length;
    }

    /// As errors name it.
    String name() {
        return column == NO_COLUMN ? kind.name() : "%s of column %d".formatted(kind, column);
    }
}

package org.narwhaldb.ingest.load;

import java.util.Locale;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// What a file to load is, by its name or as the user says.
record InputKind(Format format, Compression compression) {
    enum Format { PARQUET, CSV, TSV, JSON }

    enum Compression { NONE, GZIP, ZSTD }

    /// @param wanted the user's word for the format, or null
    static InputKind of(String uri, String wanted) {
        String name = uri.toLowerCase(Locale.ROOT);
        Compression compression = Compression.NONE;
        if (name.endsWith(".gz")) {
            compression = Compression.GZIP;
            name = name.substring(0, name.length() - ".gz".length());
        } else if (name.endsWith(".zst")) {
            compression = Compression.ZSTD;
            name = name.substring(0, name.length() - ".zst".length());
        }
        Format format = wanted == null ? byExtension(uri, name.substring(name.lastIndexOf('.') + 1)) : byName(wanted);
        if (format == Format.PARQUET && compression != Compression.NONE) {
            throw NarwhalException.of(ErrorCode.BAD_INPUT_FILE,
                    "File [%s] is a compressed Parquet file; decompress it first", uri);
        }
        return new InputKind(format, compression);
    }

    private static Format byExtension(String uri, String extension) {
        return switch (extension) {
            case "parquet" -> Format.PARQUET;
            case "csv" -> Format.CSV;
            case "tsv" -> Format.TSV;
            case "json", "jsonl", "ndjson" -> Format.JSON;
            default -> throw NarwhalException.of(ErrorCode.BAD_INPUT_FILE,
                    "Cannot tell what file [%s] is: its name ends neither in .parquet, .csv, .tsv, .json, .jsonl"
                            + " nor .ndjson"
                            + " (nor these with .gz or .zst); rename it or name its format", uri);
        };
    }

    private static Format byName(String wanted) {
        for (Format format : Format.values()) {
            if (format.name().equalsIgnoreCase(wanted)) {
                return format;
            }
        }
        throw NarwhalException.of(ErrorCode.INVALID_PARAMETER,
                "Unknown format [%s]; expected parquet, csv, tsv or json", wanted);
    }
}

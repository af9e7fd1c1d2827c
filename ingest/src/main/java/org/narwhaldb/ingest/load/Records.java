package org.narwhaldb.ingest.load;

import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;
import org.narwhaldb.store.iceberg.Lake;

/// Opens text files as records.
final class Records {
    private Records() {}

    static RecordSource open(Lake lake, String uri, InputKind kind) {
        TextBuffer text = TextInput.open(lake.open(uri), kind.compression());
        return switch (kind.format()) {
            case CSV -> new CsvRecords(uri, text, ',');
            case TSV -> new CsvRecords(uri, text, '\t');
            case JSON -> new JsonRecords(uri, text);
            case PARQUET -> throw NarwhalException.of(ErrorCode.INTERNAL, "Parquet file [%s] has no records of text",
                    uri);
        };
    }
}

package org.narwhaldb.ingest;

import java.util.List;
import org.narwhaldb.ingest.build.TimeBuckets;
import org.narwhaldb.segment.Field;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;
import org.narwhaldb.store.TableName;
import org.narwhaldb.store.TableSpec;

/// Checks that the columns a table is to be served by exist and fit, before anything is written to its properties.
public final class ServedColumns {
    private ServedColumns() {}

    /// @throws NarwhalException COLUMN_NOT_FOUND, INVALID_PARAMETER
    public static void check(TableName table, TableSpec spec, List<Field> fields) {
        if (spec.timeColumn() != null) {
            Field time = field(table, fields, spec.timeColumn(), "time column");
            if (!TimeBuckets.isTime(time.type().kind())) {
                throw NarwhalException.of(ErrorCode.INVALID_PARAMETER,
                        "Time column [%s] of table [%s] is %s; it must be a DATE or a TIMESTAMP", time.name(), table,
                        time.type());
            }
        }
        for (String name : spec.clusterBy()) {
            Field field = field(table, fields, name, "cluster-by column");
            if (field.type().isNested()) {
                throw NarwhalException.of(ErrorCode.INVALID_PARAMETER,
                        "Cluster-by column [%s] of table [%s] is %s, which has no order", name, table, field.type());
            }
        }
    }

    private static Field field(TableName table, List<Field> fields, String name, String what) {
        return fields.stream().filter(field -> field.name().equals(name)).findFirst()
                .orElseThrow(() -> NarwhalException.of(ErrorCode.COLUMN_NOT_FOUND,
                "Table [%s] has no column [%s] to be its %s; it has %s",
                        table, name, what, fields.stream().map(Field::name).toList()));
    }
}

package org.narwhaldb.flight.sql;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.BaseIntVector;
import org.apache.arrow.vector.DateMilliVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.LargeVarBinaryVector;
import org.apache.arrow.vector.LargeVarCharVector;
import org.apache.arrow.vector.NullVector;
import org.apache.arrow.vector.TimeMilliVector;
import org.apache.arrow.vector.TimeNanoVector;
import org.apache.arrow.vector.TimeSecVector;
import org.apache.arrow.vector.TimeStampMilliTZVector;
import org.apache.arrow.vector.TimeStampMilliVector;
import org.apache.arrow.vector.TimeStampSecTZVector;
import org.apache.arrow.vector.TimeStampSecVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ViewVarCharVector;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.narwhaldb.engine.batch.Batch;
import org.narwhaldb.engine.batch.Columns;
import org.narwhaldb.engine.exchange.ArrowBatches;
import org.narwhaldb.engine.plan.Expression;
import org.narwhaldb.segment.ColumnType;

/// Values that clients bind to a statement's markers, in whichever Arrow type they send them, and the types we ask them for.
final class ParameterValues {
    private static final long MICROS_PER_SECOND = 1_000_000;
    private static final long MICROS_PER_MILLI = 1_000;
    private static final long MILLIS_PER_DAY = 86_400_000;

    private ParameterValues() {}

    /// The schema to announce. Times are in milliseconds: the stock JDBC driver (18.3.0) writes its milliseconds into a vector of any
    /// unit as they are. Clients with finer values may send them all the same.
    static Schema schema(List<org.narwhaldb.segment.Field> parameters) {
        List<Field> fields = new ArrayList<>();
        for (Field field : ArrowBatches.schema(parameters).getFields()) {
            ArrowType type = switch (field.getType()) {
                case ArrowType.Time _ -> new ArrowType.Time(TimeUnit.MILLISECOND, 32);
                case ArrowType.Timestamp timestamp -> new ArrowType.Timestamp(TimeUnit.MILLISECOND, timestamp.getTimezone());
                default -> field.getType();
            };
            fields.add(new Field(field.getName(), new FieldType(field.isNullable(), type, null, field.getMetadata()),
                    field.getChildren()));
        }
        return new Schema(fields);
    }

    /// The first row.
    static List<Expression.Literal> firstRow(VectorSchemaRoot root) {
        return root.getFieldVectors().stream().map(vector -> value(vector)).toList();
    }

    private static Expression.Literal value(FieldVector vector) {
        return switch (vector) {
            case NullVector _ -> new Expression.Literal(null, ColumnType.STRING);
            case BaseIntVector integers -> literal(vector, ColumnType.LONG, () -> integers.getValueAsLong(0));
            case DateMilliVector dates -> literal(vector, ColumnType.DATE, () -> Math.floorDiv(dates.get(0), MILLIS_PER_DAY));
            case TimeSecVector times -> literal(vector, ColumnType.TIME, () -> times.get(0) * MICROS_PER_SECOND);
            case TimeMilliVector times -> literal(vector, ColumnType.TIME, () -> times.get(0) * MICROS_PER_MILLI);
            case TimeNanoVector times -> literal(vector, ColumnType.TIME, () -> times.get(0) / 1_000);
            case TimeStampSecVector stamps ->
                literal(vector, ColumnType.TIMESTAMP, () -> Math.multiplyExact(stamps.get(0), MICROS_PER_SECOND));
            case TimeStampMilliVector stamps ->
                literal(vector, ColumnType.TIMESTAMP, () -> Math.multiplyExact(stamps.get(0), MICROS_PER_MILLI));
            case TimeStampSecTZVector stamps ->
                literal(vector, ColumnType.TIMESTAMP_TZ, () -> Math.multiplyExact(stamps.get(0), MICROS_PER_SECOND));
            case TimeStampMilliTZVector stamps ->
                literal(vector, ColumnType.TIMESTAMP_TZ, () -> Math.multiplyExact(stamps.get(0), MICROS_PER_MILLI));
            case LargeVarCharVector texts -> literal(vector, ColumnType.STRING, () -> texts.get(0));
            case ViewVarCharVector texts -> literal(vector, ColumnType.STRING, () -> texts.getObject(0).toString().getBytes(UTF_8));
            case LargeVarBinaryVector bytes -> literal(vector, ColumnType.BINARY, () -> bytes.get(0));
            default -> known(vector);
        };
    }

    private static Expression.Literal literal(FieldVector vector, ColumnType type, java.util.function.Supplier<Object> value) {
        return new Expression.Literal(vector.isNull(0) ? null : value.get(), type);
    }

    private static Expression.Literal known(FieldVector vector) {
        List<org.narwhaldb.segment.Field> fields = ArrowBatches.fields(new Schema(List.of(vector.getField())));
        Batch batch = ArrowBatches.batch(VectorSchemaRoot.of(vector), fields, 0, 1);
        ColumnType type = fields.getFirst().type();
        return new Expression.Literal(Columns.valueAt(batch.column(0), 0, type), type);
    }
}

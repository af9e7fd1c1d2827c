package org.narwhaldb.engine.expression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.narwhaldb.engine.expression.Plans.assertFails;
import static org.narwhaldb.engine.expression.Plans.bytes;
import static org.narwhaldb.engine.expression.Plans.call;
import static org.narwhaldb.engine.expression.Plans.ints;
import static org.narwhaldb.engine.expression.Plans.longs;
import static org.narwhaldb.engine.expression.Plans.text;
import static org.narwhaldb.engine.expression.Plans.value;
import static org.narwhaldb.engine.plan.ScalarFunction.CARDINALITY;
import static org.narwhaldb.engine.plan.ScalarFunction.ELEMENT_AT;
import static org.narwhaldb.engine.plan.ScalarFunction.STRUCT_FIELD;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.narwhaldb.engine.plan.Expression.Literal;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.Field;
import org.narwhaldb.segment.error.ErrorCode;

class NestedFunctionTest {
    private static final ColumnType LIST = ColumnType.list(new Field(0, "element", ColumnType.STRING, true));
    private static final ColumnType MAP = ColumnType.map(
            new Field(0, "key", ColumnType.STRING, false), new Field(1, "value", ColumnType.LONG, true));
    private static final ColumnType STRUCT = ColumnType.struct(
            List.of(new Field(0, "a", ColumnType.LONG, true), new Field(1, "b", LIST, true)));

    private final Literal list = new Literal(new Object[] {bytes("x"), null}, LIST);
    private final Literal map = new Literal(new Object[][] {{bytes("k"), 7L}, {bytes("n"), null}}, MAP);

    @Test
    void elements_are_found_by_index_from_one_or_by_key() {
        assertThat(value(call(ELEMENT_AT, ColumnType.STRING, list, longs(1)))).isEqualTo("x");
        assertThat(value(call(ELEMENT_AT, ColumnType.STRING, list, longs(2)))).isNull();
        assertThat(value(call(ELEMENT_AT, ColumnType.STRING, list, longs(3)))).isNull();
        assertThat(value(call(ELEMENT_AT, ColumnType.STRING, list, longs(0)))).isNull();
        assertThat(value(call(ELEMENT_AT, ColumnType.STRING, list, longs(Long.MIN_VALUE)))).isNull();
        assertThat(value(call(ELEMENT_AT, ColumnType.LONG, map, text("k")))).isEqualTo(7L);
        assertThat(value(call(ELEMENT_AT, ColumnType.LONG, map, text("n")))).isNull();
        assertThat(value(call(ELEMENT_AT, ColumnType.LONG, map, text("absent")))).isNull();
        assertThat(value(call(ELEMENT_AT, ColumnType.LONG, new Literal(null, MAP), text("k")))).isNull();
    }

    @Test
    void fields_and_sizes_are_read() {
        Literal struct = new Literal(new Object[] {5L, list.value()}, STRUCT);
        assertThat(value(call(STRUCT_FIELD, ColumnType.LONG, struct, ints(0)))).isEqualTo(5L);
        assertThat(value(call(CARDINALITY, ColumnType.LONG, call(STRUCT_FIELD, LIST, struct, ints(1))))).isEqualTo(2L);
        assertThat(value(call(CARDINALITY, ColumnType.INT, map))).isEqualTo(2L);
        assertThat(value(call(CARDINALITY, ColumnType.LONG, new Literal(null, LIST)))).isNull();
    }

    @Test
    void what_has_no_parts_is_refused() {
        assertFails(ErrorCode.TYPE_MISMATCH, "LONG", call(CARDINALITY, ColumnType.LONG, longs(1)));
        assertFails(ErrorCode.TYPE_MISMATCH, "ELEMENT_AT",
                call(ELEMENT_AT, ColumnType.LONG, new Literal(new Object[] {1L, null}, STRUCT), longs(1)));
    }
}

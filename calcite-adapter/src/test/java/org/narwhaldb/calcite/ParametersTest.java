package org.narwhaldb.calcite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.narwhaldb.engine.plan.Expression;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.Field;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

class ParametersTest {
    private static final String SQL = "select u, dec from types where s = ? and dec > ? and day >= ? limit ?";

    @Test
    void preparingInfersTheTypesOfParametersAndOutput() {
        SqlPlanner.Statement statement = Planning.PLANNER.prepare(SQL, Planning.CATALOG, Planning.SESSION);

        assertThat(statement.parameters()).extracting(Field::name).containsExactly("?1", "?2", "?3", "?4");
        assertThat(statement.parameters()).extracting(Field::type).startsWith(
                ColumnType.STRING, ColumnType.decimal(12, 2), ColumnType.DATE);
        assertThat(statement.output()).extracting(Field::type).containsExactly(ColumnType.UUID, ColumnType.decimal(12, 2));
        assertThat(statement.plan()).isNull();
    }

    @Test
    void valuesStandInThePlanAsLiterals() {
        SqlPlanner.Statement statement = Planning.PLANNER.plan(SQL, Planning.CATALOG, Planning.SESSION, List.of(
                text("it's"), new Expression.Literal(150L, ColumnType.decimal(12, 2)), new Expression.Literal(10L, ColumnType.DATE),
                new Expression.Literal(7L, ColumnType.LONG)));

        assertThat(Planning.print(statement.plan()))
                .contains("(s = 'it''s')").contains("(dec > 1.50)").contains("(day >= DATE '1970-01-11')").contains("limit 7");
    }

    @Test
    void aNullValueIsATypedNull() {
        SqlPlanner.Statement statement = Planning.PLANNER.plan("select coalesce(cast(? as bigint), b) from types",
                Planning.CATALOG, Planning.SESSION, List.of(new Expression.Literal(null, ColumnType.LONG)));

        assertThat(statement.output().getFirst().type()).isEqualTo(ColumnType.LONG);
    }

    @Test
    void aValueOfAnotherTypeIsRefused() {
        NarwhalException error = catchThrowableOfType(NarwhalException.class, () -> Planning.PLANNER.plan(
                "select 1 from types where i = ?", Planning.CATALOG, Planning.SESSION, List.of(text("x"))));

        assertThat(error.code()).isEqualTo(ErrorCode.INVALID_PARAMETER);
        assertThat(error).hasMessageContaining("Parameter [?1] has type [INT]").hasMessageContaining("[STRING]");
    }

    @Test
    void preparingAStatementWithoutParametersPlansIt() {
        SqlPlanner.Statement statement = Planning.PLANNER.prepare("select i from types", Planning.CATALOG, Planning.SESSION);

        assertThat(statement.plan()).isNotNull();
    }

    private static Expression.Literal text(String value) {
        return new Expression.Literal(value.getBytes(StandardCharsets.UTF_8), ColumnType.STRING);
    }
}

package org.narwhaldb.calcite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.ErrorKind;
import org.narwhaldb.segment.error.NarwhalException;

class ErrorMessagesTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            select n_nam from nation | COLUMN_NOT_FOUND | Line 1, column 8: column [n_nam] not found; did you mean [n_name]?
            select n.n_nme from nation n | COLUMN_NOT_FOUND | Line 1, column 10: column [n_nme] not found in [n]; did you mean [n_name]?
            select * from naton | TABLE_NOT_FOUND | Line 1, column 15: table [naton] not found; did you mean [nation]?
            select * from main.naton | TABLE_NOT_FOUND | Line 1, column 15: table [naton] not found in schema [main]; did you mean [nation]?
            select * from man.nation | SCHEMA_NOT_FOUND | Line 1, column 15: schema [man] not found; did you mean [main]?
            select x.n_name from nation | TABLE_NOT_FOUND | Line 1, column 8: table [x] is not in the FROM clause
            select uper(n_name) from nation | FUNCTION_NOT_FOUND | Line 1, column 8: function [uper] not found; did you mean [UPPER]?
            select sqrt(n_name) from nation | TYPE_MISMATCH | column 8: Cannot apply [SQRT] to arguments of type [SQRT(<VARCHAR>)]
            select n_name + 1 from nation | TYPE_MISMATCH | column 8: Cannot apply [+] to arguments of type [<VARCHAR> + <INTEGER>]
            select upper(n_name, 1) from nation | TYPE_MISMATCH | Line 1, column 8: Invalid number of arguments to function [UPPER]
            select n_name from nation where 1 | TYPE_MISMATCH | Line 1, column 33: WHERE clause must be a condition at [1]
            select 1 from nation a, nation b where n_name = 'x' | AMBIGUOUS_COLUMN | column 40: column [n_name] is ambiguous; qualify it
            select n_name, count(*) from nation group by n_comment | INVALID_QUERY | column 8: Expression [n_name] is not being grouped
            select n_name from nation order by 9 | INVALID_QUERY | Line 1, column 36: Ordinal out of range at [9]
            select max(sum(n_nationkey)) from nation | INVALID_QUERY | Aggregate expressions cannot be nested
            select date '2020-13-45' | INVALID_QUERY | Line 1, column 8: Illegal DATE literal [2020-13-45]
            select date_trunc('moth', o_orderdate) from orders | INVALID_QUERY | unknown unit of time [moth]; did you mean [MONTH]?
            select ? | INVALID_QUERY | Line 1, column 8: the type of the parameter [?] cannot be inferred
            select n_name from nation where | SYNTAX_ERROR | the statement ends too early
            selec 1 | SYNTAX_ERROR | Line 1, column 1: syntax error at [selec]; a statement begins with SELECT
            select n_name from nation where n_name == 'a' | SYNTAX_ERROR | Line 1, column 40: syntax error at [=]
            select 1; select 2 | SYNTAX_ERROR | Line 1, column 9: syntax error at [;]
            select count(distinct n_name) over (order by n_name) from nation | NOT_SUPPORTED | Not supported yet: window function [COUNT with DISTINCT]
            select count(*) from nation group by rollup(n_name) | NOT_SUPPORTED | Line 1, column 38: not supported yet: ROLLUP
            select json_value('a', 'b') | NOT_SUPPORTED | Line 1, column 8: not supported yet: function JSON_VALUE
            insert into nation values (1) | NOT_SUPPORTED | Line 1, column 1: not supported yet: statement [INSERT]
            create table x (a int) | NOT_SUPPORTED | Line 1, column 1: not supported yet: statement [CREATE_TABLE]
            select interval '1' day | NOT_SUPPORTED | Values of type [INTERVAL DAY] cannot stand in a column
            select n_name from nation where n_name = ? | INVALID_PARAMETER | The statement has [1] parameters, but [0] values were given
            """)
    void aMistakeIsNamedWithItsPlace(String sql, ErrorCode code, String message) {
        NarwhalException error = catchThrowableOfType(NarwhalException.class, () -> Planning.statement(sql));

        assertThat(error.code()).as(error.getMessage()).isEqualTo(code);
        assertThat(error.kind()).isEqualTo(ErrorKind.USER);
        assertThat(error).hasMessageContaining(message);
    }

    @Test
    void positionsCountLinesAndTheExplainInFront() {
        NarwhalException error = catchThrowableOfType(
                NarwhalException.class, () -> Planning.statement("explain\nselect\n  n_nam from nation"));

        assertThat(error).hasMessageContaining("Line 3, column 3: column [n_nam] not found");
    }

    @Test
    void anEmptyStatementIsASyntaxError() {
        NarwhalException error = catchThrowableOfType(NarwhalException.class, () -> Planning.statement("  ;"));

        assertThat(error.code()).isEqualTo(ErrorCode.SYNTAX_ERROR);
    }

    @Test
    void aStatementNestedTooDeeplyIsRefused() {
        String sql = "select " + "(".repeat(20_000) + "1" + ")".repeat(20_000);

        NarwhalException error = catchThrowableOfType(NarwhalException.class, () -> Planning.statement(sql));

        assertThat(error.code()).isEqualTo(ErrorCode.LIMIT_EXCEEDED);
    }
}

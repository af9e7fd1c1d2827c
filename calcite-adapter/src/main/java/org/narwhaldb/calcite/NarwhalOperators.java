package org.narwhaldb.calcite;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.calcite.sql.SqlAggFunction;
import org.apache.calcite.sql.SqlBasicFunction;
import org.apache.calcite.sql.SqlFunction;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlOperator;
import org.apache.calcite.sql.fun.SqlBasicAggFunction;
import org.apache.calcite.sql.fun.SqlLibraryOperators;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.calcite.sql.type.OperandTypes;
import org.apache.calcite.sql.type.ReturnTypes;
import org.apache.calcite.sql.type.SqlOperandTypeChecker;
import org.apache.calcite.sql.type.SqlReturnTypeInference;
import org.apache.calcite.sql.type.SqlTypeFamily;
import org.apache.calcite.sql.type.SqlTypeTransforms;
import org.narwhaldb.engine.plan.ScalarFunction;

/// The functions that are ours: what they are called in SQL, what they take and give, and which function of the engine
/// computes them. The standard's operators and its functions with a syntax of their own come from Calcite.
final class NarwhalOperators {
    private static final SqlReturnTypeInference TEXT = ReturnTypes.VARCHAR_NULLABLE;
    private static final SqlReturnTypeInference INTEGER = ReturnTypes.INTEGER_NULLABLE;
    private static final SqlReturnTypeInference DOUBLE = ReturnTypes.DOUBLE_NULLABLE;
    private static final SqlReturnTypeInference BOOLEAN = ReturnTypes.BOOLEAN_NULLABLE;
    private static final SqlReturnTypeInference SAME = ReturnTypes.ARG0_NULLABLE;
    private static final SqlReturnTypeInference WIDEST = ReturnTypes.LEAST_RESTRICTIVE.andThen(SqlTypeTransforms.TO_NULLABLE);
    private static final SqlReturnTypeInference NULL_IF_EMPTY_DOUBLE = ReturnTypes.DOUBLE.andThen(SqlTypeTransforms.FORCE_NULLABLE);

    private static final SqlTypeFamily S = SqlTypeFamily.CHARACTER;
    private static final SqlTypeFamily N = SqlTypeFamily.NUMERIC;
    private static final SqlTypeFamily I = SqlTypeFamily.INTEGER;

    /// TIMESTAMPDIFF after conversion: (unit as text, from, to).
    static final SqlFunction TIMESTAMP_DIFF = function("$TIMESTAMP_DIFF", ReturnTypes.BIGINT_NULLABLE,
            OperandTypes.family(S, SqlTypeFamily.DATETIME, SqlTypeFamily.DATETIME));
    static final SqlFunction DATE_TRUNC = function("DATE_TRUNC", ReturnTypes.ARG1_NULLABLE,
            OperandTypes.family(S, SqlTypeFamily.DATETIME));
    static final SqlFunction DATE_PART = function("DATE_PART", ReturnTypes.BIGINT_NULLABLE,
            OperandTypes.family(S, SqlTypeFamily.DATETIME));
    static final SqlFunction DAY = function("DAY", ReturnTypes.BIGINT_NULLABLE, OperandTypes.family(SqlTypeFamily.DATETIME));
    static final SqlFunction NOW = function("NOW", ReturnTypes.TIMESTAMP, OperandTypes.NILADIC);
    static final SqlFunction IF_NULL = function("IFNULL",
            ReturnTypes.LEAST_RESTRICTIVE.andThen(SqlTypeTransforms.LEAST_NULLABLE), OperandTypes.SAME_SAME);
    static final SqlFunction NVL = function("NVL",
            ReturnTypes.LEAST_RESTRICTIVE.andThen(SqlTypeTransforms.LEAST_NULLABLE), OperandTypes.SAME_SAME);

    static final SqlAggFunction BOOL_AND = aggregate("BOOL_AND", SqlKind.OTHER_FUNCTION,
            ReturnTypes.BOOLEAN.andThen(SqlTypeTransforms.FORCE_NULLABLE), OperandTypes.BOOLEAN);
    static final SqlAggFunction BOOL_OR = aggregate("BOOL_OR", SqlKind.OTHER_FUNCTION,
            ReturnTypes.BOOLEAN.andThen(SqlTypeTransforms.FORCE_NULLABLE), OperandTypes.BOOLEAN);

    private static final Map<SqlOperator, ScalarFunction> SCALARS = scalars();
    private static final Map<String, ScalarFunction> STANDARD_SCALARS = standardScalars();

    private static final List<SqlOperator> OTHERS = List.of(
            DATE_TRUNC, DATE_PART, NOW, IF_NULL, NVL, SqlLibraryOperators.IF, SqlLibraryOperators.TRY_CAST,
            SqlLibraryOperators.SAFE_CAST, SqlLibraryOperators.INFIX_CAST, DAY, SqlLibraryOperators.ILIKE, SqlLibraryOperators.NOT_ILIKE,
            BOOL_AND, BOOL_OR, aggregate("EVERY", SqlKind.OTHER_FUNCTION,
                    ReturnTypes.BOOLEAN.andThen(SqlTypeTransforms.FORCE_NULLABLE), OperandTypes.BOOLEAN),
            aggregate("APPROX_COUNT_DISTINCT", SqlKind.OTHER_FUNCTION, ReturnTypes.BIGINT, OperandTypes.ANY),
            aggregate("APPROX_QUANTILE", SqlKind.OTHER_FUNCTION, NULL_IF_EMPTY_DOUBLE, OperandTypes.family(N, N)),
            aggregate("STDDEV_POP", SqlKind.STDDEV_POP, NULL_IF_EMPTY_DOUBLE, OperandTypes.NUMERIC),
            aggregate("STDDEV_SAMP", SqlKind.STDDEV_SAMP, NULL_IF_EMPTY_DOUBLE, OperandTypes.NUMERIC),
            aggregate("STDDEV", SqlKind.STDDEV_SAMP, NULL_IF_EMPTY_DOUBLE, OperandTypes.NUMERIC),
            aggregate("VAR_POP", SqlKind.VAR_POP, NULL_IF_EMPTY_DOUBLE, OperandTypes.NUMERIC),
            aggregate("VAR_SAMP", SqlKind.VAR_SAMP, NULL_IF_EMPTY_DOUBLE, OperandTypes.NUMERIC),
            aggregate("VARIANCE", SqlKind.VAR_SAMP, NULL_IF_EMPTY_DOUBLE, OperandTypes.NUMERIC));

    /// Functions of Calcite's standard table that stay as they are: their syntax or typing is the standard's.
    static final Set<String> STANDARD_FUNCTIONS = Set.of(
            "CAST", "EXTRACT", "FLOOR", "CEIL", "ABS", "MOD", "SIGN", "ROUND", "TRUNCATE", "COALESCE", "NULLIF",
            "CHAR_LENGTH", "CHARACTER_LENGTH", "UPPER", "LOWER", "SUBSTRING", "POSITION", "TRIM", "CARDINALITY",
            "CURRENT_DATE", "CURRENT_TIMESTAMP", "CURRENT_TIME", "LOCALTIMESTAMP", "LOCALTIME", "TIMESTAMPADD", "TIMESTAMPDIFF",
            "YEAR", "QUARTER", "MONTH", "WEEK", "DAYOFYEAR", "DAYOFMONTH", "DAYOFWEEK", "HOUR", "MINUTE", "SECOND",
            "ROW_NUMBER", "RANK", "DENSE_RANK", "PERCENT_RANK", "CUME_DIST", "NTILE", "LAG", "LEAD", "FIRST_VALUE", "LAST_VALUE",
            "NTH_VALUE", "COUNT", "SUM", "$SUM0", "AVG", "MIN", "MAX", "ANY_VALUE", "SINGLE_VALUE", "SOME", "LITERAL_AGG");

    private NarwhalOperators() {}

    static List<SqlOperator> all() {
        var all = new java.util.ArrayList<SqlOperator>(SCALARS.keySet());
        all.addAll(OTHERS);
        return all;
    }

    /// The engine's function for an operator that maps one to one, arguments in order; null for all others.
    static ScalarFunction scalar(SqlOperator operator) {
        ScalarFunction own = SCALARS.get(operator);
        return own != null ? own : STANDARD_SCALARS.get(operator.getName());
    }

    private static Map<SqlOperator, ScalarFunction> scalars() {
        Map<SqlOperator, ScalarFunction> map = new LinkedHashMap<>();
        map.put(function("LENGTH", INTEGER, OperandTypes.family(S)), ScalarFunction.CHARACTER_LENGTH);
        map.put(function("LEN", INTEGER, OperandTypes.family(S)), ScalarFunction.CHARACTER_LENGTH);
        map.put(function("OCTET_LENGTH", INTEGER, OperandTypes.or(OperandTypes.family(S), OperandTypes.BINARY)),
                ScalarFunction.OCTET_LENGTH);
        map.put(function("UCASE", TEXT, OperandTypes.family(S)), ScalarFunction.UPPER);
        map.put(function("LCASE", TEXT, OperandTypes.family(S)), ScalarFunction.LOWER);
        map.put(function("CONCAT", TEXT, OperandTypes.repeat(
                org.apache.calcite.sql.type.SqlOperandCountRanges.from(1), OperandTypes.STRING)), ScalarFunction.CONCAT);
        map.put(function("SUBSTR", TEXT, OperandTypes.family(List.of(S, I, I), i -> i == 2)), ScalarFunction.SUBSTRING);
        map.put(function("REPLACE", TEXT, OperandTypes.family(S, S, S)), ScalarFunction.REPLACE);
        map.put(function("STARTS_WITH", BOOLEAN, OperandTypes.family(S, S)), ScalarFunction.STARTS_WITH);
        map.put(function("REGEXP_LIKE", BOOLEAN, OperandTypes.family(S, S)), ScalarFunction.REGEXP_LIKE);
        map.put(function("LEFT", TEXT, OperandTypes.family(S, I)), ScalarFunction.LEFT);
        map.put(function("RIGHT", TEXT, OperandTypes.family(S, I)), ScalarFunction.RIGHT);
        map.put(function("REVERSE", TEXT, OperandTypes.family(S)), ScalarFunction.REVERSE);
        map.put(function("REPEAT", TEXT, OperandTypes.family(S, I)), ScalarFunction.REPEAT);
        map.put(function("LPAD", TEXT, OperandTypes.family(List.of(S, I, S), i -> i == 2)), ScalarFunction.LPAD);
        map.put(function("RPAD", TEXT, OperandTypes.family(List.of(S, I, S), i -> i == 2)), ScalarFunction.RPAD);
        map.put(function("SPLIT_PART", TEXT, OperandTypes.family(S, S, I)), ScalarFunction.SPLIT_PART);
        map.put(function("BTRIM", TEXT, OperandTypes.family(List.of(S, S), i -> i == 1)), ScalarFunction.TRIM_BOTH);
        map.put(function("LTRIM", TEXT, OperandTypes.family(List.of(S, S), i -> i == 1)), ScalarFunction.TRIM_LEADING);
        map.put(function("RTRIM", TEXT, OperandTypes.family(List.of(S, S), i -> i == 1)), ScalarFunction.TRIM_TRAILING);
        map.put(function("STRPOS", INTEGER, OperandTypes.family(S, S)), ScalarFunction.POSITION);
        map.put(function("SQRT", DOUBLE, OperandTypes.family(N)), ScalarFunction.SQRT);
        map.put(function("EXP", DOUBLE, OperandTypes.family(N)), ScalarFunction.EXP);
        map.put(function("LN", DOUBLE, OperandTypes.family(N)), ScalarFunction.LN);
        map.put(function("LOG10", DOUBLE, OperandTypes.family(N)), ScalarFunction.LOG10);
        map.put(function("POWER", DOUBLE, OperandTypes.family(N, N)), ScalarFunction.POWER);
        map.put(function("POW", DOUBLE, OperandTypes.family(N, N)), ScalarFunction.POWER);
        map.put(function("TRUNC", SAME, OperandTypes.family(List.of(N, I), i -> i == 1)), ScalarFunction.TRUNCATE);
        map.put(function("GREATEST", WIDEST, OperandTypes.SAME_VARIADIC), ScalarFunction.GREATEST);
        map.put(function("LEAST", WIDEST, OperandTypes.SAME_VARIADIC), ScalarFunction.LEAST);
        return map;
    }

    private static Map<String, ScalarFunction> standardScalars() {
        return Map.ofEntries(
                Map.entry("ABS", ScalarFunction.ABS), Map.entry("SIGN", ScalarFunction.SIGN),
                Map.entry("ROUND", ScalarFunction.ROUND), Map.entry("TRUNCATE", ScalarFunction.TRUNCATE),
                Map.entry("CHAR_LENGTH", ScalarFunction.CHARACTER_LENGTH),
                Map.entry("CHARACTER_LENGTH", ScalarFunction.CHARACTER_LENGTH),
                Map.entry("UPPER", ScalarFunction.UPPER), Map.entry("LOWER", ScalarFunction.LOWER),
                Map.entry("SUBSTRING", ScalarFunction.SUBSTRING), Map.entry("CARDINALITY", ScalarFunction.CARDINALITY),
                Map.entry("||", ScalarFunction.CONCAT));
    }

    private static SqlFunction function(String name, SqlReturnTypeInference type, SqlOperandTypeChecker operands) {
        return SqlBasicFunction.create(name, type, operands);
    }

    private static SqlAggFunction aggregate(
            String name, SqlKind kind, SqlReturnTypeInference type, SqlOperandTypeChecker operands) {
        return SqlBasicAggFunction.create(name, kind, type, operands);
    }

    /// Everything of Calcite's standard table that may stand in a statement.
    static List<SqlOperator> standard() {
        Set<String> own = all().stream().map(SqlOperator::getName).collect(Collectors.toSet());
        return SqlStdOperatorTable.instance().getOperatorList().stream()
                .filter(operator -> !(operator instanceof SqlFunction)
                        || STANDARD_FUNCTIONS.contains(operator.getName()) && !own.contains(operator.getName()))
                .toList();
    }
}

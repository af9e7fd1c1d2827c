package org.narwhaldb.calcite;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.apache.calcite.sql.SqlFunction;
import org.apache.calcite.sql.SqlOperator;
import org.apache.calcite.sql.SqlOperatorTable;
import org.apache.calcite.sql.util.SqlOperatorTables;

/// What a statement may call: a list of what the engine can run, so that anything else is refused while the statement's
/// text, and with it the position, is still at hand.
final class NarwhalOperatorTable {
    static final SqlOperatorTable INSTANCE = SqlOperatorTables.of(operators());
    private static final Map<SqlOperator, Boolean> KNOWN = known();

    private NarwhalOperatorTable() {}

    private static List<SqlOperator> operators() {
        List<SqlOperator> operators = new ArrayList<>(NarwhalOperators.all());
        operators.addAll(NarwhalOperators.standard());
        return operators;
    }

    private static Map<SqlOperator, Boolean> known() {
        Map<SqlOperator, Boolean> known = new IdentityHashMap<>();
        INSTANCE.getOperatorList().forEach(operator -> known.put(operator, true));
        return known;
    }

    /// Whether this very operator, as the parser bound it, can be planned.
    static boolean contains(SqlOperator operator) {
        return KNOWN.containsKey(operator);
    }

    /// Names of functions, for "did you mean".
    static SortedSet<String> functionNames() {
        SortedSet<String> names = new TreeSet<>();
        for (SqlOperator operator : INSTANCE.getOperatorList()) {
            if (operator instanceof SqlFunction && Character.isLetter(operator.getName().charAt(0))) {
                names.add(operator.getName());
            }
        }
        return names;
    }
}

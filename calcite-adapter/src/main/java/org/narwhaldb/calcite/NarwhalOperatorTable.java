package org.narwhaldb.calcite;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.apache.calcite.sql.SqlFunction;
import org.apache.calcite.sql.SqlFunctionCategory;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlOperator;
import org.apache.calcite.sql.SqlOperatorTable;
import org.apache.calcite.sql.SqlSyntax;
import org.apache.calcite.sql.validate.SqlNameMatcher;

/// What a statement may call: a list of what the engine can run, so that anything else is refused while the statement's
/// text, and with it the position, is still at hand.
final class NarwhalOperatorTable implements SqlOperatorTable {
    /// Made by the planner; nobody writes them.
    private static final Set<String> HIDDEN = Set.of("$SUM0", "SINGLE_VALUE", "LITERAL_AGG");

    static final NarwhalOperatorTable INSTANCE = new NarwhalOperatorTable();

    private final List<SqlOperator> operators = new ArrayList<>(NarwhalOperators.all());
    private final Map<String, List<SqlOperator>> byName = new HashMap<>();
    private final SortedSet<String> functionNames = new TreeSet<>();

    private NarwhalOperatorTable() {
        operators.addAll(NarwhalOperators.standard());
        for (SqlOperator operator : operators) {
            String name = operator.getName().toUpperCase(Locale.ROOT);
            byName.computeIfAbsent(name, _ -> new ArrayList<>()).add(operator);
            if (operator instanceof SqlFunction && !HIDDEN.contains(name)) {
                functionNames.add(name);
            }
        }
    }

    @Override
    public void lookupOperatorOverloads(
            SqlIdentifier name, SqlFunctionCategory category, SqlSyntax syntax, List<SqlOperator> found, SqlNameMatcher matcher) {
        String upper = name.names.getLast().toUpperCase(Locale.ROOT);
        for (SqlOperator operator : byName.getOrDefault(upper, List.of())) {
            // CAST, COUNT and their like have a syntax of their own, but are looked up as functions.
            if (operator.getSyntax().family == syntax.family || syntax == SqlSyntax.FUNCTION && operator instanceof SqlFunction) {
                found.add(operator);
            }
        }
    }

    @Override
    public List<SqlOperator> getOperatorList() {
        return operators;
    }

    /// Whether this very operator, as the parser bound it, can be planned.
    boolean contains(SqlOperator operator) {
        return byName.getOrDefault(operator.getName().toUpperCase(Locale.ROOT), List.of()).stream()
                .anyMatch(known -> known == operator);
    }

    /// Names of functions, for "did you mean".
    SortedSet<String> functionNames() {
        return functionNames;
    }
}

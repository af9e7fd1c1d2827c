package org.narwhaldb.benchmarks.data;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.narwhaldb.launcher.demo.DemoTable;
import org.narwhaldb.launcher.demo.EventsTable;
import org.narwhaldb.launcher.demo.TpchTables;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.Field;
import org.narwhaldb.store.TableName;

/// The tables of a suite at one size. The same name means the same rows, so that a home that has them is used again.
///
/// @param schema that the suite's queries name no table outside of
public record Dataset(String name, String schema, List<DemoTable> tables) {
    private static final double TPCH_ROWS_PER_SCALE = 6_000_000;
    /// Texts that nobody would call a dimension: no ENUM.
    private static final Set<String> FREE_TEXTS = Set.of("c_name", "c_address", "c_phone", "s_name", "s_address", "s_phone",
            "p_name", "d_date",
            "c_comment", "s_comment", "p_comment", "ps_comment", "o_comment", "l_comment", "n_comment", "r_comment", "o_clerk");

    public static Dataset events(long rows) {
        return new Dataset("events-" + rows, TableName.DEFAULT_NAMESPACE, List.of(EventsTable.table(rows)));
    }

    public static Dataset ssb(long rows) {
        return new Dataset("ssb-" + rows, SsbTables.NAMESPACE, new SsbTables(rows).all());
    }

    /// @param rows of lineitem, about
    public static Dataset tpch(long rows) {
        double scale = rows / TPCH_ROWS_PER_SCALE;
        List<DemoTable> tables = TpchTables.names().stream().map(table -> TpchTables.table(table, scale)).toList();
        return new Dataset(String.format(Locale.ROOT, "tpch-%d", rows), TpchTables.NAMESPACE, tables);
    }

    /// Columns that DuckDB stores as ENUM if asked to: all texts but the free ones.
    public static Stream<Field> dimensions(DemoTable table) {
        return table.columns().stream()
                .filter(field -> field.type().kind() == ColumnType.Kind.STRING && !FREE_TEXTS.contains(field.name()));
    }
}

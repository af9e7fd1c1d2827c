package org.narwhaldb.calcite;

import java.time.ZoneId;
import java.util.List;
import org.narwhaldb.engine.plan.DistributedPlan;
import org.narwhaldb.engine.plan.Fragment;
import org.narwhaldb.engine.plan.PlanPrinter;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.Field;

/// A planner with a catalog to plan against: TPC-H, and a table with a column of every type.
final class Planning {
    static final SqlPlanner PLANNER = new SqlPlanner();
    static final SqlPlanner.Session SESSION = new SqlPlanner.Session("main", ZoneId.of("UTC"), 1_700_000_000_000_000L);
    static final MemoryCatalog CATALOG = TpchCatalog.addTo(new MemoryCatalog()
            .add(MemoryCatalog.table("main", "types", 1_000)
                    .column("i", ColumnType.INT).column("b", ColumnType.LONG).column("f", ColumnType.FLOAT)
                    .column("d", ColumnType.DOUBLE).column("dec", ColumnType.decimal(12, 2)).column("s", ColumnType.STRING)
                    .column("ok", ColumnType.BOOLEAN).column("day", ColumnType.DATE).column("tod", ColumnType.TIME)
                    .column("ts", ColumnType.TIMESTAMP).column("tz", ColumnType.TIMESTAMP_TZ).column("ns", ColumnType.TIMESTAMP_NS)
                    .column("u", ColumnType.UUID).column("bin", ColumnType.BINARY).column("fix", ColumnType.fixed(4))
                    .column("l", ColumnType.list(new Field(0, "element", ColumnType.UUID, true)))
                    .column("m", ColumnType.map(
                            new Field(0, "key", ColumnType.STRING, false), new Field(1, "value", ColumnType.LONG, true)))
                    .column("st", ColumnType.struct(List.of(
                            new Field(1, "x", ColumnType.INT, true), new Field(2, "y", ColumnType.fixed(4), true))))
                    .build())
            .add(MemoryCatalog.table("main", "edits", 39_244)
                    .column("time", ColumnType.TIMESTAMP).column("user", ColumnType.STRING).column("Page", ColumnType.STRING)
                    .column("delta", ColumnType.LONG).build())
            .add(MemoryCatalog.table("sys", "segments", 10).column("table", ColumnType.STRING).column("rows", ColumnType.LONG)
                    .system().build()));

    private Planning() {}

    static SqlPlanner.Statement statement(String sql) {
        return PLANNER.plan(sql, CATALOG, SESSION, List.of());
    }

    static DistributedPlan plan(String sql) {
        DistributedPlan plan = statement(sql).plan();
        PlanCheck.check(plan);
        return plan;
    }

    /// The plan as text, a fragment after the other.
    static String print(DistributedPlan plan) {
        StringBuilder text = new StringBuilder("root\n").append(PlanPrinter.print(plan.root().root()).stripTrailing());
        for (Fragment build : plan.builds()) {
            text.append("\nbuild ").append(build.id()).append('\n').append(PlanPrinter.print(build.root()).stripTrailing());
        }
        for (Fragment leaf : plan.leaves()) {
            text.append("\nleaf ").append(leaf.id()).append('\n').append(PlanPrinter.print(leaf.root()).stripTrailing());
        }
        return text.append('\n').toString();
    }
}

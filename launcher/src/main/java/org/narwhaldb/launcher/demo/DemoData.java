package org.narwhaldb.launcher.demo;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.narwhaldb.flight.sql.ControlActions;
import org.narwhaldb.launcher.client.NarwhalClient;
import org.narwhaldb.store.TableSpec;
import org.narwhaldb.store.iceberg.Lake;
import org.narwhaldb.store.iceberg.LakeLoad;
import org.narwhaldb.store.iceberg.LakeTable;

/// Writes the demo's tables as any Iceberg writer would, straight into the catalog, then asks the cluster to serve them.
public final class DemoData {
    private final Lake lake;
    private final NarwhalClient client;
    private final Consumer<String> say;

    public DemoData(Lake lake, NarwhalClient client, Consumer<String> say) {
        this.lake = lake;
        this.client = client;
        this.say = say;
    }

    /// All eight TPC-H tables at `scale`; returns the rows written. A table that is there is left as it is.
    public long tpch(double scale) {
        long rows = 0;
        for (String table : TpchTables.names()) {
            rows += add(TpchTables.table(table, scale), "tpch-" + table + "-" + scale);
        }
        return rows;
    }

    public long events(long rowCount) {
        return add(EventsTable.table(rowCount), "events-" + rowCount);
    }

    /// Writes the table unless it has rows, and has it served; returns the rows written.
    ///
    /// @param loadId names the rows: a load that was done is not done again
    public long add(DemoTable table, String loadId) {
        long start = System.nanoTime();
        Map<String, String> properties = new LinkedHashMap<>();
        if (table.timeColumn() != null) {
            properties.put(TableSpec.TIME_COLUMN, table.timeColumn());
        }
        if (!table.clusterBy().isEmpty()) {
            properties.put(TableSpec.CLUSTER_BY, String.join(",", table.clusterBy()));
        }
        LakeTable target = lake.exists(table.name()) ? lake.load(table.name()) : lake.create(table.name(), table.columns(), properties);
        long written = 0;
        if (target.snapshotId() < 0) {
            try (LakeLoad load = target.newLoad(loadId)) {
                for (Object[] row : table.rows()) {
                    load.writeRow(row);
                }
                written = load.rowCount();
                load.commit(false);
            }
        }
        double writeSeconds = (System.nanoTime() - start) / 1e9;
        long serveStart = System.nanoTime();
        ObjectNode request = new ObjectMapper().createObjectNode().put("table", table.name().toString());
        client.run(ControlActions.SERVE, request, _ -> { });
        double serveSeconds = (System.nanoTime() - serveStart) / 1e9;
        say.accept(written == 0 ? "  %s was there".formatted(table.name())
                : "  %s: %,d rows written to Iceberg in %.1f s, served after %.1f s".formatted(
                        table.name(), written, writeSeconds, serveSeconds));
        return written;
    }
}
